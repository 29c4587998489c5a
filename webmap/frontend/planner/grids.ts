// Grids of equal work: proposed as a job, compared with today's, and both drawn on the map.

import type { FeatureCollection } from "geojson";
import { element } from "../config";
import { boundsOf } from "../planner_page";
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
