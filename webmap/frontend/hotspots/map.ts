// The map of hot spots: how densely hazards lie, and the places that stand out.

import type { FeatureCollection } from "geojson";
import {
  type ExpressionSpecification,
  Map as MapLibreMap,
  NavigationControl,
  Popup,
  ScaleControl,
  type StyleSpecification,
  setWorkerUrl,
} from "maplibre-gl";
import { element, say, sayNumber } from "../config";
import { fetchJson } from "../planner/config";
import { addSymbols } from "../symbols";

export interface Config {
  style: string;
  map: string;
  bounds: [number, number, number, number];
  language: string;
  /** Layers of the style that are no part of the base map. */
  subjects: string[];
  colours: { hot: string; cold: string; density: string[] };
  words: Record<string, string>;
}

interface Drawn {
  spots: FeatureCollection;
  density: FeatureCollection | null;
}

export class HotSpotsMap {
  private readonly map: MapLibreMap;

  private constructor(
    private readonly config: Config,
    style: StyleSpecification,
    private readonly drawn: Drawn,
    private readonly picked: (code: string) => void,
  ) {
    setWorkerUrl(new URL("./map-worker.js", import.meta.url).href);
    this.map = new MapLibreMap({
      container: "map",
      style,
      bounds: config.bounds,
      fitBoundsOptions: { padding: 24 },
      minZoom: 6,
      maxZoom: 20,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      locale: {
        "Map.Title": say(config, "map"),
        "NavigationControl.ZoomIn": say(config, "zoom_in"),
        "NavigationControl.ZoomOut": say(config, "zoom_out"),
        "ScaleControl.Meters": say(config, "m"),
        "ScaleControl.Kilometers": say(config, "km"),
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 96 }), "bottom-right");
    const symbols = (style.metadata as Record<string, Parameters<typeof addSymbols>[1]>)["csmap:symbols"] ?? {};
    this.map.on("style.load", () => {
      addSymbols(this.map, symbols);
      this.draw();
    });
    this.map.on("idle", () => this.report());
    this.map.on("error", () => this.fail());
    this.map.on("click", "spots", (event) => this.picked(String(event.features?.[0]?.properties["code"] ?? "")));
    if (matchMedia("(hover: hover)").matches) this.hint();
  }

  static async make(config: Config, picked: (code: string) => void): Promise<HotSpotsMap> {
    const [style, drawn] = await Promise.all([
      fetchJson<StyleSpecification>(config.style),
      fetchJson<Drawn>(config.map),
    ]);
    const owner = (layer: { metadata?: unknown }) =>
      (layer.metadata as Record<string, string> | undefined)?.["csmap:layer"] ?? "";
    style.layers = style.layers.filter((layer) => !config.subjects.includes(owner(layer)));
    for (const [name, source] of Object.entries(style.sources)) {
      if (config.subjects.includes(name)) delete style.sources[name];
      // The worker that fetches tiles has an address of its own: it needs the whole address.
      else if (source.type === "vector") source.tiles = (source.tiles ?? []).map((path) => location.origin + path);
    }
    return new HotSpotsMap(config, style, drawn, picked);
  }

  /** Show one place. */
  show(code: string, [west, south, east, north]: [number, number, number, number]): void {
    this.map.setFilter("chosen", ["==", ["get", "code"], code]);
    this.map.fitBounds([west, south, east, north], { padding: 80, maxZoom: 16, duration: 600 });
  }

  private draw(): void {
    const { map, config, drawn } = this;
    const { hot, cold, density } = config.colours;
    // Names stay readable above the areas.
    const names = map.getStyle().layers.find((layer) => layer.type === "symbol")?.id;
    if (drawn.density) {
      map.addSource("density", { type: "geojson", data: drawn.density });
      const steps = density.flatMap((colour, at) => [at + 1, colour]);
      map.addLayer({
        id: "density",
        type: "fill",
        source: "density",
        paint: {
          "fill-color": ["match", ["get", "step"], ...steps, density[0]] as unknown as ExpressionSpecification,
          "fill-opacity": 0.55,
          "fill-antialias": false,
        },
      }, names);
    }
    map.addSource("spots", { type: "geojson", data: drawn.spots });
    const colour: ExpressionSpecification = ["case", ["get", "is_hot"], hot, ["get", "is_cold"], cold, "#57524a"];
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
      paint: { "line-color": "#0b57d0", "line-width": 4 },
    });
    this.tell(say(config, "drawn", { places: sayNumber(config, drawn.spots.features.length) }));
  }

  private hint(): void {
    const popup = new Popup({ closeButton: false, closeOnClick: false, className: "hint", offset: 12, maxWidth: "280px" });
    this.map.on("mousemove", "spots", (event) => {
      const told = event.features?.[0]?.properties ?? {};
      const count: unknown = told["count"];
      const said = typeof count === "number" ? sayNumber(this.config, count) : say(this.config, "withheld");
      this.map.getCanvas().style.cursor = "pointer";
      popup.setLngLat(event.lngLat).setText(say(this.config, "spot", { name: String(told["name"]), count: said }));
      popup.addTo(this.map);
    });
    this.map.on("mouseleave", "spots", () => {
      this.map.getCanvas().style.cursor = "";
      popup.remove();
    });
  }

  private report(): void {
    if (!this.map.getLayer("spots")) return;
    const seen = this.map.queryRenderedFeatures({ layers: ["spots"] }).length;
    element("map").dataset["mapFeatures"] = String(seen);
    element("map").dataset["mapState"] = "idle";
  }

  private fail(): void {
    element("map").dataset["mapState"] = "error";
    this.tell(say(this.config, "failed"));
  }

  private tell(words: string): void {
    element("status").textContent = words;
  }
}
