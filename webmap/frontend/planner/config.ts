// What the server tells the planner's page, and the answers that its script asks for.

import type { FeatureCollection, Point } from "geojson";

export interface Config {
  style: string;
  map: string;
  whatIf: string;
  site: string;
  bounds: [number, number, number, number];
  language: string;
  /** Layers of the style that are no part of the base map: this page draws its own. */
  subjects: string[];
  minutes: number;
  bands: [string, string, string];
  causes: Record<string, string>;
  names: Record<string, string>;
  words: Record<string, string>;
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

export async function fetchJson<T>(address: string, body?: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(address, body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return (await answer.json()) as T;
}
