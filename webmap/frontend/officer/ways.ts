// Ways on foot on a map: to the nearest posts from a pin that moves, or from hazard to hazard in their order.

import type { Feature } from "geojson";
import { type GeoJSONSource, LngLatBounds, type Map as MapLibreMap, Marker, type StyleSpecification } from "maplibre-gl";
import "../base_map.css";
import "../paper_map.css";
import { BaseMap, fetchLook, fetchStyle } from "../base_map";
import { element, giveUp, type PageConfig, readConfig, say, tell } from "../config";
import { lookOfPage } from "../look";
import { keepOpenSaid } from "../open_now";
import { Paper } from "../paper_map";
import { POSITION, stepped } from "./pin";

type Spot = [lon: number, lat: number];

interface Config extends PageConfig {
  start: { lon: number; lat: number } | null;
  /** The pin is where the ways begin, and is moved; else it stands where the walk begins. */
  isMoved: boolean;
  /** Layers of the style that say nothing of the ways. */
  subjects: string[];
  page: string;
}

const PATIENCE_MS = 20_000;

const config = readConfig<Config>("ways-config");

class WaysMap extends BaseMap<Config> {
  readonly pin = new Marker({ draggable: config.isMoved, color: "#b3261e" });

  static async make(): Promise<WaysMap> {
    return new WaysMap(config, await fetchStyle(config, config.subjects));
  }

  private constructor(told: Config, style: StyleSpecification) {
    super(told, style);
    this.pin.getElement().setAttribute("aria-label", say(told, "pin"));
    if (!told.isMoved) return;
    this.pin.on("dragend", () => moved([this.pin.getLngLat().lng, this.pin.getLngLat().lat]));
    this.map.on("click", (event) => moved([event.lngLat.lng, event.lngLat.lat]));
  }

  get drawn(): MapLibreMap {
    return this.map;
  }

  /** Draw what the list on the page has, and bring it into view. */
  show(): void {
    const [lines, stops] = [linesOfPage(), stopsOfPage()];
    this.map.getSource<GeoJSONSource>("ways")?.setData({ type: "FeatureCollection", features: lines });
    this.map.getSource<GeoJSONSource>("stops")?.setData({ type: "FeatureCollection", features: stops });
    const start = startOfPage();
    if (start) this.pin.setLngLat(start).addTo(this.map);
    else this.pin.remove();
    const spots = [...lines.flatMap(spotsOf), ...stops.flatMap(spotsOf), ...(start ? [start] : [])];
    if (!spots.length) return;
    const all = spots.reduce((bounds, spot) => bounds.extend(spot), new LngLatBounds());
    this.map.fitBounds(all, { padding: 40, maxZoom: 17, duration: 0 });
  }

  protected override draw(): void {
    const round = { "line-cap": "round", "line-join": "round" } as const;
    const nothing = { type: "FeatureCollection", features: [] } as const;
    for (const source of ["ways", "stops"]) this.map.addSource(source, { type: "geojson", data: { ...nothing, features: [] } });
    const names = this.map.getStyle().layers.find((layer) => layer.type === "symbol");
    const font = names?.type === "symbol" ? names.layout?.["text-font"] : undefined;
    const [first, others] = ["#0b4ea2", "#4f7cac"];
    const blue = config.isMoved ? ["case", ["==", ["get", "number"], 1], first, others] : first;
    const edge = { "line-color": "#ffffff", "line-width": 9 };
    const line = { "line-color": blue as string, "line-width": 5 };
    this.map.addLayer({ id: "ways-edge", type: "line", source: "ways", layout: round, paint: edge }, names?.id);
    this.map.addLayer({ id: "ways", type: "line", source: "ways", layout: round, paint: line }, names?.id);
    const disc = { "circle-radius": 13, "circle-color": first, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 };
    this.map.addLayer({ id: "stops", type: "circle", source: "stops", paint: disc });
    const layout = { "text-field": ["get", "label"], "text-size": 14, "text-allow-overlap": true, ...(font ? { "text-font": font as string[] } : {}) };
    this.map.addLayer({ id: "stop-numbers", type: "symbol", source: "stops", layout: layout as object, paint: { "text-color": "#ffffff" } });
    this.show();
  }

  protected seen(): number {
    return this.map.queryRenderedFeatures({ layers: ["ways", "stops"] }).length;
  }
}

const found = (): HTMLElement => element("found");

