// A planner's page whose question can't be answered: the map of the place, and a form that asks again when it is changed.

import type { StyleSpecification } from "maplibre-gl";
import "./base_map.css";
import { BaseMap, fetchStyle } from "./base_map";
import { giveUp, type PageConfig, readConfig, say, tell } from "./config";
import { askAgain } from "./planner_page";

interface Config extends PageConfig {
  /** Layers of the style that are no part of the base map. */
  subjects: string[];
}

class PlaceMap extends BaseMap<Config> {
  static async make(config: Config): Promise<PlaceMap> {
    return new PlaceMap(config, await fetchStyle(config, config.subjects));
  }

  private constructor(config: Config, style: StyleSpecification) {
    super(config, style);
  }

  protected override draw(): void {
    tell(say(this.config, "refused"));
  }

  protected seen(): number {
    return 0;
  }
}

const config = readConfig<Config>("refused-config");
askAgain(() => {});
PlaceMap.make(config).catch((error: unknown) => giveUp(config, error));
