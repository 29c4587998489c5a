// Places on the planner's map: reached ones by their minutes, the others by their cause, in colour and in shape.

import type { ExpressionSpecification, Map as MapLibreMap } from "maplibre-gl";
import type { Config } from "./config";

/** The layers that places are on. */
export const PLACES = ["places", "gaps"];

const RADIUS: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 11, 1.6, 13, 2.6, 15, 5, 18, 11];
const SIDE_PX = 24;
const RATIO = 2;
/** Shapes are drawn in a square of so many units. */
const UNITS = 12;
const IS_REACHED: ExpressionSpecification = ["==", ["get", "cause"], ""];

/** Draw them; what isn't reached lies above what is: the page is about gaps. */
export function addPlaces(map: MapLibreMap, config: Config): void {
  for (const [cause, colour] of Object.entries(config.causes)) {
    const image = `csmap:cause:${cause}`;
    if (!map.hasImage(image)) map.addImage(image, drawn(config.shapes[cause] ?? "", colour), { pixelRatio: RATIO });
  }
  map.addLayer({
    id: "places",
    type: "circle",
    source: "places",
    filter: IS_REACHED,
    paint: {
      "circle-color": byBand(config.bands),
      "circle-radius": RADIUS,
      "circle-stroke-color": "#ffffff",
      "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 13, 0, 15, 0.8],
      "circle-opacity": 0.9,
    },
  });
  map.addLayer({
    id: "gaps",
    type: "symbol",
    source: "places",
    filter: ["!", IS_REACHED],
    layout: {
      "icon-image": ["concat", "csmap:cause:", ["get", "cause"]],
      "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.2, 13, 0.3, 15, 0.55, 18, 1.1],
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
    },
  });
}

/** Draw what people can get at: each place by its class. */
export function addAccess(map: MapLibreMap, colours: string[]): void {
  const pairs = colours.slice(1).flatMap((colour, before) => [before + 1, colour]);
  map.addLayer({
    id: "access",
    type: "circle",
    source: "access",
    paint: {
      "circle-color": ["step", ["get", "class"], colours[0]!, ...pairs] as unknown as ExpressionSpecification,
      "circle-radius": RADIUS,
      "circle-stroke-color": "#ffffff",
      "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 13, 0, 15, 0.8],
    },
  });
}

/** Let them pale behind something else, or stand out again. */
export function pale(map: MapLibreMap, isPale: boolean): void {
  map.setPaintProperty("places", "circle-opacity", isPale ? 0.25 : 0.9);
  map.setPaintProperty("places", "circle-stroke-opacity", isPale ? 0.25 : 1);
  map.setPaintProperty("gaps", "icon-opacity", isPale ? 0.25 : 1);
}

/** Return the colour of the band that some minutes lie in. */
export function byBand(bands: Config["bands"]): ExpressionSpecification {
  // Minutes have one digit: what is just within a band is told as within it.
  const steps = bands.slice(1).flatMap(([, colour], before) => [bands[before]![0] + 0.05, colour]);
  const first = bands[0]![1];
  if (!steps.length) return ["to-color", first];
  return ["step", ["get", "minutes"], first, ...steps] as unknown as ExpressionSpecification;
}

function drawn(shape: string, colour: string): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE_PX * RATIO;
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("this browser can't draw on a canvas");
  const scale = (SIDE_PX * RATIO) / UNITS;
  pen.scale(scale, scale);
  const path = new Path2D(shape);
  pen.fillStyle = colour;
  pen.fill(path);
  pen.strokeStyle = "#ffffff";
  pen.lineWidth = 0.7;
  pen.stroke(path);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
