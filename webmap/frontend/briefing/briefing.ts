// The briefing's map: finds each record's words in the page's lists, so that no data is ever part of a script.
// Built as one classic script, whose functions the page calls as `briefing.start()` and so on.

import { makeLabels, placeLabels, placePills } from "./labels";
import { setLegend } from "./legend";
import { drawn, open, redraws, type Words } from "./page";
import { addButtons, show } from "./records";
import { offerSearch, type Offered } from "./sought";

export { drawBase } from "./base";
export { dots } from "./dots";
export { points } from "./points";
export { each } from "./records";

interface Stated {
  bounds: L.LatLngTuple[];
  labels: string[];
  words: Words;
}

let search: ((offered: Offered) => void) | null = null;

/** Have a search from another script; a coverage's map has none. */
export function searchWith(offered: (found: Offered) => void): void {
  search = offered;
}

export function start(map: L.Map, control: L.LayersControl, groups: Record<string, L.Layer>, stated: Stated): void {
  const container = map.getContainer();
  open({ map, words: stated.words, groups });
  setLegend(control, document.getElementById("legend")!, groups);
  addButtons();
  const pane = map.createPane("labels");
  pane.style.zIndex = "620";
  pane.style.pointerEvents = "none";
  map.fitBounds(stated.bounds, { paddingTopLeft: [12, 12], paddingBottomRight: [12, 36], animate: false });
  map.setMinZoom(Math.min(map.getZoom() - 2, 14));
  const query = new URLSearchParams(location.search);
  follow(query, map, groups);
  makeLabels(map, stated.labels);
  const settle = () => {
    for (const redraw of redraws) redraw();
    placePills(map);
    const zoom = map.getZoom();
    container.dataset["zoom"] = zoom < 12.5 ? "far" : zoom < 15 ? "middle" : "near";
    placeLabels(map);
    container.dataset["mapFeatures"] = String(count(map, groups));
  };
  map.on("moveend overlayadd overlayremove", settle);
  map.on("popupopen", ({ popup }) => {
    popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", stated.words.close);
  });
  settle();
  if (search) offerSearch(search);
  reopen(query);
  container.dataset["mapState"] = "idle";
}

/** Go to where the main map's page was left, as its address says it: ?layers=compound,hazard&z=13.5/27.73/111.99 */
function follow(query: URLSearchParams, map: L.Map, groups: Record<string, L.Layer>): void {
  const wanted = query.get("layers")?.split(",");
  for (const [id, group] of Object.entries(wanted ? groups : {})) {
    if (wanted?.includes(id)) map.addLayer(group);
    else map.removeLayer(group);
  }
  const [zoom = NaN, lat = NaN, lon = NaN] = (query.get("z") ?? "").split("/").map(Number);
  const isSane = zoom >= 0 && zoom <= 22 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
  if (isSane) map.setView([lat, lon], zoom + 1, { animate: false });
}

/** Show what was open there: &select=compound/12 */
function reopen(query: URLSearchParams): void {
  const key = query.get("select")?.replace("/", "-") ?? "";
  if (drawn.has(key)) show(key);
}

/** Return how many records are drawn of the layers that are on. */
function count(map: L.Map, groups: Record<string, L.Layer>): number {
  return Array.from(drawn.values()).filter(({ layerId }) => groups[layerId] && map.hasLayer(groups[layerId])).length;
}
