// What is said of records: in a tip, in a popup, and by the buttons that lead from the lists to the map.

import { drawn, labels, made, nameOf, opened, row } from "./page";

const MOST_TOLD = 50;
const POPUP: L.PopupOptions = { maxWidth: 300, minWidth: 200, maxHeight: 320, autoPanPadding: [12, 12] };
/** The record that the list was asked for: it comes first among those of its spot. */
let asked: string | null = null;

interface Feature {
  properties: { records: number[]; at?: [number, number]; zoom?: number };
}

/** Return what a GeoJSON layer does with each of its shapes. */
export function each(layerId: string): (feature: Feature, shape: L.Shape) => void {
  return ({ properties: { records, at, zoom } }, shape) => {
    const keys = records.map((id) => `${layerId}-${id}`);
    for (const key of keys) drawn.set(key, { shape, spot: null, layerId });
    const few = keys.slice(0, 3);
    shape.bindTooltip(() => tip(few, keys.length), { direction: "top", sticky: !shape.getLatLng });
    shape.bindPopup(() => told(keys), POPUP);
    if (at) labels.push({ layerId, key: keys[0]!, at, from: zoom ?? 0, until: Infinity, box: null, sizePx: null });
  };
}

export function openAt(at: L.LatLngTuple, keys: string[]): void {
  L.popup({ ...POPUP, offset: [0, -6] }).setLatLng(at).setContent(told(keys)).openOn(opened().map);
}

export function tip(keys: string[], count: number): HTMLElement {
  const box = made("div", "tip");
  for (const key of keys) box.append(made("div", "", nameOf(key)));
  if (count > keys.length) box.append(made("div", "count", several(count)));
  return box;
}

function told(keys: string[]): HTMLElement {
  const box = made("div", "told");
  if (keys.length > 1) box.append(made("p", "count", several(keys.length)));
  const first = keys.filter((key) => key === asked);
  const others = keys.filter((key) => key !== asked);
  for (const key of [...first, ...others].slice(0, MOST_TOLD)) box.append(facts(key));
  return box;
}

function several(count: number): string {
  return opened().words.several.replace("{}", String(count));
}

function facts(key: string): HTMLElement {
  const box = made("section", "told-record");
  box.append(made("h3", "", nameOf(key)));
  const stated = row(key);
  if (!stated) return box;
  const list = made("dl", "");
  for (const cell of stated.querySelectorAll("td")) {
    if (cell.classList.contains("unknown")) continue;
    const line = made("div", "");
    line.append(made("dt", "", cell.dataset["label"]), made("dd", "", cell.textContent ?? ""));
    list.append(line);
  }
  const link = made("a", "", opened().words.inList);
  link.href = `#${key}`;
  box.append(list, link);
  return box;
}

/** Show a record that is drawn: go there and open what is said of it. */
export function show(key: string): void {
  const found = drawn.get(key);
  if (!found) return;
  const { map, groups, words } = opened();
  const group = groups[found.layerId];
  if (group) map.addLayer(group);
  asked = key;
  const { spot, shape } = found;
  if (spot) {
    map.setView(spot.at, Math.max(map.getZoom(), spot.stated.from, 16), { animate: false });
    openAt(spot.at, spot.keys);
  } else {
    // In a coverage's map points are shapes of their own.
    if (shape.getLatLng) map.setView(shape.getLatLng(), Math.max(map.getZoom(), 16), { animate: false });
    else map.fitBounds(shape.getBounds(), { maxZoom: 17, animate: false });
    shape.closePopup();
    shape.openPopup();
  }
  asked = null;
  map.getContainer().scrollIntoView({ block: "center" });
  map.getContainer().focus({ preventScroll: true });
  const status = document.getElementById("status");
  if (status) status.textContent = words.shown.replace("{}", () => nameOf(key));
}

/** Let the name in each row lead to its place. */
export function addButtons(): void {
  for (const [key, { spot }] of drawn) {
    const cell = spot?.name != null ? null : row(key)?.querySelector(".name");
    if (!cell) continue;
    const button = made("button", "name-button", cell.textContent ?? "");
    button.type = "button";
    button.title = opened().words.show;
    button.addEventListener("click", () => show(key));
    cell.replaceChildren(button);
  }
}
