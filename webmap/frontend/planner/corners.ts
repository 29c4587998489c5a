// Spots, lines and areas that are drawn: a marker for each corner, moved by dragging, by arrow keys or by a click.

import type { Map as MapLibreMap, MapMouseEvent, Marker as MarkerType } from "maplibre-gl";
import { Marker } from "maplibre-gl";
import { element, say } from "../config";
import { type Config, movedByKeys, type Spot } from "./config";

export type Drawing = "spot" | "crossing" | "line" | "area";

const AT_FIRST: Record<Drawing, number> = { spot: 1, crossing: 2, line: 2, area: 3 };
const GROWS = new Set<Drawing>(["line", "area"]);
const APART_PX = 60;

export class Corners {
  private markers: MarkerType[] = [];
  private kind: Drawing | null = null;
  private clicked = 0;
  /** Told wherever a corner is put. */
  moved: (spots: Spot[]) => void = () => {};

  constructor(
    private readonly map: MapLibreMap,
    private readonly config: Config,
  ) {
    this.map.on("click", (event) => this.put(event));
  }

  /** Whether a click on the map sets a corner. */
  get isDrawing(): boolean {
    return this.kind !== null;
  }

  /** Begin a drawing in the middle of the map; null ends it. */
  begin(kind: Drawing | null): void {
    for (const marker of this.markers) marker.remove();
    element("corners").replaceChildren();
    this.markers = [];
    this.kind = kind;
    this.clicked = 0;
    this.map.getCanvas().classList.toggle("is-drawing", kind !== null);
    if (kind) for (let corner = 0; corner < AT_FIRST[kind]; corner++) this.add();
    this.show();
  }

  /** Put one more corner beside the others. */
  add(at?: { lng: number; lat: number }): void {
    const number = this.markers.length;
    const handle = document.createElement("div");
    handle.className = "corner";
    handle.textContent = String(number + 1);
    const marker = new Marker({ element: handle, draggable: true }).setLngLat(at ?? this.free(number)).addTo(this.map);
    marker.on("drag", () => this.show());
    // The keyboard moves it from within the form: what lies on the map comes before all of the form in its order.
    const key = document.createElement("button");
    key.type = "button";
    key.textContent = String(number + 1);
    key.setAttribute("aria-label", say(this.config, "corner", { number: String(number + 1) }));
    key.addEventListener("focus", () => handle.classList.add("is-held"));
    key.addEventListener("blur", () => handle.classList.remove("is-held"));
    movedByKeys(key, marker, this.map, () => this.show());
    element("corners").append(key);
    this.markers.push(marker);
    this.show();
  }

  /** The corners in the order in which they were drawn. */
  get spots(): Spot[] {
    return this.markers.map((marker) => ({ lon: marker.getLngLat().lng, lat: marker.getLngLat().lat }));
  }

  private put(event: MapMouseEvent): void {
    if (!this.kind) return;
    // The corners that there are at first take the first clicks; then a line or an area grows, others go around.
    if (this.clicked >= this.markers.length && GROWS.has(this.kind)) this.add(event.lngLat);
    else this.markers[this.clicked % this.markers.length]?.setLngLat(event.lngLat);
    this.clicked += 1;
    this.show();
  }

  private free(number: number): { lng: number; lat: number } {
    const middle = this.map.project(this.map.getCenter());
    const turn = (2 * Math.PI * number) / 3;
    const away = this.kind === "spot" ? 0 : APART_PX;
    return this.map.unproject([middle.x + away * Math.sin(turn), middle.y - away * Math.cos(turn)]);
  }

  private show(): void {
    const ring = this.spots.map(({ lon, lat }) => [lon, lat]);
    if (this.kind === "area" && ring[0]) ring.push(ring[0]);
    const source = this.map.getSource("drawing") as { setData?: (data: unknown) => void } | undefined;
    if (this.kind) this.moved(this.spots);
    source?.setData?.({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: ring } });
  }
}
