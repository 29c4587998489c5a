// What the server tells the planner's page, and the answers that its script asks for.

import type { FeatureCollection, Point } from "geojson";
import type { Map as MapLibreMap, Marker } from "maplibre-gl";
import { asJson, fetched, type PageConfig, Refused, say } from "../config";

export interface Config extends PageConfig {
  map: string;
  whatIf: string;
  /** Where balanced grids are asked for, and the page's piece about them. */
  grids: string;
  balanced: string;
  /** Where the page's piece about access comes from, and the colours of its classes. */
  access: string;
  accessColours: string[];
  /** Where the page's piece comes from about what the answer depends on. */
  sways: string;
  site: string;
  /** Where the page's piece about a siting comes from, with 0 for the run. */
  plan: string;
  /** Where the page's piece about changes comes from, and where scenarios are kept. */
  changed: string;
  scenarios: string;
  /** Where it is told what can be opened near a spot. */
  openable: string;
  service: string;
  mode: string;
  /** The deployment's day of the week, as the form states it. */
  today: string;
  /** The scenario that is opened, and its changes. */
  scenario: string | null;
  changes: Change[];
  /** The changes with which the page's sections are told: the scenario's, or none where it can't be worked out. */
  shown: Change[];
  /** Layers of the style that are no part of the base map: this page draws its own. */
  subjects: string[];
  minutes: number;
  /** Each band's upper end in minutes and its colour, the shortest first. */
  bands: [number, string][];
  /** Where the ground that a post reaches comes from, and the way of a place. */
  reach: string;
  way: string;
  /** Fill and edge of posts. */
  posts: Record<"open" | "closed" | "gone", [string, string]>;
  causes: Record<string, string>;
  /** The shape of each cause's mark, as SVG has paths, in a square of 12. */
  shapes: Record<string, string>;
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
  /** Metres to the nearest street, near enough or not. */
  street_m: number;
  snap_limit_m: number;
}

export interface Job {
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  message: string;
  share: number;
  job: string;
  cancel: string;
  run: string | null;
}

export interface Spot {
  lon: number;
  lat: number;
}

/** Send something to be kept or answered. */
export async function send<T = void>(method: string, address: string, body?: unknown): Promise<T> {
  const answer = await fetched(address, body === undefined ? { method } : asJson(method, body));
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** Fetch a piece of the page; what can't be worked out is said in it, too. */
export async function fetchPiece(address: string, body: unknown): Promise<string> {
  return (await fetched(address, asJson("POST", body))).text();
}

/** Return why something has come to nothing: the server's sentence where it refused, else that it may be tried again. */
export function whyNot(config: Config, error: unknown): string {
  if (error instanceof Refused) return error.message;
  console.error(error);
  return say(config, "trial_failed");
}

/** Return the spot that a button or a choice stands for. */
export function spotOf(told: HTMLElement): Spot {
  return { lon: Number(told.dataset["lon"]), lat: Number(told.dataset["lat"]) };
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
