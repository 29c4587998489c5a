// Has the worker keep the map of one's own areas before there is no network: its page, the deadlines, the form of a new hazard, the style
// of both and a bounded number of tiles. They are asked for as the map does, so that they are kept for this session alone and go with it.

import { lookOfPage } from "../look";
import { KEPT_ZOOMS } from "../kept_tiles";
import { cacheNames, isStaffs, MOMENT } from "../worker/caches";

interface Ground {
  /** West, south, east, north in degrees. */
  box: [number, number, number, number];
  map: string;
  /** The form of a new hazard. */
  form: string;
  /** Where what is recorded without a network is said to wait, whichever span of it has been opened. */
  list: string;
  styles: Record<string, string>;
  /** As the style names them. */
  sources: string[];
}
interface Source {
  tiles?: string[];
  minzoom?: number;
  maxzoom?: number;
}

/** Of the thousand answers that are kept for a session (worker.ts): pages have the rest. */
const MOST_TILES = 600;
const FRESH_MS = 24 * 60 * 60 * 1000;

/** Keep what isn't kept yet or is a day old, one at a time; who saves data isn't asked for more. */
export async function keepAhead(ground: Ground): Promise<void> {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  if (!("caches" in window) || !navigator.serviceWorker?.controller || connection?.saveData) return;
  const kept = await Promise.all((await cacheNames()).filter(isStaffs).map((name) => caches.open(name)));
  const address = ground.styles[lookOfPage()] ?? "";
  // The list of deadlines is kept as it is now: spans of it that are opened have addresses of their own.
  if (!(await asked(ground.list))) return;
  for (const each of [ground.map, ground.form, address]) if (!(await fetched(kept, each))) return;
  const style = (await (await fetch(address)).json()) as { sources: Record<string, Source> };
  for (const tile of tilesOf(ground, style.sources)) if (!(await fetched(kept, tile))) return;
  document.documentElement.dataset["ahead"] = "kept";
}

/** Return the addresses of tiles on the ground, from afar to close by. */
function tilesOf({ box, sources: wanted }: Ground, sources: Record<string, Source>): string[] {
  const found: string[] = [];
  for (const zoom of KEPT_ZOOMS) {
    for (const name of wanted) {
      const { tiles: [address] = [], minzoom = 0, maxzoom = 22 } = sources[name] ?? {};
      if (!address || zoom < minzoom || zoom > maxzoom) continue;
      for (const [x, y] of squares(box, zoom)) {
        found.push(address.replace("{z}", String(zoom)).replace("{x}", String(x)).replace("{y}", String(y)));
      }
    }
    // A zoom is kept whole or not at all: a map with holes says that nothing is there.
    if (found.length > MOST_TILES) return found.filter((tile) => !tile.includes(`/WebMercatorQuad/${zoom}/`));
  }
  return found;
}

function squares([west, south, east, north]: Ground["box"], zoom: number): [number, number][] {
  const column = (lon: number): number => Math.floor(((lon + 180) / 360) * 2 ** zoom);
  const row = (lat: number): number => {
    const sine = Math.asinh(Math.tan((lat * Math.PI) / 180));
    return Math.floor(((1 - sine / Math.PI) / 2) * 2 ** zoom);
  };
  const found: [number, number][] = [];
  // More than could be kept isn't even counted.
  if ((column(east) - column(west) + 1) * (row(south) - row(north) + 1) > MOST_TILES) return [];
  for (let x = column(west); x <= column(east); x += 1) for (let y = row(north); y <= row(south); y += 1) found.push([x, y]);
  return found;
}

/** Have an address kept; say whether there is a network that gives it. */
async function fetched(kept: Cache[], address: string): Promise<boolean> {
  for (const cache of kept) {
    const moment = (await cache.match(address, { ignoreVary: true }))?.headers.get(MOMENT);
    if (moment && Date.now() - Date.parse(moment) < FRESH_MS) return true;
  }
  return asked(address);
}

function asked(address: string): Promise<boolean> {
  return fetch(address).then((answer) => answer.ok && !answer.redirected, () => false);
}
