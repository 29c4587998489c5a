// The spots of a plan on the map, numbered as in its list.

import { LngLatBounds, type Map as MapLibreMap, Marker } from "maplibre-gl";
import type { Bbox } from "../config";
import type { Spot } from "./config";

export class Sites {
  private marks: Marker[] = [];

  constructor(private readonly map: MapLibreMap) {}

  /** Mark spots in place of those that were marked; return the ground that holds them, or null for none. */
  mark(spots: Spot[]): Bbox | null {
    for (const mark of this.marks) mark.remove();
    this.marks = spots.map(({ lon, lat }, number) => new Marker({ element: numbered(number + 1) }).setLngLat([lon, lat]).addTo(this.map));
    if (!spots.length) return null;
    const bounds = new LngLatBounds();
    for (const { lon, lat } of spots) bounds.extend([lon, lat]);
    return bounds.toArray().flat() as Bbox;
  }
}

function numbered(number: number): HTMLElement {
  const found = document.createElement("span");
  found.className = "site-mark";
  found.textContent = String(number);
  // The list says the same, and where it leads.
  found.setAttribute("aria-hidden", "true");
  return found;
}
