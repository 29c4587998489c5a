// What the parts of a briefing share: its map, its words, what is drawn of each record, and the lists that name it.

export type Words = {
  close: string;
  show: string;
  inList: string;
  several: string;
  shown: string;
  hits: string;
  no_hits: string;
  apart: string;
  onStreet: string;
};

/** How the points of one kind look: as SVG, in full and small, with the spots where they stand (packed). */
export interface PointLook {
  svg: string;
  small: string;
  spots: number[];
  /** Which records stand on each spot; none where a layer has too many for a list. */
  records?: (number | number[])[];
  /** By spot: the number of each record's look, where they differ. */
  mixed?: Record<number, number[]>;
}

/** A layer's points, as webmap/briefing/points.py states them. */
export interface StatedPoints {
  layer: string;
  order: number;
  /** The zoom from which each spot has its symbol. */
  from: number;
  isApart: boolean;
  plain: string;
  size: number;
  /** The zoom from which they are named; null for never. */
  label: number | null;
  looks: PointLook[];
}

export interface Spot {
  at: L.LatLngTuple;
  /** Web Mercator at zoom 0, in pixels. */
  x: number;
  y: number;
  look: PointLook;
  looks: PointLook[] | undefined;
  stated: StatedPoints;
  keys: string[];
  /** Of a record that stands in no list. */
  name: string | null;
}

/** A record that is drawn: a spot, or a shape of its own. */
export type Drawn = { layerId: string } & ({ spot: Spot; shape: null } | { spot: null; shape: L.Shape });

export interface Label {
  layerId: string;
  /** The record that it names; "" for a name that stands for none. */
  key: string;
  /** Longitude and latitude. */
  at: [number, number];
  from: number;
  until: number;
  box: HTMLElement | null;
  sizePx: ((zoom: number) => number) | null;
}

/** By key, such as "hazard-12", which is the id of its row in a list. */
export const drawn = new Map<string, Drawn>();
export const labels: Label[] = [];
/** Run whenever another part of the map, or another layer of it, is seen. */
export const redraws: (() => void)[] = [];

interface Opened {
  map: L.Map;
  words: Words;
  groups: Record<string, L.Layer>;
}

let known: Opened | null = null;

export function open(page: Opened): void {
  known = page;
}

/** Return the map, the words and the layers; all is drawn before anybody looks. */
export function opened(): Opened {
  if (!known) throw new Error("the briefing hasn't been started");
  return known;
}

/** Return the zoom as the main map counts it, whose tiles are twice as wide: what is declared for a zoom is for that. */
export function mapZoom(map: L.Map): number {
  return map.getZoom() - 1;
}

export function row(key: string): HTMLElement | null {
  return document.getElementById(key);
}

export function nameOf(key: string): string {
  return drawn.get(key)?.spot?.name ?? row(key)?.querySelector(".name")?.textContent ?? "";
}

export function made<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  text = "",
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

const UNITS_A_DEGREE = 1e6;

/** Return points that are packed as lon, lat, step, step ..., as latitude and longitude. */
export function unpacked(packed: number[]): L.LatLngTuple[] {
  const points: L.LatLngTuple[] = [];
  let [lon, lat] = [0, 0];
  for (let at = 0; at < packed.length; at += 2) {
    lon += packed[at]!;
    lat += packed[at + 1]!;
    points.push([lat / UNITS_A_DEGREE, lon / UNITS_A_DEGREE]);
  }
  return points;
}
