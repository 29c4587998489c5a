// Names that are searched without the application: in the files beside a page, and inside a briefing.

import type { Hit } from "./answers";
import type { Bbox } from "./config";

/** A layer's number in `layers`, id, name, detail, spot or box, other names, ways to spell them in pinyin, streets. */
export type Named = [number, number, string, string, number[], string[], string[], string[]?];

export interface Names {
  /** What stands between a layer's title and the detail. */
  apart: string;
  layers: { id: string; title: string; isBase: boolean }[];
  /** How a street's name is spelled in pinyin. */
  streets: Record<string, string>;
  onStreet: string;
  names: Named[];
}

const MOST_HITS = 10;
const SHORTEST_TYPED = 2;
/** Ranks and shares are those of geodata/queries/search.py. */
const VERY_STREET = 0.4;
const BASE = 10;
const BY_ADDRESS = 0.5;
const FINDING = "compound";

/** Return the places whose names hold what was typed, best match first. */
export function hitsOf(all: Names, text: string): Hit[] {
  const rank = ranking(text);
  const streets = fittingStreets(text, all.streets);
  const found: Found[] = [];
  all.names.forEach((named, place) => {
    const isBase = all.layers[named[0]]!.isBase;
    const ranked = rank(named);
    const street = ranked === null ? named[7]?.find((each) => streets.has(each)) : undefined;
    if (ranked !== null) found.push([!isBase ? ranked : ranked ? ranked + BASE : VERY_STREET, place, named, ""]);
    else if (street !== undefined)
      found.push([streets.get(street)!, place, named, all.onStreet.replace("{street}", street)]);
  });
  found.sort(byRank);
  return shared(found, all.layers).map(([, , named, street]) => hitOf(named, all, street));
}

/** Return a text without case and without what stands above or below its letters: "Café" is found by "cafe". */
function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** A rank, the place among all names, the name, and the street by which it was found. */
type Found = [number, number, Named, string];

function byRank(one: Found, other: Found): number {
  return one[0] - other[0] || one[2][2].length - other[2][2].length || one[1] - other[1];
}

/** Return the best hits, of which no layer but compounds has more than half while others have some. */
function shared(found: Found[], layers: Names["layers"]): Found[] {
  const counts = new Map<number, number>();
  const first: Found[] = [];
  const rest: Found[] = [];
  for (const each of found) {
    const layer = each[2][0];
    const count = (counts.get(layer) ?? 0) + 1;
    counts.set(layer, count);
    (layers[layer]!.id === FINDING || count <= MOST_HITS / 2 ? first : rest).push(each);
  }
  const kept = first.slice(0, MOST_HITS);
  return [...kept, ...rest.slice(0, MOST_HITS - kept.length)].sort(byRank);
}

/** Return the streets that were typed, in whole, in part, or as a part of an address, with their rank. */
function fittingStreets(text: string, streets: Names["streets"]): Map<string, number> {
  const wanted = folded(text);
  const typed = typedPattern(text);
  const begins = typed === null ? null : new RegExp(`(^|;)${typed}`);
  const inside = typed === null ? null : new RegExp(`(^|[ ;])${typed}`);
  const found = new Map<string, number>();
  for (const [name, ways] of Object.entries(streets)) {
    const street = folded(name);
    if (wanted.includes(street)) found.set(name, BY_ADDRESS);
    else if (street.startsWith(wanted) || begins?.test(ways)) found.set(name, 1);
    else if (street.includes(wanted) || inside?.test(ways)) found.set(name, 2);
  }
  return found;
}

/** Return what says how well a name fits: 0 the very name, 1 begins with it, 2 holds it, 3 in another of its names. */
function ranking(text: string): (named: Named) => number | null {
  const wanted = folded(text);
  const typed = typedPattern(text);
  const begins = typed === null ? null : new RegExp(`(^|;)${typed}`);
  const inside = typed === null ? null : new RegExp(`(^|[ ;])${typed}`);
  return ([, , name, , , others, ways]) => {
    const own = folded(name);
    if (own === wanted) return 0;
    if (own.startsWith(wanted) || begins?.test(ways[0] ?? "")) return 1;
    if (own.includes(wanted)) return 2;
    const isOther = others.some((other) => folded(other).includes(wanted));
    return isOther || (inside !== null && ways.some((way) => inside.test(way))) ? 3 : null;
  };
}

/** Return the pattern of typed letters in pinyin, as geodata/spelling.py has it; null where they can't be pinyin. */
function typedPattern(text: string): string | null {
  const letters = text.toLowerCase().replace(/[\s'’]/g, "").replaceAll("ü", "v");
  if (letters.length < SHORTEST_TYPED || !/^[a-z0-9]+$/.test(letters)) return null;
  return [...letters].join("([a-z0-9]* )?");
}

function hitOf([layer, id, name, detail, place, , ways]: Named, { layers, apart }: Names, street: string): Hit {
  const [west, south, east, north] = place;
  const isPlaced = west !== undefined && south !== undefined;
  const bbox: Bbox | null = isPlaced ? [west, south, east ?? west, north ?? south] : null;
  const known = layers[layer]!;
  return {
    layer: known.id,
    id,
    name,
    spelled: spellingOf(ways),
    detail: [known.title, detail, street].filter((word) => word !== "").join(apart),
    lon: bbox && (bbox[0] + bbox[2]) / 2,
    lat: bbox && (bbox[1] + bbox[3]) / 2,
    bbox,
    isNameOnly: known.isBase,
  };
}

/** Return the likeliest way to spell a name: its own stand before those of its other names, and are empty for many. */
function spellingOf(ways: string[]): string {
  const likeliest = (ways[0] ?? "").split(";")[0]!;
  return likeliest.charAt(0).toUpperCase() + likeliest.slice(1);
}
