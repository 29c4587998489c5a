// The map itself: made from the server's style, switched by layer, asked for what it shows.

import {
  type FilterSpecification,
  type GeoJSONSource,
  type MapGeoJSONFeature,
  type MapMouseEvent,
  Map as MapLibreMap,
  NavigationControl,
  Popup,
  ScaleControl,
  type StyleSpecification,
  setWorkerUrl,
} from "maplibre-gl";
import { type Config, element, say, sayNumber } from "./config";
import type { Selected, State, View } from "./state";
import { addSymbols } from "./symbols";

const LAYER_KEY = "csmap:layer";
const SYMBOLS_KEY = "csmap:symbols";
const NOTHING: FilterSpecification = ["==", ["id"], -1];
/** How close a click on a number leads at most. */
const CLOSEST = 17;
const REACH_PX = { mouse: 4, touch: 14 };

/** What of a layer is in the view: how many records, the sum that it counts, and the names of areas. */
export interface Count {
  records: number;
  amount: number;
  names: string[];
}
export type Counts = Map<string, Count>;

export interface Told {
  moved(view: View): void;
  picked(selected: Selected): void;
  drew(counts: Counts): void;
  failed(): void;
}

export function hasWebGl(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

export class SubjectMap {
  private readonly map: MapLibreMap;
  private readonly subjects: Set<string>;
  private hasFailed = false;

  private constructor(
    private readonly config: Config,
    style: StyleSpecification,
    state: State,
    private readonly told: Told,
    coveredBelowPx: number,
  ) {
    this.subjects = new Set(config.layers.map((layer) => layer.id));
    setWorkerUrl(new URL("./map-worker.js", import.meta.url).href);
    this.map = new MapLibreMap({
      container: "map",
      style,
      bounds: config.bounds,
      minZoom: 6,
      maxZoom: 20,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200,
      locale: {
        "Map.Title": say(config, "map"),
        "NavigationControl.ZoomIn": say(config, "zoom_in"),
        "NavigationControl.ZoomOut": say(config, "zoom_out"),
        "ScaleControl.Meters": say(config, "m"),
        "ScaleControl.Kilometers": say(config, "km"),
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.cover(coveredBelowPx);
    if (state.view) this.setView(state.view);
    else this.map.fitBounds(config.bounds, { padding: 24, animate: false });
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 96 }), "bottom-right");
    this.listen(style);
  }

  /** Fetch the style and make the map. */
  static async make(config: Config, state: State, told: Told, coveredBelowPx: number): Promise<SubjectMap> {
    const answer = await fetch(config.style);
    if (!answer.ok) throw new Error(`the style answered ${answer.status}`);
    const style = (await answer.json()) as StyleSpecification;
    for (const source of Object.values(style.sources)) {
      // The worker that fetches tiles has an address of its own: it needs the whole address.
      if (source.type === "vector") source.tiles = (source.tiles ?? []).map((path) => location.origin + path);
    }
    for (const layer of style.layers) {
      const subject = subjectOf(layer);
      const isOff = config.layers.some((known) => known.id === subject) && !state.layers.includes(subject);
      if (isOff) layer.layout = { ...layer.layout, visibility: "none" };
    }
    return new SubjectMap(config, style, state, told, coveredBelowPx);
  }

  /** Show just these layers. */
  show(layers: string[]): void {
    this.setState("loading");
    for (const layer of this.map.getStyle().layers) {
      const subject = subjectOf(layer);
      if (this.subjects.has(subject)) {
        this.map.setLayoutProperty(layer.id, "visibility", layers.includes(subject) ? "visible" : "none");
      }
    }
    this.map.triggerRepaint();
  }

  /** Draw the highlight around one record, or around none; a point's is a ring around its spot. */
  highlight(selected: Selected | null, spot: { lon: number; lat: number } | null = null): void {
    const isPoint = this.config.layers.some((layer) => layer.id === selected?.layer && layer.geometry === "point");
    const coordinates = spot && isPoint ? [[spot.lon, spot.lat]] : [];
    const ring = { type: "Feature" as const, properties: {}, geometry: { type: "MultiPoint" as const, coordinates } };
    this.map.getSource<GeoJSONSource>("selected")?.setData(ring);
    for (const layer of this.map.getStyle().layers) {
      if (!layer.id.endsWith("-selected")) continue;
      const isIt = selected !== null && subjectOf(layer) === selected.layer;
      this.map.setFilter(layer.id, isIt ? ["==", ["id"], selected.id] : NOTHING);
    }
  }

  /** Take the part of the map that a sheet covers from below out of what counts as the view. */
  cover(coveredBelowPx: number): void {
    this.map.setPadding({ top: 0, left: 0, right: 0, bottom: coveredBelowPx });
  }

  /** Move so that a spot stands in the middle of the view; stay where it is well in it already. */
  moveTo(lon: number, lat: number, lowestZoom: number): void {
    const { width, height } = this.map.getContainer().getBoundingClientRect();
    const bottom = height - (this.map.getPadding().bottom ?? 0);
    const spot = this.map.project([lon, lat]);
    const margin = 40;
    const isSeen = spot.x > margin && spot.x < width - margin && spot.y > margin && spot.y < bottom - margin;
    if (isSeen && this.map.getZoom() >= lowestZoom - 1.5) return;
    this.map.easeTo({ center: [lon, lat], zoom: Math.max(this.map.getZoom(), lowestZoom), duration: 600 });
  }

  fit(bbox: [number, number, number, number]): void {
    this.map.fitBounds(bbox, { padding: 48, maxZoom: 17, duration: 600 });
  }

  setView(view: View): void {
    this.map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
  }

  private listen(style: StyleSpecification): void {
    const { map } = this;
    const metadata = style.metadata as Record<string, Parameters<typeof addSymbols>[1]>;
    map.on("style.load", () => addSymbols(map, metadata[SYMBOLS_KEY] ?? {}));
    map.on("movestart", () => this.setState("loading"));
    map.on("moveend", () => {
      const { lng, lat } = map.getCenter();
      this.told.moved({ zoom: map.getZoom(), lat, lon: lng });
    });
    map.on("idle", () => this.report());
    map.on("error", () => {
      this.hasFailed = true;
      this.setState("error");
      this.told.failed();
    });
    map.on("click", (event) => this.pick(event));
    if (matchMedia("(hover: hover)").matches) this.hint();
  }

  private report(): void {
    const counts: Counts = new Map();
    const seen = new Set<string>();
    for (const feature of this.map.queryRenderedFeatures({ layers: this.subjectLayers() })) {
      const key = `${feature.source}/${feature.id}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const count = counts.get(feature.source) ?? { records: 0, amount: 0, names: [] };
      count.records += recordsOf(feature);
      count.amount += this.amountOf(feature);
      count.names.push(this.ownName(feature));
      counts.set(feature.source, count);
    }
    element("map").dataset["mapFeatures"] = String(seen.size);
    this.setState(this.hasFailed ? "error" : "idle");
    if (!this.hasFailed) this.told.drew(counts);
    this.hasFailed = false;
  }

  private setState(state: "loading" | "idle" | "error"): void {
    element("map").dataset["mapState"] = state;
  }

  private subjectLayers(): string[] {
    return this.map
      .getStyle()
      .layers.filter((layer) => this.subjects.has(subjectOf(layer)) && !layer.id.endsWith("-selected"))
      .map((layer) => layer.id);
  }

  private pick(event: MapMouseEvent): void {
    const feature = this.featureAt(event);
    if (feature && isCluster(feature)) this.approach(feature);
    else if (feature) this.told.picked({ layer: feature.source, id: Number(feature.id) });
  }

  /** Come closer to records that are drawn as one number, until they come apart. */
  private approach(cluster: MapGeoJSONFeature): void {
    const { west, south, east, north } = cluster.properties as Record<string, number>;
    const bounds: [number, number, number, number] = [west!, south!, east!, north!];
    const fitted = this.map.cameraForBounds(bounds, { padding: 64, maxZoom: CLOSEST });
    const zoom = Math.max(fitted?.zoom ?? 0, Math.min(this.map.getZoom() + 1, CLOSEST));
    this.map.easeTo({ center: fitted?.center ?? this.map.getCenter(), zoom, duration: 600 });
  }

  /** Return what lies under the pointer: a point near it, else the topmost line or area. */
  private featureAt(event: MapMouseEvent): MapGeoJSONFeature | undefined {
    const { x, y } = event.point;
    const reach = matchMedia("(pointer: coarse)").matches ? REACH_PX.touch : REACH_PX.mouse;
    const layers = this.subjectLayers();
    const near = this.map.queryRenderedFeatures(
      [
        [x - reach, y - reach],
        [x + reach, y + reach],
      ],
      { layers },
    );
    const points = this.config.layers.filter((layer) => layer.geometry === "point").map((layer) => layer.id);
    return near.find((feature) => points.includes(feature.source)) ?? this.map.queryRenderedFeatures([x, y], { layers })[0];
  }

  /** Say the name of what the mouse is over. */
  private hint(): void {
    const popup = new Popup({ closeButton: false, closeOnClick: false, className: "hint", offset: 14, maxWidth: "280px" });
    this.map.on("mousemove", (event) => {
      const feature = this.featureAt(event);
      this.map.getCanvas().style.cursor = feature ? "pointer" : "";
      const name = feature && this.nameOf(feature);
      if (!feature || !name || feature.geometry.type !== "Point") {
        popup.remove();
        return;
      }
      const [lon, lat] = feature.geometry.coordinates;
      popup.setLngLat([lon!, lat!]).setText(name).addTo(this.map);
    });
    this.map.on("mouseout", () => popup.remove());
  }

  private nameOf(feature: MapGeoJSONFeature): string {
    const layer = this.config.layers.find((known) => known.id === feature.source);
    if (isCluster(feature)) {
      const count = sayNumber(this.config, recordsOf(feature));
      const said = say(this.config, "cluster", { title: layer?.title ?? "", count });
      return layer?.sums ? `${said} · ${layer.sums.label} ${sayNumber(this.config, this.amountOf(feature))}` : said;
    }
    const { stacked } = feature.properties as { stacked?: number };
    const name = layer?.sums ? `${layer.sums.label} ${sayNumber(this.config, this.amountOf(feature))}` : this.ownName(feature);
    if (!stacked || stacked < 2) return name;
    return say(this.config, "and_more", { name, count: String(stacked - 1) });
  }

  /** The feature's own name, in words where a choice names it. */
  private ownName(feature: MapGeoJSONFeature): string {
    const layer = this.config.layers.find((known) => known.id === feature.source);
    const stated = String(feature.properties["name_text"] ?? "");
    return layer?.names[stated] ?? stated;
  }

  /** What the feature counts in a layer that is summed; 0 in others. */
  private amountOf(feature: MapGeoJSONFeature): number {
    const field = this.config.layers.find((known) => known.id === feature.source)?.sums?.field;
    return field ? Number(feature.properties["amount"] ?? feature.properties[field] ?? 0) : 0;
  }
}

/** Tell whether a feature stands for several records on several spots. */
function isCluster(feature: MapGeoJSONFeature): boolean {
  return feature.properties["records"] !== undefined;
}

/** How many records a feature stands for: several on one spot, or in one cell, are drawn once. */
function recordsOf(feature: MapGeoJSONFeature): number {
  return Number(feature.properties["records"] ?? feature.properties["stacked"] ?? 1);
}

function subjectOf(layer: { metadata?: unknown }): string {
  return (layer.metadata as Record<string, string> | undefined)?.[LAYER_KEY] ?? "";
}
