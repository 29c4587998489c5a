// The base map: packed shapes on a canvas, below all that can be clicked.

import { mapZoom, unpacked } from "./page";

/** How shapes of one kind look, and the shapes, as webmap/briefing/base.py states them. */
interface Look {
  colour: string;
  outline: string | null;
  widths: number[];
  isArea: boolean;
  parts: number[][];
}

/** Widths grow with the zoom as on the main map: exponentially between the stated zooms. */
function widthAt(zooms: number[], widths: number[], zoom: number): number {
  if (widths.length === 1 || zoom <= zooms[0]!) return widths[0]!;
  for (let at = 1; at < zooms.length; at += 1) {
    if (zoom <= zooms[at]!) {
      const [low, high] = [zooms[at - 1]!, zooms[at]!];
      const share = (1.6 ** (zoom - low) - 1) / (1.6 ** (high - low) - 1);
      return widths[at - 1]! + share * (widths[at]! - widths[at - 1]!);
    }
  }
  return widths.at(-1)!;
}

export function drawBase(map: L.Map, zooms: number[], casings: number[], looks: Look[]): void {
  const pane = map.createPane("base");
  pane.style.zIndex = "250";
  pane.style.pointerEvents = "none";
  map.createPane("outside").style.zIndex = "350";
  const fixed = { renderer: L.canvas({ pane: "base", padding: 0.3 }), interactive: false, smoothFactor: 0.5 };
  const sized: ((zoom: number) => void)[] = [];
  const read = looks.map((look) => ({ ...look, lines: look.parts.map(unpacked) }));
  for (const look of read.filter((one) => one.isArea)) {
    const rings = look.lines.map((line) => [line]);
    const border = look.outline === null ? {} : { color: look.outline };
    L.polygon(rings, { ...fixed, ...border, weight: look.widths[0]!, fillColor: look.colour, fillOpacity: 1 }).addTo(map);
  }
  const roads = read.filter((one) => !one.isArea);
  for (const { lines, outline, widths } of roads) {
    if (!outline) continue;
    const line = L.polyline(lines, { ...fixed, color: outline }).addTo(map);
    sized.push((zoom) => {
      const width = widthAt(zooms, widths, zoom);
      line.setStyle({ weight: width + (width ? widthAt(zooms, casings, zoom) : 0) });
    });
  }
  for (const { lines, colour, widths } of roads) {
    const line = L.polyline(lines, { ...fixed, color: colour }).addTo(map);
    sized.push((zoom) => line.setStyle({ weight: widthAt(zooms, widths, zoom) }));
  }
  map.on("zoomend viewreset", () => sized.forEach((size) => size(mapZoom(map))));
}
