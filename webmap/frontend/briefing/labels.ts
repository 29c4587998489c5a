// Names on the map: what is drawn on top goes first, and no name covers another.

import { drawn, type Label, labels, made, mapZoom, nameOf, opened } from "./page";

type Box = Pick<DOMRect, "left" | "right" | "top" | "bottom">;
interface Placed extends Label {
  box: HTMLElement;
  marker: L.Marker;
  isSpot: boolean;
}
let placed: Placed[] = [];

/** Names of towns and villages: no records of the lists, so that the page has them in a list of their own. */
function addPlaceNames(): void {
  for (const item of document.querySelectorAll<HTMLElement>("#place-names li")) {
    const stated = (name: string) => Number(item.dataset[name]);
    const [from, until, smallest, largest] = [stated("from"), stated("until"), stated("smallestPx"), stated("largestPx")];
    const sizePx = (zoom: number) => smallest + ((largest - smallest) * (zoom - from)) / (until - from);
    const layerId = item.dataset["layer"] ?? "";
    const box = made("span", `label place-name label-${layerId} ${item.className}`, item.textContent ?? "");
    labels.push({ layerId, key: "", at: [stated("lon"), stated("lat")], from, until, box, sizePx });
  }
}

/** Write all names, each where it is declared to be, in the order in which they find room. */
export function makeLabels(map: L.Map, order: string[]): void {
  addPlaceNames();
  labels.sort((one, other) => order.indexOf(one.layerId) - order.indexOf(other.layerId));
  placed = labels.map((label) => {
    const { spot, shape } = drawn.get(label.key) ?? { spot: null, shape: null };
    const isSpot = Boolean(spot ?? shape?.getLatLng);
    const className = `label label-${label.layerId}${isSpot ? " spot-label" : ""}`;
    const box = label.box ?? made("span", className, nameOf(label.key));
    const icon = L.divIcon({ html: box, className: "label-spot", iconSize: [0, 0] });
    const [lon, lat] = label.at;
    const marker = L.marker([lat, lon], { icon, interactive: false, keyboard: false, pane: "labels" }).addTo(map);
    return { ...label, box, marker, isSpot };
  });
}

function apart(one: Box, other: Box): boolean {
  return one.right + 2 < other.left || other.right + 2 < one.left || one.bottom < other.top || other.bottom < one.top;
}

function moved(box: Box, dy: number, dx = 0): Box {
  return { left: box.left + dx, right: box.right + dx, top: box.top + dy, bottom: box.bottom + dy };
}

/** Move numbers of several layers that would lie on each other aside: below, above, beside. */
export function placePills(map: L.Map): void {
  const pane = map.getPane("markerPane");
  const taken: Box[] = Array.from(pane.querySelectorAll(".spot .swatch"), (one) => one.getBoundingClientRect());
  for (const one of pane.querySelectorAll<HTMLElement>(".pill")) {
    const box = one.getBoundingClientRect();
    const [wide, high] = [box.width / 2 + 16, box.height + 2];
    const beside = [0, high, -high].flatMap((dy): [number, number][] => [[wide, dy], [-wide, dy]]);
    const tried: [number, number][] = [[0, 0], [0, high], [0, -high], ...beside, [0, 2 * high], [0, -2 * high]];
    const [dx, dy] = tried.find(([x, y]) => taken.every((other) => apart(moved(box, y, x), other))) ?? [0, 0];
    one.style.marginLeft = `${dx}px`;
    one.style.marginTop = `${dy}px`;
    taken.push(moved(box, dy, dx));
  }
}

/** Show the names that have room. What fits nowhere is left out: the tooltip, the list and a closer zoom say it. */
export function placeLabels(map: L.Map): void {
  const zoom = mapZoom(map);
  const view = map.getBounds().pad(0.1);
  const { groups } = opened();
  const isOn = ({ layerId }: Placed) => !groups[layerId] || map.hasLayer(groups[layerId]);
  const isDue = ({ from, until }: Placed) => zoom >= from && zoom < until;
  const shown = placed.filter((one) => isDue(one) && isOn(one) && view.contains(one.marker.getLatLng()));
  for (const one of placed) one.box.hidden = true;
  for (const one of shown) {
    one.box.hidden = false;
    one.box.style.marginTop = "0";
    if (one.sizePx) one.box.style.fontSize = `${one.sizePx(zoom)}px`;
  }
  // All are measured before any is moved: to measure after each move would lay the page out as often.
  const measured = shown.map((one) => ({ one, box: one.box.getBoundingClientRect() }));
  const symbols = map.getPane("markerPane").querySelectorAll(".swatch, .stacked, .pill");
  const taken: Box[] = Array.from(symbols, (symbol) => symbol.getBoundingClientRect());
  for (const { one, box } of measured) {
    const step = box.height;
    const steps = one.isSpot ? [0, -step - 24] : [0, step, -step, 1.8 * step, -1.8 * step];
    const dy = steps.find((tried) => taken.every((other) => apart(moved(box, tried), other)));
    one.box.hidden = dy === undefined;
    if (dy === undefined) continue;
    one.box.style.marginTop = `${dy}px`;
    taken.push(moved(box, dy));
  }
}
