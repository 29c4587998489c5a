// How a map draws what is kept on the device: deeper than that there is nothing to be asked for.

import type { StyleSpecification } from "maplibre-gl";
import { cacheNames, isStaffs } from "./worker/caches";

/** How deep an officer's own areas are kept ahead, at least, whole or not at all. */
export const KEPT_ZOOMS = [13, 14, 15, 16];

/** Have each layer be drawn from the deepest tiles that are kept ahead where it is looked at closer than these. */
export async function drawFromKept(style: StyleSpecification): Promise<void> {
  const kept: string[] = [];
  for (const name of (await cacheNames()).filter(isStaffs)) {
    for (const { url } of await (await caches.open(name)).keys()) kept.push(new URL(url).pathname);
  }
  for (const source of Object.values(style.sources)) {
    if (source.type !== "vector" || !source.tiles?.[0]) continue;
    const [beginning = ""] = source.tiles[0].split("{z}");
    const found = kept.filter((path) => path.startsWith(beginning)).map((path) => Number.parseInt(path.slice(beginning.length), 10));
    // Kept whole a zoom has as many tiles as the one before, at least: of one that was only looked at there are a few.
    const counts = KEPT_ZOOMS.map((zoom) => found.filter((each) => each === zoom).length);
    const whole = KEPT_ZOOMS.filter((_, at) => counts[at]! > 0 && counts[at]! >= Math.max(...counts.slice(0, at)));
    const deepest = Math.max(...whole);
    if (deepest > 0) source.maxzoom = Math.min(source.maxzoom ?? deepest, deepest);
  }
}
