// The map itself: made from the server's style, switched by layer, asked for what it shows.

import type { Feature, LineString } from "geojson";
import type {
  FilterSpecification,
  GeoJSONSource,
  MapGeoJSONFeature,
  MapMouseEvent,
  StyleSpecification,
} from "maplibre-gl";
import { BaseMap, fetchLook, fetchStyle, type Hint, subjectOf } from "./base_map";
import { lookOfPage } from "./look";
import { type Bbox, type Config, element, say, sayNumber } from "./config";
import { nameHere } from "./here";
import { recordHere } from "./record_here";
import type { Line } from "./panel";
import { Paper } from "./paper_map";
import type { Selected, State, View } from "./state";

/** What a tile that would be too large has: simpler shapes, and squares that stand for many lines or areas. */
const COARSER: FilterSpecification = [
  "any",
  ["has", "coarser"],
  ["all", ["has", "records"], ["==", ["geometry-type"], "Polygon"]],
];
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
  /** `isCoarser`: of some lines or areas in view there is more than is drawn, the base map's among them. */
  drew(counts: Counts, isCoarser: boolean): void;
}

export class SubjectMap extends BaseMap<Config> {
  private readonly subjects: Set<string>;
  private counts: Counts = new Map();
  private way: Line | null = null;

  private constructor(
    config: Config,
    style: StyleSpecification,
    state: State,
    private readonly told: Told,
    coveredBelowPx: number,
  ) {
    super(config, style);
    this.subjects = new Set(config.layers.map((layer) => layer.id));
    this.cover(coveredBelowPx);
    if (state.view) this.setView(state.view);
    else this.map.fitBounds(config.bounds, { padding: 24, animate: false });
    this.map.on("moveend", () => {
      const { lng, lat } = this.map.getCenter();
      this.told.moved({ zoom: this.map.getZoom(), lat, lon: lng });
    });
    this.map.on("click", (event) => this.pick(event));
    this.hint(14, (event) => this.hintAt(event));
    recordHere(this.map);
    const look = lookOfPage();
    const light = look.replace(/-?dark$/, "");
    new Paper(config, this.map, look !== light, () => fetchLook(config, light));
  }

  /** Fetch the style and make the map; it can be told what to show once this is answered. */
  static async make(config: Config, state: State, told: Told, coveredBelowPx: number): Promise<SubjectMap> {
    const style = await fetchStyle(config, config.empty);
    for (const layer of style.layers) {
      const subject = subjectOf(layer);
      const isOff = config.layers.some((known) => known.id === subject) && !state.layers.includes(subject);
      if (isOff) layer.layout = { ...layer.layout, visibility: "none" };
    }
    const made = new SubjectMap(config, style, state, told, coveredBelowPx);
    await made.isReady;
    return made;
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

  /** Draw the way on foot, or none. */
  drawWay(way: Line | null): void {
    this.way = way;
    this.map.getSource<GeoJSONSource>("way")?.setData(wayOf(way));
  }

  /** Draw a way and bring all of it into view. */
  showWay(way: Line): void {
    this.drawWay(way);
    const lon = way.map(([each]) => each);
    const lat = way.map(([, each]) => each);
    this.fit([Math.min(...lon), Math.min(...lat), Math.max(...lon), Math.max(...lat)], { padding: 64, maxZoom: CLOSEST });
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

  setView(view: View): void {
    this.map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
  }

  /** The way lies over the streets and under symbols and names. */
  protected override draw(): void {
    this.map.addSource("way", { type: "geojson", data: wayOf(this.way) });
    const beneath = this.map.getStyle().layers.find((layer) => layer.type === "symbol")?.id;
    const round = { "line-cap": "round", "line-join": "round" } as const;
    this.map.addLayer(
      { id: "way-edge", type: "line", source: "way", layout: round, paint: { "line-color": "#ffffff", "line-width": 9 } },
      beneath,
    );
    const paint = { "line-color": "#0b4ea2", "line-width": 5 };
    this.map.addLayer({ id: "way", type: "line", source: "way", layout: round, paint }, beneath);
  }

  /** Count what is in view by layer; a record that several tiles draw is counted once. */
  protected seen(): number {
    this.counts = new Map();
    const seen = new Set<string>();
    for (const feature of this.map.queryRenderedFeatures({ layers: this.subjectLayers() })) {
      const key = `${feature.source}/${feature.id}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const count = this.counts.get(feature.source) ?? { records: 0, amount: 0, names: [] };
      count.records += recordsOf(feature);
      count.amount += this.amountOf(feature);
      count.names.push(this.ownName(feature));
      this.counts.set(feature.source, count);
    }
    return seen.size;
  }

  protected override settled(): void {
    nameHere(this.map);
    const drawn = this.map.queryRenderedFeatures({ layers: ["way"] }).length;
    element("map").dataset["mapWay"] = String(drawn || "");
    this.told.drew(this.counts, this.map.queryRenderedFeatures({ filter: COARSER }).length > 0);
  }

  private subjectLayers(): string[] {
    return this.map
      .getStyle()
      .layers.filter((layer) => this.subjects.has(subjectOf(layer)) && !/-(selected|here)$/.test(layer.id))
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
    const bounds: Bbox = [west!, south!, east!, north!];
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

  private hintAt(event: MapMouseEvent): Hint | null {
    const feature = this.featureAt(event);
    if (!feature) return null;
    // Lines and areas are named by the map itself, squares that stand for many of them by their number.
    if (feature.geometry.type !== "Point") {
      return { spot: event.lngLat, words: isCluster(feature) ? this.nameOf(feature) : "" };
    }
    const [lon, lat] = feature.geometry.coordinates;
    return { spot: [lon!, lat!], words: this.nameOf(feature) };
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
    return say(this.config, "and_more", { name, count: sayNumber(this.config, stacked - 1) });
  }

  /** The feature's own name, in words where a choice names it, with the street that tells it apart from others. */
  private ownName(feature: MapGeoJSONFeature): string {
    const layer = this.config.layers.find((known) => known.id === feature.source);
    const stated = String(feature.properties["name_text"] ?? "");
    const name = layer?.names[stated] ?? stated;
    const street = feature.properties["apart_text"] as string | undefined;
    return street ? say(this.config, "by_street", { kind: name, street }) : name;
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

function wayOf(way: Line | null): Feature<LineString> {
  return { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: way ?? [] } };
}
