// Places by the thousand: spots in packed form, drawn on a canvas under everything that can be clicked.

import { unpacked } from "./page";

/** How places of one kind look, and where they are, as webmap/reports/report_map.py states them. */
interface Look {
  colour: string;
  outline: string;
  weight: number;
  /** An SVG path in a square of 12; "" for a circle. */
  mark: string;
  size: number;
  spots: number[];
}

const SIZES = [[12, 1.6], [14, 2.6], [16, 4.5], [18, 8]] as const; // zoom, radius in pixels

function dotSize(zoom: number): number {
  for (let at = 1; at < SIZES.length; at += 1) {
    const [[low, small], [high, large]] = [SIZES[at - 1]!, SIZES[at]!];
    if (zoom <= high) return small + ((large - small) * Math.max(0, zoom - low)) / (high - low);
  }
  return SIZES.at(-1)![1];
}

/** A dot of a shape, as large as a circle of the same radius looks. */
class Marked extends L.CircleMarker {
  constructor(
    at: L.LatLngTuple,
    options: L.PathOptions,
    private readonly mark: Path2D,
  ) {
    super(at, options);
  }

  override _updatePath(): void {
    const { _renderer: renderer, _point: point, options } = this;
    if (!renderer._drawing || this._empty()) return;
    const pen = renderer._ctx;
    const scale = this._radius / 4.6;
    pen.save();
    pen.translate(point.x, point.y);
    pen.scale(scale, scale);
    pen.translate(-6, -6);
    pen.fillStyle = options.fillColor;
    pen.fill(this.mark);
    pen.strokeStyle = options.color;
    pen.lineWidth = options.weight / scale;
    if (options.weight) pen.stroke(this.mark);
    pen.restore();
  }
}

export function dots(map: L.Map, name: string, order: number, looks: Look[], factor: number): L.LayerGroup {
  const pane = map.createPane(`dots-${name}`);
  pane.style.zIndex = String(order);
  pane.style.pointerEvents = "none";
  const renderer = L.canvas({ pane: `dots-${name}`, padding: 0.3 });
  const group = L.layerGroup();
  const all: [L.CircleMarker, number][] = [];
  for (const look of looks) {
    const style = { color: look.outline, weight: look.weight, fillColor: look.colour, fillOpacity: 1 };
    const options = { renderer, interactive: false, ...style };
    const mark = look.mark ? new Path2D(look.mark) : null;
    for (const spot of unpacked(look.spots)) {
      const dot = mark ? new Marked(spot, options, mark) : L.circleMarker(spot, options);
      all.push([dot, look.size]);
      group.addLayer(dot);
    }
  }
  map.on("zoomend viewreset", () => {
    const radius = factor * dotSize(map.getZoom());
    for (const [dot, size] of all) dot.setRadius(radius * size);
  });
  return group;
}
