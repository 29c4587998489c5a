// The planner's map: places coloured by their minutes or their cause, posts, and the post that is tried.

import {
  type ExpressionSpecification,
  type GeoJSONSource,
  type MapGeoJSONFeature,
  type MapMouseEvent,
  Marker,
  type StyleSpecification,
} from "maplibre-gl";
import { BaseMap, fetchStyle, type Hint } from "../base_map";
import { type Bbox, element, fetchJson, say, sayNumber, tell } from "../config";
import { type Config, type Delta, type Drawn, movedByKeys, type PlaceTold, type Spot } from "./config";
import { Corners } from "./corners";
import { addGone, IS_GONE } from "./gone";

const GAINED = "#0a7a4b";
const LOST = "#b3261e";
const NOTHING: Delta["places"] = { type: "FeatureCollection", features: [] };

export class PlannerMap extends BaseMap<Config> {
  readonly corners: Corners;
  private trial: Marker | null = null;
  private delta: Delta | null = null;

  private constructor(
    config: Config,
    style: StyleSpecification,
    private readonly drawn: Drawn,
    picked: (gap: number) => void,
  ) {
    super(config, style);
    this.corners = new Corners(this.map, config);
    this.map.on("click", "places", (event) => {
      const { gap } = (event.features?.[0]?.properties ?? {}) as Partial<PlaceTold>;
      if (gap !== undefined && !this.corners.isDrawing) picked(gap);
    });
    this.hint(12, (event) => this.hintAt(event));
  }

  static async make(config: Config, picked: (gap: number) => void): Promise<PlannerMap> {
    const [style, drawn] = await Promise.all([fetchStyle(config, config.subjects), fetchJson<Drawn>(config.map)]);
    return new PlannerMap(config, style, drawn, picked);
  }

  /** Show the places of one gap. */
  showGap(gap: number, bbox: Bbox): void {
    this.map.setFilter("gap", ["==", ["get", "gap"], gap]);
    this.showBox(bbox);
  }

  /** Show some ground. */
  showBox(bbox: Bbox): void {
    this.fit(bbox, { padding: 80, maxZoom: 16.5 });
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
    this.map.setPaintProperty("places", "circle-opacity", delta ? 0.25 : 0.9);
    this.map.setPaintProperty("places", "circle-stroke-opacity", delta ? 0.25 : 1);
    element("map").dataset["mapChanged"] = String(delta?.places.features.length ?? "");
  }

  /** Take the tried post from the map. */
  forgetTrial(): void {
    this.trial?.remove();
    this.trial = null;
  }

  /** Put the tried post on the map, and say wherever it is moved. */
  try(spot: Spot | null, moved: (spot: Spot) => void): void {
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
      moved({ lon, lat: now });
    };
    marker.on("drag", tell);
    movedByKeys(handle, marker, this.map, tell);
    if (spot) this.map.easeTo({ center: [at.lon, at.lat], zoom: Math.max(this.map.getZoom(), 14), duration: 600 });
    this.trial = marker;
    tell();
  }

  protected override draw(): void {
    const { map, config, drawn } = this;
    const { open, closed } = config.posts;
    map.addSource("places", { type: "geojson", data: drawn.places });
    map.addSource("posts", { type: "geojson", data: drawn.posts });
    const radius: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 11, 1.6, 13, 2.6, 15, 5, 18, 11];
    map.addLayer({
      id: "places",
      type: "circle",
      source: "places",
      // What isn't reached lies above what is: the page is about gaps.
      layout: { "circle-sort-key": ["case", ["==", ["get", "cause"], ""], 0, 1] },
      paint: {
        "circle-color": this.colour(),
        "circle-radius": radius,
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 13, 0, 15, 0.8],
        "circle-opacity": 0.9,
      },
    });
    map.addLayer({
      id: "gap",
      type: "circle",
      source: "places",
      filter: ["==", ["get", "gap"], -1],
      paint: {
        "circle-color": "rgba(0, 0, 0, 0)",
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 4, 15, 8, 18, 15],
        "circle-stroke-color": "#0b57d0",
        "circle-stroke-width": 2,
      },
    });
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
    const radiusOfChange: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 11, 2, 13, 3, 15, 5.5, 18, 11];
    const isLost: ExpressionSpecification = ["==", ["get", "change"], "lost"];
    map.addSource("change", { type: "geojson", data: NOTHING });
    map.addLayer(
      {
        id: "change",
        type: "circle",
        source: "change",
        // Full or hollow, so that colour isn't all that tells them apart.
        paint: {
          "circle-color": ["case", isLost, "#ffffff", GAINED],
          "circle-radius": radiusOfChange,
          "circle-stroke-color": ["case", isLost, LOST, "#ffffff"],
          "circle-stroke-width": ["case", isLost, 2, 1],
        },
      },
      "posts",
    );
    map.addSource("shapes", { type: "geojson", data: NOTHING });
    const drawnShape = { type: "line", source: "shapes" } as const;
    const isCrossing: ExpressionSpecification = ["==", ["get", "change"], "crossing"];
    map.addLayer({ ...drawnShape, id: "barriers", filter: ["!", isCrossing], paint: { "line-color": "#23211d", "line-width": 3 } }, "change");
    map.addLayer({ ...drawnShape, id: "crossings", filter: isCrossing, paint: { "line-color": "#7b3fa0", "line-width": 4 } }, "change");
    map.addLayer(
      {
        id: "closed-spots",
        type: "circle",
        source: "shapes",
        filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-color": "#23211d", "circle-radius": 5, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5 },
      },
      "change",
    );
    map.addSource("drawing", { type: "geojson", data: NOTHING });
    map.addLayer({
      id: "drawing",
      type: "line",
      source: "drawing",
      paint: { "line-color": "#7b3fa0", "line-width": 3, "line-dasharray": [2, 1] },
    });
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

  private colour(): ExpressionSpecification {
    const { bands, causes, minutes } = this.config;
    const [near, middle, far] = bands;
    const labels = Object.entries(causes).flat();
    const cause = ["match", ["get", "cause"], ...labels, "#4a4a4a"] as unknown as ExpressionSpecification;
    // Minutes have one digit: what is just within a third is told as within it.
    const [third, thirds] = [minutes / 3 + 0.05, (2 * minutes) / 3 + 0.05];
    return ["case", ["==", ["get", "cause"], ""], ["step", ["get", "minutes"], near, third, middle, thirds, far], cause];
  }

  protected seen(): number | null {
    return this.map.getLayer("places") ? this.map.queryRenderedFeatures({ layers: ["places", "posts", "gone-posts"] }).length : null;
  }

  private hintAt(event: MapMouseEvent): Hint | null {
    if (!this.map.getLayer("places")) return null;
    const [feature] = this.map.queryRenderedFeatures(event.point, { layers: ["posts", "gone-posts", "places"] });
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
