// An officer's way from the map to the form of a new hazard: close up it takes the middle of the map along, marked there.

import type { Map as MapLibreMap } from "maplibre-gl";

/** From here on the middle of the map is a spot that somebody means. */
const CLOSE = 15;

/** Have the link on the map lead to where the map is. */
export function recordHere(map: MapLibreMap): void {
  const link = document.querySelector<HTMLAnchorElement>("#record-here");
  const mark = document.getElementById("map-middle");
  if (!link || !mark) return;
  const form = link.href;
  const point = (): void => {
    const { lng, lat } = map.getCenter();
    const isClose = map.getZoom() >= CLOSE;
    link.href = isClose ? `${form}?${new URLSearchParams({ lon: lng.toFixed(6), lat: lat.toFixed(6) })}` : form;
    link.textContent = (isClose ? link.dataset["here"] : link.dataset["somewhere"]) ?? "";
    mark.toggleAttribute("hidden", !isClose);
    // Below the middle of the canvas a sheet may lie over the map.
    const { x, y } = map.project([lng, lat]);
    mark.style.translate = `${x}px ${y}px`;
  };
  map.on("move", point);
  map.on("resize", point);
  point();
}
