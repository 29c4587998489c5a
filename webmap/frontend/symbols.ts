// The symbols of points, drawn here from the shapes that the style names: no image is fetched.

import type { Map as MapLibreMap } from "maplibre-gl";

interface Look {
  path: string;
  mark: string;
  colour: string;
  outline: string;
  /** Diameter of the shape in pixels at the size at which the style leaves it. */
  size: number;
}

const BOX = 24;
const SHAPE = 18;
const RATIO = 2;

export function addSymbols(map: MapLibreMap, looks: Record<string, Look>): void {
  for (const [name, look] of Object.entries(looks)) {
    if (!map.hasImage(name)) map.addImage(name, drawn(look), { pixelRatio: RATIO });
  }
}

function drawn(look: Look): ImageData {
  const scale = (look.size / SHAPE) * RATIO;
  const side = Math.ceil((BOX + 4) * scale);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("this browser can't draw on a canvas");
  pen.scale(scale, scale);
  pen.translate(2, 2);
  const shape = new Path2D(look.path);
  // A soft dark edge under the light outline keeps the symbol apart from pale ground.
  pen.lineJoin = "round";
  pen.strokeStyle = "rgb(40 34 24 / 28%)";
  pen.lineWidth = 4.6;
  pen.stroke(shape);
  pen.strokeStyle = look.outline;
  pen.lineWidth = 3.2;
  pen.stroke(shape);
  pen.fillStyle = look.colour;
  pen.fill(shape);
  if (look.mark) {
    pen.fillStyle = "#ffffff";
    pen.fill(new Path2D(look.mark));
  }
  return pen.getImageData(0, 0, side, side);
}
