// What the page shows, as its address says it: ?layers=compound,hazard&z=13.5/27.73/111.99&select=hazard/12

import type { Config } from "./config";

export interface View {
  zoom: number;
  lat: number;
  lon: number;
}

export interface Selected {
  layer: string;
  id: number;
}

export interface State {
  layers: string[];
  view: View | null;
  selected: Selected | null;
}

export function readState(config: Config): State {
  const query = new URLSearchParams(location.search);
  const stated = query.get("layers");
  const known = config.layers.map((layer) => layer.id);
  return {
    layers: stated === null ? shownAtFirst(config) : known.filter((id) => stated.split(",").includes(id)),
    view: parseView(query.get("z")),
    selected: parseSelected(query.get("select")),
  };
}

/** Put the state into the address; push makes a step that Back undoes. */
export function writeState(config: Config, state: State, how: "push" | "replace"): void {
  const query = new URLSearchParams(location.search);
  const layers = state.layers.join(",");
  put(query, "layers", layers === shownAtFirst(config).join(",") ? null : layers);
  put(query, "z", state.view && `${round(state.view.zoom, 2)}/${round(state.view.lat, 5)}/${round(state.view.lon, 5)}`);
  // The page looks as chosen already, and the browser keeps it: who is sent this address chooses for themselves.
  for (const choice of ["care", "theme"]) query.delete(choice);
  put(query, "select", state.selected && `${state.selected.layer}/${state.selected.id}`);
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
  const address = text ? `?${text}` : location.pathname;
  if (how === "push") history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  keepInLinks(query);
}

export function parseSelected(text: string | null): Selected | null {
  const match = /^([a-z_]+)\/(\d{1,15})$/.exec(text ?? "");
  return match ? { layer: match[1]!, id: Number(match[2]) } : null;
}

function parseView(text: string | null): View | null {
  const [zoom, lat, lon] = (text ?? "").split("/").map(Number);
  if (zoom === undefined || lat === undefined || lon === undefined) return null;
  const isSane = zoom >= 0 && zoom <= 22 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
  return isSane ? { zoom, lat, lon } : null;
}

function shownAtFirst(config: Config): string[] {
  return config.layers.filter((layer) => layer.on).map((layer) => layer.id);
}

function put(query: URLSearchParams, name: string, value: string | null): void {
  if (value === null) query.delete(name);
  else query.set(name, value);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** The page in another language, or as it looks otherwise, and the simple map show the same thing at the same place. */
function keepInLinks(query: URLSearchParams): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-language], a[data-choice]")) {
    const { language, choice, value } = link.dataset;
    const other = new URLSearchParams(query);
    other.set(choice ?? "lang", value ?? language ?? "");
    // Where each language has a page of its own, its path stays.
    link.search = other.toString();
  }
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-keep-view]")) {
    const kept = [...query].filter(([name]) => name === "layers" || name === "z");
    link.search = new URLSearchParams(kept).toString();
  }
}
