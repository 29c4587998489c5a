// What can be opened near a spot, a gate or a one-way road: listed, the nearest first, and shown on the map.

import type { FeatureCollection } from "geojson";
import type { ExpressionSpecification, GeoJSONSource, Map as MapLibreMap } from "maplibre-gl";
import { element, fetchJson } from "../config";
import { type Config, type Spot, whyNot } from "./config";

interface Openable {
  code: string;
  hours: string | null;
  words: string;
}

const PAUSE_MS = 200;
const NOTHING: FeatureCollection<never, Openable> = { type: "FeatureCollection", features: [] };
const IS_GATE: ExpressionSpecification = ["==", ["geometry-type"], "Point"];
const isCode = (code: string): ExpressionSpecification => ["==", ["get", "code"], code];
const COLOUR = "#7b3fa0";

export class Openables {
  private change = "";
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly config: Config,
    private readonly map: MapLibreMap,
  ) {
    this.list.addEventListener("change", () => this.mark());
  }

  /** Draw what is listed; the style has just been loaded. */
  draw(): void {
    this.map.addSource("openable", { type: "geojson", data: NOTHING });
    this.map.addLayer({
      id: "openable-roads",
      type: "line",
      source: "openable",
      paint: { "line-color": COLOUR, "line-width": 3, "line-opacity": 0.6 },
    });
    this.map.addLayer({
      id: "openable-gates",
      type: "circle",
      source: "openable",
      filter: IS_GATE,
      paint: { "circle-color": "#ffffff", "circle-radius": 5, "circle-stroke-color": COLOUR, "circle-stroke-width": 2 },
    });
    this.map.addLayer({
      id: "openable-chosen",
      type: "line",
      source: "openable",
      filter: isCode(""),
      paint: { "line-color": COLOUR, "line-width": 7 },
    });
    this.map.addLayer({
      id: "openable-chosen-gate",
      type: "circle",
      source: "openable",
      filter: ["all", IS_GATE, isCode("")],
      paint: { "circle-color": COLOUR, "circle-radius": 9, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 },
    });
  }

  /** Begin with a kind of change; others than those that open something end it. */
  begin(change: string): void {
    this.change = ["open_gate", "open_both_ways"].includes(change) ? change : "";
    clearTimeout(this.timer);
    this.asked++;
    this.show(NOTHING);
  }

  /** Look around a spot, once it has stood still for a moment. */
  near({ lon, lat }: Spot): void {
    if (!this.change) return;
    clearTimeout(this.timer);
    const number = ++this.asked;
    this.timer = setTimeout(async () => {
      const query = new URLSearchParams({ change: this.change, lon: String(lon), lat: String(lat) });
      try {
        const found = await fetchJson<typeof NOTHING>(`${this.config.openable}&${query}`);
        if (number === this.asked) this.show(found);
      } catch (error) {
        if (number === this.asked) element("trying").textContent = whyNot(this.config, error);
      }
    }, PAUSE_MS);
  }

  /** The code of the one that is chosen; "" where there is none. */
  get code(): string {
    return this.list.value;
  }

  private get list(): HTMLSelectElement {
    return element<HTMLSelectElement>("change-openable");
  }

  private show(found: typeof NOTHING): void {
    this.map.getSource<GeoJSONSource>("openable")?.setData(found);
    this.list.replaceChildren(
      ...found.features.map(({ properties }) => {
        const option = new Option(properties.words, properties.code);
        option.dataset["hours"] = properties.hours ?? "";
        return option;
      }),
    );
    this.mark();
  }

  private mark(): void {
    if (!this.map.getLayer("openable-chosen")) return;
    this.map.setFilter("openable-chosen", isCode(this.code));
    this.map.setFilter("openable-chosen-gate", ["all", IS_GATE, isCode(this.code)]);
  }
}
