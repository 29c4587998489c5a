// What the server tells the planner's page, and the answers that its script asks for.

import type { FeatureCollection, Point } from "geojson";
import type { Map as MapLibreMap, Marker } from "maplibre-gl";
import type { PageConfig } from "../config";

export interface Config extends PageConfig {
  map: string;
  whatIf: string;
  site: string;
  /** Where the page's piece about changes comes from, and where scenarios are kept. */
  changed: string;
  scenarios: string;
  service: string;
  mode: string;
  /** The deployment's day of the week, as the form states it. */
  today: string;
  /** The scenario that is opened, and its changes. */
  scenario: string | null;
  changes: Change[];
  /** Layers of the style that are no part of the base map: this page draws its own. */
  subjects: string[];
  minutes: number;
  bands: [string, string, string];
  /** Fill and edge of posts. */
  posts: Record<"open" | "closed" | "gone", [string, string]>;
  causes: Record<string, string>;
  names: Record<string, string>;
}

export interface Change {
  change: string;
  [word: string]: unknown;
}

export interface PlaceTold {
  name: string | null;
  cause: string;
  minutes?: number;
  people?: number;
  gap?: number;
}

export interface PostTold {
  code: string;
  name: string | null;
  is_open: boolean;
}

export interface Drawn {
  places: FeatureCollection<Point, PlaceTold>;
  posts: FeatureCollection<Point, PostTold>;
}

/** The places that changes bring within reach or out of it, and the posts as they would be. */
export interface Delta {
  places: FeatureCollection<Point, { change: "gained" | "lost"; name: string | null; people: number | null }>;
  posts: FeatureCollection<Point, PostTold & { is_new: boolean; is_gone: boolean }>;
  /** Crossings and barriers. */
  shapes: FeatureCollection;
}

export interface WhatIf {
  share: number;
  covered: number;
  gained: number;
  lost: number;
  /** Metres to the street; null where no street is near enough. */
  joined_m: number | null;
}

export interface Job {
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  message: string;
  share: number;
  job: string;
  cancel: string;
  run: string | null;
}

export interface Plan {
  sites: { lon: number; lat: number; name: string | null; area: string | null; gain: number }[];
  demand_total: number;
  covered_after: number;
  proven: boolean;
  gap: number;
}

export interface Spot {
  lon: number;
  lat: number;
}

/** Send something to be kept; the server's own sentence says why it can't be. */
export async function send(method: string, address: string, body?: unknown): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(address, body === undefined ? { method } : { method, headers, body: JSON.stringify(body) });
  if (answer.ok) return;
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string; title?: string };
  throw new Error(problem.detail ?? problem.title ?? `${address} answered ${answer.status}`);
}

/** Fetch a piece of the page; what can't be worked out is said in it, too. */
export async function fetchPiece(address: string, body: unknown): Promise<string> {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.text();
}

const STEP_PX = 10;

/** Let a marker's handle be moved by the arrow keys. */
export function movedByKeys(handle: HTMLElement, marker: Marker, map: MapLibreMap, tell: () => void): void {
  handle.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const spot = map.project(marker.getLngLat());
    marker.setLngLat(map.unproject([spot.x + step[0]! * STEP_PX, spot.y + step[1]! * STEP_PX]));
    tell();
  });
}
