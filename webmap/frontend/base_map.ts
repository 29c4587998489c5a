// What every map of the pages shares: the server's style, controls, a hint under the mouse, how ground is shown, its state.

import {
  type LngLatLike,
  type MapMouseEvent,
  type Map as MapLibreMap,
  NavigationControl,
  Popup,
  prewarm,
  ScaleControl,
  type StyleSpecification,
  setWorkerUrl,
} from "maplibre-gl";
import { type Bbox, element, fetched, type PageConfig, say, tell } from "./config";
import { lookOfPage } from "./look";
import { handOver, MAP_WORKER } from "./map_worker";
import { SteadyMap } from "./steady_map";
import { readArchives } from "./tile_files";
import { drawFromKept } from "./kept_tiles";
import { MOMENT } from "./worker/caches";
import { addSymbols, type Look, type PillColours } from "./symbols";

const LAYER_KEY = "csmap:layer";
const SYMBOLS_KEY = "csmap:symbols";

/** What is under the mouse: where its hint stands, and its words; without words only the pointer tells. */
export interface Hint {
  spot: LngLatLike;
  words: string;
}

/** Fetch the server's style, without the layers of `subjects`: a page that draws its own leaves them out. */
export async function fetchStyle(config: PageConfig, subjects: string[] = []): Promise<StyleSpecification> {
  setWorkerUrl(MAP_WORKER);
  handOver(prewarm);
  const style = await fetchLook(config, lookOfPage());
  style.layers = style.layers.filter((layer) => !subjects.includes(subjectOf(layer)));
  for (const [name, source] of Object.entries(style.sources)) {
    if (subjects.includes(name)) delete style.sources[name];
    // The worker that fetches tiles has an address of its own: it needs the whole address.
    else if (source.type === "vector" && source.tiles) source.tiles = source.tiles.map((path) => location.origin + path);
  }
  await readArchives(style);
  return style;
}

/** Fetch the server's style in one of its looks, as the server has it. */
export async function fetchLook(config: PageConfig, look: string): Promise<StyleSpecification> {
  const answer = await fetched(config.styles[look] ?? "");
  const style = (await answer.json()) as StyleSpecification;
  if (answer.headers.has(MOMENT)) await drawFromKept(style);
  return style;
}

/** Return the id of the declared layer that a layer of the style draws; "" where it draws none. */
export function subjectOf(layer: { metadata?: unknown }): string {
  return (layer.metadata as Record<string, string> | undefined)?.[LAYER_KEY] ?? "";
}

export function hasWebGl(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

/** Return how far from a map's edges a whole place is shown: what is written over its foot hides nothing of it. */
export function besideFoot(container: string): { top: number; left: number; right: number; bottom: number } {
  const foot = element(container).parentElement?.querySelector<HTMLElement>(".planner-foot");
  return { top: 24, left: 24, right: 24, bottom: 24 + (foot?.offsetHeight ?? 0) };
}

export abstract class BaseMap<C extends PageConfig> {
  protected readonly map: MapLibreMap;
  /** The style and what the page draws beside it have been loaded: before, a map can't be told what to show. */
  protected readonly isReady: Promise<unknown>;
  private hasFailed = false;

  protected constructor(
    protected readonly config: C,
    style: StyleSpecification,
    private readonly container = "map",
  ) {
    element(container).dataset["look"] = lookOfPage();
    this.map = new SteadyMap({
      container: this.container,
      style,
      bounds: config.bounds,
      fitBoundsOptions: { padding: besideFoot(this.container) },
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
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 96 }), "bottom-right");
    const metadata = style.metadata as Record<string, Record<string, Look>>;
    this.map.on("style.load", () => {
      addSymbols(this.map, metadata[SYMBOLS_KEY] ?? {}, style.metadata as PillColours);
      this.draw();
    });
    this.isReady = this.map.once("style.load");
    this.map.on("movestart", () => this.setState("loading"));
    this.map.on("idle", () => this.settle());
    this.map.on("error", () => {
      this.hasFailed = true;
      this.setState("error");
      this.missed();
    });
  }

  /** Show some ground, no closer than `maxZoom`. */
  fit(bbox: Bbox, { padding, maxZoom }: { padding: number; maxZoom: number }): void {
    this.map.fitBounds(bbox, { padding, maxZoom, duration: 600 });
  }

  /** Draw what the page has beside the style: the style and its symbols have just been loaded. */
  protected draw(): void {}

  /** Return how many things of the page are in view, or null before they have been drawn. */
  protected abstract seen(): number | null;

  /** All of the view has been drawn. */
  protected settled(): void {}

  /** A part of the map isn't there. */
  protected missed(): void {
    tell(say(this.config, "failed"));
  }

  protected setState(state: "loading" | "idle" | "error"): void {
    element(this.container).dataset["mapState"] = state;
  }

  /** Say what the mouse is over; readers without a mouse have the lists. */
  protected hint(offset: number, find: (event: MapMouseEvent) => Hint | null): void {
    if (!matchMedia("(hover: hover)").matches) return;
    const popup = new Popup({ closeButton: false, closeOnClick: false, className: "hint", offset, maxWidth: "280px" });
    this.map.on("mousemove", (event) => {
      const found = find(event);
      this.map.getCanvas().style.cursor = found ? "pointer" : "";
      if (found?.words) popup.setLngLat(found.spot).setText(found.words).addTo(this.map);
      else popup.remove();
    });
    this.map.on("mouseout", () => popup.remove());
  }

  private settle(): void {
    const seen = this.seen();
    if (seen === null) return;
    element(this.container).dataset["mapFeatures"] = String(seen);
    this.setState(this.hasFailed ? "error" : "idle");
    if (!this.hasFailed) this.settled();
    this.hasFailed = false;
  }
}
