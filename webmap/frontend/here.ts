// Where one is: in the midst of a large area its own name is out of sight, so it is written again in the part one sees.

import type { Feature } from "geojson";
import { type GeoJSONSource, type MapGeoJSONFeature, type Map as MapLibreMap, Point } from "maplibre-gl";
import { subjectOf } from "./base_map";

const HERE = "here";
/** The view is looked at in so many places each way, and an area is named that lies under so many of them at least. */
const PLACES = 6;
const ROOM = 4;
/** Levels that have others between them and the ground, the lowest first. */
const UPPER = ["street", "county", "city", "province"];
const written = new WeakMap<MapLibreMap, string>();

interface Seen {
  area: MapGeoJSONFeature;
  at: Point[];
}

/** Write the names of areas in view that the map itself writes nowhere in the view, and note them on its element. */
export function nameHere(map: MapLibreMap): void {
  const source = map.getSource<GeoJSONSource>(HERE);
  const own = map.getStyle().layers.find((layer) => "source" in layer && layer.source === HERE);
  if (!source || !own) return;
  const isOn = map.getLayoutProperty(own.id, "visibility") !== "none" && map.getZoom() >= (own.minzoom ?? 0);
  const features = isOn ? unnamed(map, subjectOf(own)).map((seen) => named(map, seen)) : [];
  // Each change is drawn, and what has been drawn is asked again.
  const spots = JSON.stringify(features.map((feature) => [feature.id, feature.geometry]));
  if (spots === (written.get(map) ?? "[]")) return;
  written.set(map, spots);
  source.setData({ type: "FeatureCollection", features });
  map.getContainer().dataset["mapHere"] = features.map((feature) => feature.properties?.["name"]).join("\n");
}

/** Return the areas of the lowest level in view whose names stand nowhere in it, with the places they lie under. */
function unnamed(map: MapLibreMap, subject: string): Seen[] {
  const labels = map
    .getStyle()
    .layers.filter((layer) => layer.id.startsWith(`${subject}-label`))
    .map((layer) => layer.id);
  const known = new Set(map.queryRenderedFeatures({ layers: labels }).map((label) => label.id));
  const found = new Map<MapGeoJSONFeature["id"], Seen>();
  for (const place of places(map)) {
    const inside = map.queryRenderedFeatures(place, { layers: [`${subject}-fill`] });
    const areas = inside.filter((area) => area.properties["kind"] !== "grid");
    const [area] = areas.sort((one, other) => levelOf(one) - levelOf(other));
    if (!area || known.has(area.id)) continue;
    const seen = found.get(area.id) ?? { area, at: [] };
    seen.at.push(place);
    found.set(area.id, seen);
  }
  return Array.from(found.values()).filter((seen) => seen.at.length >= ROOM);
}

/** Return places all over the part of the map that isn't covered, off its edges. */
function places(map: MapLibreMap): Point[] {
  const middle = map.project(map.getCenter());
  const { width, height } = map.getContainer().getBoundingClientRect();
  const [right, down] = [Math.min(middle.x, width - middle.x), Math.min(middle.y, height - middle.y)];
  const steps = Array.from({ length: PLACES }, (_, step) => ((step + 0.5) / PLACES) * 2 - 1);
  return steps.flatMap((y) => steps.map((x) => new Point(middle.x + x * right, middle.y + y * down)));
}

/** Return the area's name at the one of its places that is nearest to the middle of them all. */
function named(map: MapLibreMap, { area, at }: Seen): Feature {
  const mean = at.reduce((sum, place) => sum.add(place), new Point(0, 0)).div(at.length);
  const [nearest] = at.sort((one, other) => one.distSqr(mean) - other.distSqr(mean));
  const { lng, lat } = map.unproject(nearest ?? mean);
  const coordinates = [lng, lat];
  // Copied: the properties of a drawn feature can't be sent to the worker.
  const properties = { ...area.properties };
  return { type: "Feature", id: Number(area.id), properties, geometry: { type: "Point", coordinates } };
}

function levelOf(area: MapGeoJSONFeature): number {
  return UPPER.indexOf(String(area.properties["kind"]));
}
