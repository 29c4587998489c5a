// The map of hot spots: how densely hazards lie, and the places that stand out.

import type { FeatureCollection } from "geojson";
import type { ExpressionSpecification, MapMouseEvent, StyleSpecification } from "maplibre-gl";
import { BaseMap, fetchStyle, type Hint } from "../base_map";
import { type Bbox, fetchJson, type PageConfig, say, sayNumber, tell, token } from "../config";
import { hatch } from "../hatch";

export interface Config extends PageConfig {
  map: string;
  /** Layers of the style that are no part of the base map. */
  subjects: string[];
  colours: { hot: string; cold: string; density: string[]; counts: string[] };
}

interface Drawn {
  spots: FeatureCollection;
  density: FeatureCollection | null;
}

export class HotSpotsMap extends BaseMap<Config> {
  private constructor(
    config: Config,
    style: StyleSpecification,
    private readonly drawn: Drawn,
    picked: (code: string) => void,
  ) {
    super(config, style);
    this.map.on("click", "spots", (event) => picked(String(event.features?.[0]?.properties["code"] ?? "")));
    this.hint(12, (event) => this.hintAt(event));
  }

  static async make(config: Config, picked: (code: string) => void): Promise<HotSpotsMap> {
    const [style, drawn] = await Promise.all([fetchStyle(config, config.subjects), fetchJson<Drawn>(config.map)]);
    const made = new HotSpotsMap(config, style, drawn, picked);
    await made.isReady;
    return made;
  }

  /** Show one place. */
  show(code: string, bbox: Bbox): void {
    this.map.setFilter("chosen", ["==", ["get", "code"], code]);
    this.fit(bbox, { padding: 80, maxZoom: 16 });
  }

  protected override draw(): void {
    const { map, config, drawn } = this;
    const { hot, cold, density } = config.colours;
    // Names stay readable above the areas.
    const names = map.getStyle().layers.find((layer) => layer.type === "symbol")?.id;
    if (drawn.density) {
      map.addSource("density", { type: "geojson", data: drawn.density });
      const steps = density.flatMap((name, at) => [at + 1, token(`--${name}`)]);
      map.addLayer({
        id: "density",
        type: "fill",
        source: "density",
        paint: {
          "fill-color": ["match", ["get", "step"], ...steps, token(`--${density[0]}`)] as unknown as ExpressionSpecification,
          "fill-opacity": 0.55,
          "fill-antialias": false,
        },
      }, names);
    }
    map.addSource("spots", { type: "geojson", data: drawn.spots });
    this.drawCounts(names);
    const colour: ExpressionSpecification = ["case", ["get", "is_hot"], hot, ["get", "is_cold"], cold, token("--map-ink-quiet")];
    const stands: ExpressionSpecification = ["any", ["get", "is_hot"], ["get", "is_cold"]];
    map.addLayer({
      id: "spots",
      type: "fill",
      source: "spots",
      paint: { "fill-color": colour, "fill-opacity": ["case", stands, 0.45, 0.04] },
    }, names);
    map.addLayer({
      id: "outlines",
      type: "line",
      source: "spots",
      paint: { "line-color": colour, "line-width": ["case", stands, 2, 0.6] },
    });
    map.addLayer({
      id: "chosen",
      type: "line",
      source: "spots",
      filter: ["==", ["get", "code"], ""],
      paint: { "line-color": token("--focus"), "line-width": 4 },
    });
    tell(say(config, "drawn", { places: sayNumber(config, drawn.spots.features.length) }));
  }

  /** Colour areas by the class of their count, and hatch those whose count is withheld; hazards have none. */
  private drawCounts(names: string | undefined): void {
    const { map, config } = this;
    const steps = config.colours.counts.flatMap((name, at) => [at + 1, token(`--${name}`)]);
    map.addLayer({
      id: "counts",
      type: "fill",
      source: "spots",
      filter: [">", ["coalesce", ["get", "class"], 0], 0],
      paint: {
        "fill-color": ["match", ["get", "class"], ...steps, "rgba(0, 0, 0, 0)"] as unknown as ExpressionSpecification,
        "fill-opacity": 0.75,
      },
    }, names);
    map.addImage("hatch", hatch(token("--map-ink-quiet")), { pixelRatio: 2 });
    map.addLayer({
      id: "withheld",
      type: "fill",
      source: "spots",
      filter: ["==", ["get", "class"], 0],
      paint: { "fill-pattern": "hatch" },
    }, names);
  }

  protected seen(): number | null {
    return this.map.getLayer("spots") ? this.map.queryRenderedFeatures({ layers: ["spots"] }).length : null;
  }

  private hintAt(event: MapMouseEvent): Hint | null {
    if (!this.map.getLayer("spots")) return null;
    const [feature] = this.map.queryRenderedFeatures(event.point, { layers: ["spots"] });
    if (!feature) return null;
    const { name, count } = feature.properties;
    const said = typeof count === "number" ? sayNumber(this.config, count) : say(this.config, "withheld");
    return { spot: event.lngLat, words: say(this.config, "spot", { name: String(name), count: said }) };
  }
}
