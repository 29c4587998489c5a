// Points: each with its symbol close up, many of a layer as one number from afar; only what is in view is drawn.

import { drawn, labels, made, redraws, type Spot, type StatedPoints, unpacked } from "./page";
import { openAt, tip } from "./records";

const CELL_PX = 104;
type Cell = [Spot, ...Spot[]];

/** Return a layer's names by line, with what the search knows of each: of one with too many records for a list. */
export function namesOf(layerId: string): string[][] {
  const text = document.getElementById(`names-${layerId}`)?.textContent;
  return text ? text.split("\n").map((line) => line.split("\t")) : [];
}

function spotsOf(stated: StatedPoints): Spot[] {
  const { layer, looks, label } = stated;
  const names = namesOf(layer);
  const title = document.getElementById(`list-${layer}`)?.dataset["title"] ?? "";
  const spots: Spot[] = [];
  for (const look of looks) {
    unpacked(look.spots).forEach((at, place) => {
      const { x, y } = L.CRS.EPSG3857.latLngToPoint(L.latLng(at), 0);
      const records = look.records && [look.records[place]!].flat();
      const keys = records ? records.map((id) => `${layer}-${id}`) : [`${layer}-at-${spots.length}`];
      const name = records ? null : (names[spots.length]?.[0] ?? title);
      const mixed = look.mixed?.[place]?.map((number) => looks[number]!);
      const spot: Spot = { at, x, y, look, looks: mixed, stated, keys, name };
      if (records && label !== null) {
        labels.push({ layerId: layer, key: keys[0]!, at: [at[1], at[0]], from: label, until: Infinity, box: null, sizePx: null });
      }
      for (const key of keys) drawn.set(key, { spot, shape: null, layerId: layer });
      spots.push(spot);
    });
  }
  return spots;
}

/** Return the spots in view by the cell of the screen that they lie in, or by the very same place. */
function cellsOf(map: L.Map, spots: Spot[], sizePx: number): Iterable<Cell> {
  const scale = 2 ** map.getZoom();
  const { min, max } = map.getPixelBounds();
  const around = map.getSize().divideBy(4);
  const [west, east, north, south] = [min.x - around.x, max.x + around.x, min.y - around.y, max.y + around.y];
  const cells = new Map<number | string, Cell>();
  for (const spot of spots) {
    const [x, y] = [spot.x * scale, spot.y * scale];
    if (x < west || x > east || y < north || y > south) continue;
    const key = sizePx ? Math.floor(x / sizePx) * 1e8 + Math.floor(y / sizePx) : `${spot.at}`;
    const cell = cells.get(key);
    if (cell) cell.push(spot);
    else cells.set(key, [spot]);
  }
  return cells.values();
}

function isOneSpot(cell: Cell): boolean {
  return cell.every((spot) => `${spot.at}` === `${cell[0].at}`);
}

/** Return the layer's symbol with the number, or each look with its own, as on the main map. */
function pill({ layer, isApart, plain, looks }: StatedPoints, cell: Cell): HTMLElement {
  const worn = cell.flatMap((spot) => spot.looks ?? spot.keys.map(() => spot.look));
  const counted = looks.map((look): [string, number] => [look.small, worn.filter((one) => one === look).length]);
  const parts: [string, number][] = isApart ? counted.filter(([, found]) => found) : [[plain, worn.length]];
  const box = made("span", `pill pill-of-${layer}`);
  for (const [svg, found] of parts) {
    const part = made("span", "pill-part");
    part.innerHTML = svg; // declared looks: nothing in them comes from a file
    part.append(found.toLocaleString(document.documentElement.lang));
    box.append(part);
  }
  return box;
}

/** A layer that draws what is in view whenever it is switched on. */
class Drawing extends L.LayerGroup {
  constructor(private readonly draw: (group: L.LayerGroup) => void) {
    super();
  }

  override onAdd(map: L.Map): void {
    this.draw(this);
    super.onAdd(map);
  }
}

export function points(map: L.Map, stated: StatedPoints): L.LayerGroup {
  const spots = spotsOf(stated);
  const options = { keyboard: false, riseOnHover: true, zIndexOffset: stated.order };

  function alone(cell: Cell): L.Layer {
    const keys = cell.flatMap((spot) => spot.keys);
    const badge = keys.length > 1 ? `<span class="stacked">${keys.length}</span>` : "";
    const className = `spot spot-${stated.layer}`;
    const icon = L.divIcon({ html: cell[0].look.svg + badge, className, iconSize: [stated.size, stated.size] });
    const marker = L.marker(cell[0].at, { ...options, icon });
    marker.bindTooltip(() => tip(keys.slice(0, 3), keys.length), { direction: "top" });
    return marker.on("click", () => openAt(cell[0].at, keys));
  }

  function together(cell: Cell): L.Layer {
    const mean = (part: 0 | 1) => cell.reduce((sum, spot) => sum + spot.at[part], 0) / cell.length;
    const icon = L.divIcon({ html: pill(stated, cell), className: `pill-spot pill-${stated.layer}`, iconSize: [0, 0] });
    const closer = () => {
      const around = L.latLngBounds(cell.map((spot) => spot.at)).pad(0.1);
      map.fitBounds(around, { maxZoom: Math.max(stated.from, map.getZoom() + 1) });
    };
    return L.marker([mean(0), mean(1)], { ...options, icon }).on("click", closer);
  }

  function draw(group: L.LayerGroup): void {
    group.clearLayers();
    const sizePx = map.getZoom() < stated.from ? CELL_PX : 0;
    for (const cell of cellsOf(map, spots, sizePx)) group.addLayer(isOneSpot(cell) ? alone(cell) : together(cell));
  }

  const group = new Drawing(draw);
  redraws.push(() => map.hasLayer(group) && draw(group));
  return group;
}