function startOfPage(): Spot | null {
  const [lon, lat] = (found().dataset["start"] ?? "").split(" ").map(Number);
  return lon && lat ? [lon, lat] : null;
}

function linesOfPage(): Feature[] {
  return [...found().querySelectorAll<HTMLElement>("[data-line]")]
    .map(({ dataset }) => ({
      type: "Feature" as const,
      properties: { number: Number(dataset["stop"]) },
      geometry: { type: "LineString" as const, coordinates: JSON.parse(dataset["line"] || "[]") as Spot[] },
    }))
    .reverse();
}

/** Return the numbered stops; those at one spot share a disc. */
function stopsOfPage(): Feature[] {
  const at = new Map<string, string[]>();
  for (const { dataset } of found().querySelectorAll<HTMLElement>("[data-stop][data-lon]")) {
    const spot = `${dataset["lon"]} ${dataset["lat"]}`;
    at.set(spot, [...(at.get(spot) ?? []), dataset["stop"] ?? ""]);
  }
  return [...at].map(([spot, numbers]) => ({
    type: "Feature",
    properties: { label: numbers.length > 2 ? `${numbers[0]}–${numbers.at(-1)}` : numbers.join(",") },
    geometry: { type: "Point", coordinates: spot.split(" ").map(Number) },
  }));
}

function spotsOf({ geometry }: Feature): Spot[] {
  if (geometry.type === "Point") return [geometry.coordinates as Spot];
  return geometry.type === "LineString" ? (geometry.coordinates as Spot[]) : [];
}

function middle(): Spot {
  const [west, south, east, north] = config.bounds;
  return map ? (map.drawn.getCenter().toArray() as Spot) : [(west + east) / 2, (south + north) / 2];
}

let map: WaysMap | null = null;
/** Of several questions that are under way the last one counts. */
let asked = 0;

for (const part of document.querySelectorAll<HTMLElement>(".needs-script")) part.hidden = false;
keepOpenSaid(document);
WaysMap.make().then(
  (made) => {
    map = made;
    const look = lookOfPage();
    const light = look.replace(/-?dark$/, "");
    if (document.getElementById("paper")) new Paper(config, made.drawn, look !== light, () => fetchLook(config, light));
  },
  (error: unknown) => giveUp(config, error),
);
document.querySelector("[data-here]")?.addEventListener("click", () => locate());
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-move]")) {
  // Where no spot is known the pin begins in the middle of what the map shows.
  button.addEventListener("click", () => moved(stepped(button, startOfPage() ?? middle())));
}
if (config.isMoved && !config.start) locate();

const isShifted = (): boolean => document.querySelector<HTMLInputElement>("input[name=system]")?.checked ?? false;

function locate(): void {
  if (!isSecureContext || !("geolocation" in navigator)) return tell(say(config, "insecure"));
  const number = ++asked;
  tell(say(config, "looking"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      if (number !== asked) return;
      const metres = String(Math.max(1, Math.round(coords.accuracy)));
      const spot: Spot = [coords.longitude, coords.latitude];
      if (config.isMoved) void settle(spot, isShifted(), say(config, "accuracy", { metres }));
      else begin(spot);
    },
    () => {
      if (number === asked) tell(say(config, "no_position"));
    },
    POSITION,
  );
}

/** Ask for the walk anew, from a spot. */
function begin([lon, lat]: Spot): void {
  const form = element<HTMLFormElement>("begin");
  (form.elements.namedItem("lon") as HTMLInputElement).value = String(lon);
  (form.elements.namedItem("lat") as HTMLInputElement).value = String(lat);
  form.submit();
}

function moved(spot: Spot): void {
  void settle(spot, false, say(config, "moved"));
}

/** Have the page's own answer for a spot stand in the list and on the map; its address says so, too. */
async function settle([lon, lat]: Spot, isPhones: boolean, how: string): Promise<void> {
  const number = ++asked;
  const query = new URLSearchParams({ lon: lon.toFixed(6), lat: lat.toFixed(6), ...(isPhones ? { system: "GCJ-02" } : {}) });
  const address = `${config.page}?${query}`;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok || answer.redirected) return location.assign(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("found");
    if (number !== asked || !fresh) return;
    found().replaceWith(fresh);
    history.replaceState(null, "", address);
    keepOpenSaid(document);
    tell(how);
    map?.show();
  } catch {
    if (number === asked) tell(say(config, "unreached"));
  }
}
