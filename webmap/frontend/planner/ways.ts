// The ground that one post reaches, in bands of minutes, and the way of one place to its post.

import type { Feature, FeatureCollection, LineString } from "geojson";
import type { GeoJSONSource, Map as MapLibreMap } from "maplibre-gl";
import { element, fetchJson, say, sayNumber } from "../config";
import { type Config, type Spot, whyNot } from "./config";
import { byBand } from "./places";

interface WayTold {
  name: string | null;
  post?: string;
  post_name?: string | null;
  minutes?: number;
  length_m?: number;
  /** To whichever open post is nearest as the crow flies. */
  straight_m?: number | null;
}

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
const BENEATH = "places";

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
    const isLast = (): boolean => number === this.posts;
    const found = post ? await this.fetched<FeatureCollection>(this.config.reach, { post }, isLast) : NOTHING;
    // Another post was chosen meanwhile.
    if (!isLast()) return null;
    this.ground = found ?? NOTHING;
    this.map.getSource<GeoJSONSource>("reach")?.setData(this.ground);
    element("map").dataset["mapReach"] = String(this.ground.features.length || "");
    return this.ground.features.length ? this.ground : null;
  }

  /** Show the way of the place at a spot, and tell of it. */
  async way({ lon, lat }: Spot): Promise<void> {
    const number = ++this.asked;
    const spot = { lon: String(lon), lat: String(lat) };
    const found = await this.fetched<Feature<LineString | null, WayTold>>(this.config.way, spot, () => number === this.asked);
    if (number !== this.asked) return;
    if (!found) {
      this.map.getSource<GeoJSONSource>("way")?.setData(NOTHING);
      element("map").dataset["mapWay"] = "";
      return;
    }
    const has = found.geometry !== null;
    this.map.getSource<GeoJSONSource>("way")?.setData(has ? (found as Feature<LineString>) : NOTHING);
    element("map").dataset["mapWay"] = String(found.properties.length_m ?? "");
    const { name, post, post_name, minutes, length_m, straight_m } = found.properties;
    const gaps = {
      name: name ?? say(this.config, "unnamed"),
      post: post_name ?? post ?? "",
      minutes: String(minutes ?? ""),
      metres: sayNumber(this.config, length_m ?? 0),
    };
    const words = [say(this.config, has ? "way" : "no_way", gaps)];
    if (typeof straight_m === "number") words.push(say(this.config, "straight", { metres: sayNumber(this.config, straight_m) }));
    element("way").textContent = words.join(" · ");
  }

  /** Return what is asked for; null, and why is said, where it can't be had and nothing else was asked for meanwhile. */
  private async fetched<T>(address: string, query: Record<string, string>, isLast: () => boolean): Promise<T | null> {
    try {
      return await fetchJson<T>(`${address}&${new URLSearchParams(query)}`);
    } catch (error) {
      if (isLast()) element("way").textContent = whyNot(this.config, error);
      return null;
    }
  }
}
