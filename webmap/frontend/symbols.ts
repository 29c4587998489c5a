// The symbols of points, drawn here from the shapes that the style names: no image is fetched.

import type { Map as MapLibreMap } from "maplibre-gl";

export interface Look {
  path: string;
  mark: string;
  colour: string;
  outline: string;
  /** Diameter of the shape in pixels at the size at which the style leaves it. */
  size: number;
  /** Without an edge: it lies on what it belongs to. */
  flat?: boolean;
}

const BOX = 24;
const SHAPE = 18;
const RATIO = 2;

/** As the style names the image behind a number. */
const PILL = "csmap:pill";

/** The style's colours of the label behind a number. */
export interface PillColours {
  [PILL]: { fill: string; edge: string };
}

/** Have each symbol drawn when a tile asks for it first: a view has a few of them. */
export function addSymbols(map: MapLibreMap, looks: Record<string, Look>, colours: PillColours): void {
  map.setMissingStyleImageResolver((name) => {
    const look = looks[name];
    // Two tiles may ask for the same one.
    if (map.hasImage(name)) return;
    if (name === PILL) addPill(map, colours[PILL]);
    else if (look) map.addImage(name, drawn(look), { pixelRatio: RATIO });
  });
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
  if (look.flat) {
    pen.fillStyle = look.colour;
    pen.fill(shape);
    return pen.getImageData(0, 0, side, side);
  }
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

/** The label behind a number of records: its middle stretches, its round ends don't. */
function addPill(map: MapLibreMap, { fill, edge: line }: PillColours[typeof PILL]): void {
  const [width, height, edge] = [56, 48, 6];
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("this browser can't draw on a canvas");
  const radius = (height - 2 * edge) / 2;
  pen.beginPath();
  pen.roundRect(edge, edge, width - 2 * edge, height - 2 * edge, radius);
  pen.shadowColor = "rgb(40 34 24 / 35%)";
  pen.shadowBlur = 6;
  pen.shadowOffsetY = 2;
  pen.fillStyle = fill;
  pen.fill();
  pen.shadowColor = "transparent";
  pen.strokeStyle = line;
  pen.lineWidth = 2;
  pen.stroke();
  const [left, right] = [edge + radius, width - edge - radius];
  map.addImage(PILL, pen.getImageData(0, 0, width, height), {
    pixelRatio: RATIO,
    stretchX: [[left, right]],
    stretchY: [[height / 2 - 1, height / 2 + 1]],
    content: [edge + 4, edge, width - edge - 4, height - edge],
  });
}
