// The posts of an answer: full where they are open at its hour, hollow where they aren't.

import type { Map as MapLibreMap } from "maplibre-gl";
import type { Config } from "./config";
import { IS_GONE } from "./gone";

/** Draw those that are there; who is gone is drawn by itself. */
export function addPosts(map: MapLibreMap, { open, closed }: Config["posts"]): void {
  map.addLayer({
    id: "posts",
    type: "circle",
    source: "posts",
    filter: ["!", IS_GONE],
    paint: {
      "circle-color": ["case", ["get", "is_open"], open[0], closed[0]],
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 5, 15, 9],
      "circle-stroke-color": ["case", ["get", "is_open"], open[1], closed[1]],
      "circle-stroke-width": 3,
    },
  });
}
