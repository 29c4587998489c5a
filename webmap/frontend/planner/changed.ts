// What changes do: who gains and who loses, barriers and crossings, and what is being drawn.

import type { ExpressionSpecification, Map as MapLibreMap } from "maplibre-gl";
import { token } from "../config";
import type { Delta } from "./config";

const GAINED = "#0a7a4b";
const LOST = "#b3261e";
const CROSSING = "#7b3fa0";
export const NOTHING: Delta["places"] = { type: "FeatureCollection", features: [] };

/** Draw them, with nothing in them yet: places that change and shapes below the posts, what is drawn on top. */
export function addChange(map: MapLibreMap): void {
  map.addSource("change", { type: "geojson", data: NOTHING });
  map.addSource("shapes", { type: "geojson", data: NOTHING });
  map.addSource("drawing", { type: "geojson", data: NOTHING });
  const isLost: ExpressionSpecification = ["==", ["get", "change"], "lost"];
  map.addLayer(
    {
      id: "change",
      type: "circle",
      source: "change",
      // Full or hollow, so that colour isn't all that tells them apart.
      paint: {
        "circle-color": ["case", isLost, "#ffffff", GAINED],
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 2, 13, 3, 15, 5.5, 18, 11],
        "circle-stroke-color": ["case", isLost, LOST, "#ffffff"],
        "circle-stroke-width": ["case", isLost, 2, 1],
      },
    },
    "posts",
  );
  addShapes(map);
  map.addLayer({
    id: "drawing",
    type: "line",
    source: "drawing",
    paint: { "line-color": CROSSING, "line-width": 3, "line-dasharray": [2, 1] },
  });
}

function addShapes(map: MapLibreMap): void {
  const ink = token("--map-ink");
  const line = { type: "line", source: "shapes" } as const;
  const isCrossing: ExpressionSpecification = ["==", ["get", "change"], "crossing"];
  const barrier = { "line-color": ink, "line-width": 3 };
  map.addLayer({ ...line, id: "barriers", filter: ["!", isCrossing], paint: barrier }, "change");
  map.addLayer({ ...line, id: "crossings", filter: isCrossing, paint: { "line-color": CROSSING, "line-width": 4 } }, "change");
  map.addLayer(
    {
      id: "closed-spots",
      type: "circle",
      source: "shapes",
      filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-color": ink, "circle-radius": 5, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5 },
    },
    "change",
  );
}
