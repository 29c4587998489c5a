// The ground that one post reaches, in bands of minutes, and the way of one place to its post.

import type { Feature, FeatureCollection, LineString } from "geojson";
import { type GeoJSONSource, LngLat, type Map as MapLibreMap } from "maplibre-gl";
import { element, fetchJson, say, sayNumber } from "../config";
import { type Config, type Spot, whyNot } from "./config";
import { byBand } from "./places";

interface WayTold {
  name: string | null;
  post?: string;
  post_name?: string | null;
  minutes?: number;
  length_m?: number;
}

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
const BENEATH = "places";

/** Return how far apart the ends of a way are in a straight line, in whole metres. */
function straight_m({ coordinates }: LineString): number {
  const [first, last] = [coordinates[0], coordinates[coordinates.length - 1]];
  if (!first || !last) return 0;
  return Math.round(LngLat.convert(first as [number, number]).distanceTo(LngLat.convert(last as [number, number])));
}

export class Ways {
  private asked = 0;
  private posts = 0;
  private ground: FeatureCollection = NOTHING;

  constructor(
    private readonly config: Config,
    private readonly map: MapLibreMap,
  ) {}

  /** Draw both; the style has just been loaded. */
  draw(): void {
    const { map } = this;
    map.addSource("reach", { type: "geojson", data: this.ground });
    const colour = byBand(this.config.bands);
    map.addLayer({ id: "reach", type: "fill", source: "reach", paint: { "fill-color": colour, "fill-opacity": 0.4 } }, BENEATH);
    map.addLayer(
      { id: "reach-edge", type: "line", source: "reach", paint: { "line-color": colour, "line-width": 1.5 } },
      BENEATH,
    );
    map.addSource("way", { type: "geojson", data: NOTHING });
    const round = { "line-cap": "round", "line-join": "round" } as const;
    map.addLayer({ id: "way-edge", type: "line", source: "way", layout: round, paint: { "line-color": "#ffffff", "line-width": 7 } });
    map.addLayer({ id: "way", type: "line", source: "way", layout: round, paint: { "line-color": "#23211d", "line-width": 3.5 } });
  }

  /** Show how far a post reaches; "" for none. Return its ground, or null where there is none. */
  async reach(post: string): Promise<FeatureCollection | null> {
    const number = ++this.posts;
    const found = post ? await this.fetched<FeatureCollection>(this.config.reach, { post }, NOTHING) : NOTHING;
    // Another post was chosen meanwhile.
    if (number !== this.posts) return null;
    this.ground = found;
    this.map.getSource<GeoJSONSource>("reach")?.setData(this.ground);
    element("map").dataset["mapReach"] = String(this.ground.features.length || "");
    return this.ground.features.length ? this.ground : null;
  }

  /** Show the way of the place at a spot, and tell of it. */
  async way({ lon, lat }: Spot): Promise<void> {
    const number = ++this.asked;
    const none: Feature<LineString | null, WayTold> = { type: "Feature", geometry: null, properties: { name: null } };
    const found = await this.fetched(this.config.way, { lon: String(lon), lat: String(lat) }, none);
    if (number !== this.asked) return;
    const has = found.geometry !== null;
    this.map.getSource<GeoJSONSource>("way")?.setData(has ? (found as Feature<LineString>) : NOTHING);
    element("map").dataset["mapWay"] = String(found.properties.length_m ?? "");
    const { name, post, post_name, minutes, length_m } = found.properties;
    const gaps = {
      name: name ?? say(this.config, "unnamed"),
      post: post_name ?? post ?? "",
      minutes: String(minutes ?? ""),
      metres: sayNumber(this.config, length_m ?? 0),
    };
    const words = [say(this.config, has ? "way" : "no_way", gaps)];
    if (found.geometry) words.push(say(this.config, "straight", { metres: sayNumber(this.config, straight_m(found.geometry)) }));
    element("way").textContent = words.join(" · ");
  }

  private async fetched<T>(address: string, query: Record<string, string>, otherwise: T): Promise<T> {
    try {
      return await fetchJson<T>(`${address}&${new URLSearchParams(query)}`);
    } catch (error) {
      element("way").textContent = whyNot(this.config, error);
      return otherwise;
    }
  }
}
