// A map of areas by the class of their rate: one period at a time, one of two with the same camera.

import type { FeatureCollection } from "geojson";
import type { ExpressionSpecification, MapMouseEvent, StyleSpecification } from "maplibre-gl";
import { BaseMap, besideFoot, type Hint } from "../base_map";
import { type Bbox, element, type PageConfig, say, sayNumber, tell, token } from "../config";
import { hatch } from "../hatch";

export interface Config extends PageConfig {
  map: string;
  told: string;
  /** Layers of the style that are no part of the base map. */
  subjects: string[];
  /** The columns as addresses name them, and as readers do. */
  keys: string[];
  names: string[];
  column: number;
}

const CLASSES = [1, 2, 3, 4, 5];
const NOBODY: ExpressionSpecification = ["==", ["get", "key"], ""];

/** What is told of an area under the mouse, and when it is clicked. */
export interface Told {
  over(key: string | null): void;
  picked(key: string): void;
}

export class RatesMap extends BaseMap<Config> {
  private readonly marks: DOMStringMap;
  private following: RatesMap | null = null;
  private isLed = false;

  constructor(
    config: Config,
    style: StyleSpecification,
    private readonly areas: FeatureCollection,
    private column: number,
    told: Told,
    container = "map",
  ) {
    super(config, style, container);
    this.marks = element(container).dataset;
    this.map.on("mousemove", "areas", (event) => told.over(String(event.features?.[0]?.properties["key"] ?? "")));
    this.map.on("mouseleave", "areas", () => told.over(null));
    this.map.on("click", "areas", (event) => told.picked(String(event.features?.[0]?.properties["key"] ?? "")));
    this.map.on("move", () => this.lead());
    this.hint(12, (event) => this.hintAt(event));
  }

  /** Let another map show the same ground, whichever of the two is moved. */
  together(other: RatesMap): void {
    this.following = other;
    other.following = this;
    other.follow(this);
  }

  /** Say which map it is to who can't see it. */
  call(words: string): void {
    this.map.getCanvas().setAttribute("aria-label", words);
  }

  /** Colour the areas as they were in a column. */
  show(column: number): void {
    this.column = column;
    if (!this.map.getLayer("areas")) return;
    this.map.setPaintProperty("areas", "fill-color", this.colour());
    this.map.setFilter("too-few", ["==", ["get", `c${column}`], 0]);
  }

  /** Show the whole place, as large as the map is now. */
  showAll(): void {
    this.map.resize();
    this.map.fitBounds(this.config.bounds, { padding: besideFoot("map"), duration: 0 });
  }

  /** Draw the outline of an area that is pointed at elsewhere; null for none. */
  light(key: string | null): void {
    if (!this.map.getLayer("lit")) return;
    this.map.setFilter("lit", key === null ? NOBODY : ["==", ["get", "key"], key]);
    this.marks["mapLit"] = key ?? "";
  }

  /** Draw the outline of an area that is chosen, and show it. */
  choose(key: string, bbox: Bbox): void {
    if (!this.map.getLayer("chosen")) return;
    this.map.setFilter("chosen", ["==", ["get", "key"], key]);
    this.marks["mapChosen"] = key;
    if (bbox.length === 4) this.fit(bbox, { padding: 60, maxZoom: 15 });
  }

  protected override draw(): void {
    const { map, areas } = this;
    const names = map.getStyle().layers.find((layer) => layer.type === "symbol")?.id;
    const ink = token("--map-ink");
    map.addSource("areas", { type: "geojson", data: areas });
    map.addImage("hatch", hatch(token("--map-ink-quiet")), { pixelRatio: 2 });
    // An area without a class is there to be pointed at, too.
    map.addLayer({ id: "areas", type: "fill", source: "areas", paint: { "fill-color": this.colour(), "fill-opacity": 0.8 } }, names);
    map.addLayer(
      { id: "too-few", type: "fill", source: "areas", filter: ["==", ["get", `c${this.column}`], 0], paint: { "fill-pattern": "hatch" } },
      names,
    );
    map.addLayer({ id: "outlines", type: "line", source: "areas", paint: { "line-color": ink, "line-width": 0.8, "line-opacity": 0.7 } });
    const focus = token("--focus");
    map.addLayer({ id: "lit", type: "line", source: "areas", filter: NOBODY, paint: { "line-color": focus, "line-width": 3 } });
    map.addLayer({ id: "chosen", type: "line", source: "areas", filter: NOBODY, paint: { "line-color": focus, "line-width": 5 } });
    tell(say(this.config, "drawn", { places: sayNumber(this.config, areas.features.length) }));
  }

  protected seen(): number | null {
    return this.map.getLayer("areas") ? this.map.queryRenderedFeatures({ layers: ["areas"] }).length : null;
  }

  private colour(): ExpressionSpecification {
    const steps = CLASSES.flatMap((step) => [step, token(`--rate-${step}`)]);
    return ["match", ["get", `c${this.column}`], ...steps, "rgba(0, 0, 0, 0)"] as unknown as ExpressionSpecification;
  }

  private lead(): void {
    if (!this.isLed) this.following?.follow(this);
  }

  private follow(other: RatesMap): void {
    this.isLed = true;
    this.map.jumpTo({ center: other.map.getCenter(), zoom: other.map.getZoom() });
    this.isLed = false;
  }

  private hintAt(event: MapMouseEvent): Hint | null {
    if (!this.map.getLayer("areas")) return null;
    const [feature] = this.map.queryRenderedFeatures(event.point, { layers: ["areas"] });
    if (!feature) return null;
    return { spot: event.lngLat, words: `${String(feature.properties["name"])} · ${this.config.names[this.column] ?? ""}` };
  }
}
