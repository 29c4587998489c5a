// Places on the planner's map: reached ones by their minutes, the others by their cause, in colour and in shape.

import type { ExpressionSpecification, Map as MapLibreMap } from "maplibre-gl";
import type { FeatureCollection, Point } from "geojson";
import { token } from "../config";
import type { Config, PlaceTold } from "./config";

/** The layers that places are on. */
export const PLACES = ["places", "gaps"];

/** How much smaller and larger than the usual place one may be drawn. */
const LEAST = 0.6;
const MOST = 2;
/** At the nearest zooms places stand apart, and large ones needn't be as large. */
const MOST_NEAR = 1.4;
/** Of places that are out of the picked gap. */
const DIMMED = 0.3;
const SIDE_PX = 24;
const RATIO = 2;
/** Shapes are drawn in a square of so many units. */
const UNITS = 12;
/** Small places lie above large ones. */
const FEWEST_LAST: ExpressionSpecification = ["-", 0, ["coalesce", ["get", "people"], 0]];
const IS_REACHED: ExpressionSpecification = ["==", ["get", "cause"], ""];

type Places = FeatureCollection<Point, PlaceTold>;
type Peopled = Pick<FeatureCollection, "features">;

/** Draw them; what isn't reached lies above what is: the page is about gaps. */
export function addPlaces(map: MapLibreMap, config: Config, places: Places): void {
  const [size, nearSize] = byPeople(places);
  for (const [cause, colour] of Object.entries(config.causes)) {
    const image = `csmap:cause:${cause}`;
    if (!map.hasImage(image)) map.addImage(image, drawn(config.shapes[cause] ?? "", colour), { pixelRatio: RATIO });
  }
  map.addLayer({
    id: "places",
    type: "circle",
    source: "places",
    filter: IS_REACHED,
    layout: { "circle-sort-key": FEWEST_LAST },
    paint: {
      "circle-color": byBand(config.bands),
      "circle-radius": radius(places),
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
      "icon-size": ["interpolate", ["linear"], ["zoom"], 11, ["*", 0.17, size], 13, ["*", 0.27, size], 15, ["*", 0.48, size], 18, ["*", 1, nearSize]],
      "symbol-sort-key": FEWEST_LAST,
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
    },
  });
}

/** Draw what people can get at: each place by its class and, once it is known who is there, by its people. */
export function addAccess(map: MapLibreMap, colours: string[]): void {
  const pairs = colours.slice(1).flatMap((colour, before) => [before + 1, colour]);
  map.addLayer({
    id: "access",
    type: "circle",
    source: "access",
    layout: { "circle-sort-key": FEWEST_LAST },
    paint: {
      "circle-color": ["step", ["get", "class"], colours[0]!, ...pairs] as unknown as ExpressionSpecification,
      "circle-radius": radius({ features: [] }),
      "circle-stroke-color": "#ffffff",
      "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 13, 0, 15, 0.8],
    },
  });
}

/** Draw access as large as the people of its places are many. */
export function sizeAccess(map: MapLibreMap, places: Peopled): void {
  map.setPaintProperty("access", "circle-radius", radius(places));
}

/** Return how large the circle of a place is drawn. */
function radius(places: Peopled): ExpressionSpecification {
  const [size, nearSize] = byPeople(places);
  return ["interpolate", ["linear"], ["zoom"], 11, ["*", 1.5, size], 13, ["*", 2.4, size], 15, ["*", 4.4, size], 18, ["*", 10, nearSize]];
}

/** Let them pale behind something else, or all but those of a picked gap dim; else they stand out. */
export function pale(map: MapLibreMap, isPale: boolean, gap: number | null): void {
  const opacity = (full: number): ExpressionSpecification | number => {
    if (isPale) return 0.25;
    return gap === null ? full : ["case", ["==", ["get", "gap"], gap], full, DIMMED];
  };
  map.setPaintProperty("places", "circle-opacity", opacity(0.9));
  map.setPaintProperty("places", "circle-stroke-opacity", opacity(1));
  map.setPaintProperty("gaps", "icon-opacity", opacity(1));
}

/** Return how large a place is drawn by the people there, the usual one being 1: its area goes by their number, within
 * bounds; and the same for the nearest zooms. Where nobody has counted it is as large as the usual one. */
function byPeople(places: Peopled): [ExpressionSpecification, ExpressionSpecification] {
  const known = places.features.flatMap(({ properties }) => (properties?.["people"] ? [Number(properties["people"])] : []));
  const usual = known.reduce((sum, people) => sum + people, 0) / known.length || 1;
  const within = (most: number): ExpressionSpecification => [
    "case",
    ["has", "people"],
    ["max", LEAST, ["min", most, ["sqrt", ["/", ["get", "people"], usual]]]],
    1,
  ];
  return [within(MOST), within(MOST_NEAR)];
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

/** Draw a ring around each place of the gap that is shown; none is at first. */
export function addGap(map: MapLibreMap): void {
  map.addLayer({
    id: "gap",
    type: "circle",
    source: "places",
    filter: ["==", ["get", "gap"], -1],
    paint: {
      "circle-color": "rgba(0, 0, 0, 0)",
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 4, 15, 9, 18, 18],
      "circle-stroke-color": token("--focus"),
      // From afar rings would run into each other, and what is beside the gap is dimmed there, too.
      "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 14.5, 0, 15.5, 2],
    },
  });
}
