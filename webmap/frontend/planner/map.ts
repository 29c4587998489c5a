// The planner's map: places coloured by their minutes or their cause, posts, and the post that is tried.

import {
  type GeoJSONSource,
  LngLatBounds,
  type MapGeoJSONFeature,
  type MapMouseEvent,
  Marker,
  type StyleSpecification,
} from "maplibre-gl";
import type { FeatureCollection, Geometry } from "geojson";
import { BaseMap, fetchStyle, type Hint } from "../base_map";
import { type Bbox, element, fetchJson, say, sayNumber, tell } from "../config";
import { addChange, NOTHING } from "./changed";
import { type Config, type Delta, type Drawn, movedByKeys, type PlaceTold, type Spot } from "./config";
import { Corners } from "./corners";
import { addGone } from "./gone";
import { addGrids, type DrawnGrids } from "./grids";
import { Openables } from "./openable";
import { addAccess, addGap, addPlaces, pale, PLACES, sizeAccess } from "./places";
import { addPosts } from "./posts";
import { Sites } from "./sites";
import { Ways } from "./ways";

/** What is told when something on the map is clicked: the gap of a place, or a post. */
export interface Picked {
  gap(gap: number): void;
  post(code: string): void;
  nothing(): void;
}

export class PlannerMap extends BaseMap<Config> {
  readonly corners: Corners;
  readonly openables: Openables;
  readonly ways: Ways;
  private readonly sites: Sites;
  private trial: Marker | null = null;
  private delta: Delta | null = null;
  private gap: number | null = null;
  private hasGrids = false;
  private hasAccess = false;

  private constructor(
    config: Config,
    style: StyleSpecification,
    private readonly drawn: Drawn,
    picked: Picked,
  ) {
    super(config, style);
    this.corners = new Corners(this.map, config);
    this.ways = new Ways(config, this.map);
    this.sites = new Sites(this.map);
    this.openables = new Openables(config, this.map);
    this.corners.moved = ([spot]) => spot && this.openables.near(spot);
    this.map.on("click", (event) => this.clicked(event, picked));
    this.hint(12, (event) => this.hintAt(event));
  }

  static async make(config: Config, picked: Picked): Promise<PlannerMap> {
    const [style, drawn] = await Promise.all([fetchStyle(config, config.subjects), fetchJson<Drawn>(config.map)]);
    const bounds = new LngLatBounds();
    for (const each of [...drawn.places.features, ...drawn.posts.features]) bounds.extend(each.geometry.coordinates as [number, number]);
    const shown = bounds.isEmpty() ? config : { ...config, bounds: bounds.toArray().flat() as Bbox };
    const made = new PlannerMap(shown, style, drawn, picked);
    await made.isReady;
    return made;
  }

  /** Show the places of one gap. */
  showGap(gap: number, bbox: Bbox): void {
    this.gap = gap;
    this.map.setFilter("gap", ["==", ["get", "gap"], gap]);
    this.giveWay();
    this.showBox(bbox);
  }

  /** Show all places alike again. */
  forgetGap(): void {
    if (this.gap === null) return;
    this.gap = null;
    this.map.setFilter("gap", ["==", ["get", "gap"], -1]);
    this.giveWay();
  }

  /** Show some ground. */
  showBox(bbox: Bbox): void {
    this.fit(bbox, { padding: 80, maxZoom: 16.5 });
  }

  /** Show the ground that a post reaches; "" for none. */
  async showReach(post: string): Promise<void> {
    const ground = await this.ways.reach(post);
    if (!ground) return;
    const bounds = new LngLatBounds();
    for (const feature of ground.features) extend(bounds, feature.geometry);
    this.fit(bounds.toArray().flat() as Bbox, { padding: 40, maxZoom: 16.5 });
  }

