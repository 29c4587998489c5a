// Grids of equal work: proposed as a job, compared with today's, and both drawn on the map.

import type { FeatureCollection } from "geojson";
import type { Map as MapLibreMap } from "maplibre-gl";
import { element, token } from "../config";
import { boundsOf } from "../planner_page";
import { NOTHING } from "./changed";
import type { Config } from "./config";
import { JobBox } from "./job";
import type { PlannerMap } from "./map";

export interface DrawnGrids {
  today: FeatureCollection;
  then: FeatureCollection;
}

export class Grids {
  private drawn: DrawnGrids | null = null;

  constructor(config: Config, map: PlannerMap) {
    const parts = { ask: "balance", callOff: "stop-balancing", working: "balancing", outcome: "balanced" };
    const asked = () => ({ address: config.grids, body: {}, piece: config.balanced });
    const section = element<HTMLDetailsElement>("grids");
    new JobBox(config, parts, asked, (outcome) => {
      const told = outcome.querySelector("[data-grids]");
      this.drawn = told ? (JSON.parse(told.textContent ?? "") as DrawnGrids) : null;
      map.showGrids(this.drawn);
      if (this.drawn) map.showAll(this.drawn.then);
    });
    section.addEventListener("toggle", () => map.showGrids(section.open ? this.drawn : null));
    element("balanced").addEventListener("click", (event) => {
      const row = (event.target as HTMLElement).closest<HTMLElement>("[data-bbox]");
      if (row) map.showBox(boundsOf(row));
    });
  }
}

/** Draw those that are proposed and, on top of them, today's; none as long as nothing is shown. */
export function addGrids(map: MapLibreMap): void {
  map.addSource("grids-then", { type: "geojson", data: NOTHING });
  map.addSource("grids-today", { type: "geojson", data: NOTHING });
  map.addLayer({ id: "grids-then", type: "line", source: "grids-then", paint: { "line-color": "#620fde", "line-width": 2.5 } });
  map.addLayer({
    id: "grids-today",
    type: "line",
    source: "grids-today",
    paint: { "line-color": token("--map-ink"), "line-width": 1.5, "line-dasharray": [3, 2] },
  });
}