  /** Show today's grids and those that are proposed; null for none. */
  showGrids(drawn: DrawnGrids | null): void {
    this.map.getSource<GeoJSONSource>("grids-today")?.setData(drawn?.today ?? NOTHING);
    this.map.getSource<GeoJSONSource>("grids-then")?.setData(drawn?.then ?? NOTHING);
    this.hasGrids = drawn !== null;
    this.giveWay();
    element("map").dataset["mapGrids"] = String(drawn?.then.features.length ?? "");
  }

  /** Show what people can get at, in place of who is reached; null for the latter. */
  showAccess(places: FeatureCollection | null): void {
    this.map.getSource<GeoJSONSource>("access")?.setData(places ?? NOTHING);
    if (places && this.map.getLayer("access")) sizeAccess(this.map, places);
    for (const layer of PLACES) {
      if (this.map.getLayer(layer)) this.map.setLayoutProperty(layer, "visibility", places ? "none" : "visible");
    }
    this.hasAccess = places !== null;
    this.giveWay();
    element("map").dataset["mapAccess"] = String(places?.features.length ?? "");
  }

  /** Show who gains and who loses, with all others pale; null for things as they are. */
  showDelta(delta: Delta | null): void {
    this.delta = delta;
    if (!this.map.getLayer("places")) return;
    const posts = this.map.getSource<GeoJSONSource>("posts");
    this.map.getSource<GeoJSONSource>("change")?.setData(delta?.places ?? NOTHING);
    this.map.getSource<GeoJSONSource>("shapes")?.setData(delta?.shapes ?? NOTHING);
    posts?.setData(delta?.posts ?? this.drawn.posts);
    this.count();
    this.giveWay();
    element("map").dataset["mapChanged"] = String(delta?.places.features.length ?? "");
  }

  /** Show all of some grids. */
  showAll(drawn: FeatureCollection): void {
    const bounds = new LngLatBounds();
    for (const feature of drawn.features) extend(bounds, feature.geometry);
    if (!bounds.isEmpty()) this.fit(bounds.toArray().flat() as Bbox, { padding: 24, maxZoom: 16.5 });
  }

  /** Mark the spots of a plan, and show all of them; none takes those away that are marked. */
  mark(spots: Spot[]): void {
    const ground = this.sites.mark(spots);
    if (ground) this.fit(ground, { padding: 80, maxZoom: 15 });
    element("map").dataset["mapSites"] = String(spots.length || "");
  }

  /** Let today's answer pale behind what is compared with it, and take what was picked in it from the map meanwhile. */
  private giveWay(): void {
    if (!this.map.getLayer("places")) return;
    pale(this.map, this.hasGrids || this.delta !== null, this.hasAccess ? null : this.gap);
    for (const layer of ["gap", "way-edge", "way"]) {
      this.map.setLayoutProperty(layer, "visibility", this.hasGrids || this.hasAccess ? "none" : "visible");
    }
  }

  /** Take the tried post from the map. */
  forgetTrial(): void {
    this.trial?.remove();
    this.trial = null;
  }

  /** Put the tried post on the map, say wherever it is moved, and when the keyboard leaves it by Enter or Escape. */
  try(spot: Spot | null, told: { moved(spot: Spot): void; left(): void }): void {
    const { lng, lat } = this.map.getCenter();
    const at = spot ?? { lon: lng, lat };
    this.trial?.remove();
    const handle = document.createElement("button");
    handle.type = "button";
    handle.className = "trial-post";
    handle.setAttribute("aria-label", say(this.config, "trial"));
    const marker = new Marker({ element: handle, draggable: true }).setLngLat([at.lon, at.lat]).addTo(this.map);
    const tell = () => {
      const { lng: lon, lat: now } = marker.getLngLat();
      told.moved({ lon, lat: now });
    };
    marker.on("drag", tell);
    movedByKeys(handle, marker, this.map, tell);
    handle.addEventListener("keydown", (event) => {
      if (!["Enter", "Escape"].includes(event.key)) return;
      event.preventDefault();
      told.left();
    });
    // Whoever has pressed a key to put it here moves it with keys.
    if (document.activeElement?.matches(":focus-visible")) handle.focus({ preventScroll: true });
    if (spot) this.map.easeTo({ center: [at.lon, at.lat], zoom: Math.max(this.map.getZoom(), 14), duration: 600 });
    this.trial = marker;
    tell();
  }

  protected override draw(): void {
    const { map, config, drawn } = this;
    map.addSource("places", { type: "geojson", data: drawn.places });
    map.addSource("posts", { type: "geojson", data: drawn.posts });
    addPlaces(map, config, drawn.places);
    map.addSource("access", { type: "geojson", data: NOTHING });
    addAccess(map, config.accessColours);
    addGap(map);
    addPosts(map, config.posts);
    addChange(map);
    this.ways.draw();
    addGrids(map);
    this.openables.draw();
    addGone(map, config.posts.gone);
    if (this.delta) this.showDelta(this.delta);
    else this.count();
  }

  /** Say how much is drawn. */
  private count(): void {
    const { config, delta, drawn } = this;
    const count = (number: number) => sayNumber(config, number);
    const gone = delta?.posts.features.filter((post) => post.properties.is_gone).length ?? 0;
    const posts = (delta ?? drawn).posts.features.length - gone;
    const counted = { places: count(drawn.places.features.length), posts: count(posts), gone: count(gone) };
    tell(say(config, gone ? "drawn_gone" : "drawn", counted));
  }

  protected seen(): number | null {
    return this.map.getLayer("places") ? this.map.queryRenderedFeatures({ layers: [...PLACES, "posts", "gone-posts"] }).length : null;
  }

  private clicked(event: MapMouseEvent, picked: Picked): void {
    if (this.corners.isDrawing || !this.map.getLayer("places")) return;
    const [feature] = this.map.queryRenderedFeatures(event.point, { layers: ["posts", ...PLACES] });
    if (feature?.geometry.type !== "Point") {
      picked.nothing();
      return;
    }
    if (feature.source === "posts") {
      picked.post(String(feature.properties["code"]));
      return;
    }
    const [lon, lat] = feature.geometry.coordinates;
    void this.ways.way({ lon: lon!, lat: lat! });
    const { gap } = feature.properties as Partial<PlaceTold>;
    if (gap !== undefined) picked.gap(gap);
  }

  private hintAt(event: MapMouseEvent): Hint | null {
    if (!this.map.getLayer("places")) return null;
    const [feature] = this.map.queryRenderedFeatures(event.point, { layers: ["posts", "gone-posts", ...PLACES] });
    if (feature?.geometry.type !== "Point") return null;
    const [lon, lat] = feature.geometry.coordinates;
    return { spot: [lon!, lat!], words: this.nameOf(feature) };
  }

  private nameOf(feature: MapGeoJSONFeature): string {
    if (feature.source === "posts") {
      const name = String(feature.properties["name"] ?? feature.properties["code"]);
      return feature.properties["is_gone"] ? say(this.config, "gone", { name }) : name;
    }
    const told = feature.properties as PlaceTold;
    const gaps = {
      name: told.name ?? say(this.config, "unnamed"),
      people: told.people === undefined ? say(this.config, "unknown") : sayNumber(this.config, told.people),
      minutes: String(told.minutes ?? ""),
      cause: this.config.names[told.cause] ?? "",
    };
    return say(this.config, told.cause ? "place_gap" : "place", gaps);
  }
}

/** Take a shape's corners into some bounds. */
function extend(bounds: LngLatBounds, shape: Geometry): void {
  if (shape.type === "Polygon") for (const corner of shape.coordinates[0] ?? []) bounds.extend(corner as [number, number]);
  if (shape.type !== "MultiPolygon") return;
  for (const part of shape.coordinates) for (const corner of part[0] ?? []) bounds.extend(corner as [number, number]);
}
