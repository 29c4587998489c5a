// Tiles out of PMTiles files, piece by piece: for styles whose sources are such files.

import { addProtocol, type StyleSpecification, type VectorSourceSpecification } from "maplibre-gl";

const SCHEME = "pmtiles://";

/** Let the map read the archives that a style names, by addresses relative to the page. */
export async function readArchives(style: StyleSpecification): Promise<void> {
  const sources = Object.values(style.sources).filter(isArchive);
  if (!sources.length) return;
  // Only pages that draw from files load what reads them.
  const { Protocol } = await import("pmtiles");
  addProtocol("pmtiles", new Protocol().tile);
  for (const source of sources) {
    source.url = SCHEME + new URL(source.url!.slice(SCHEME.length), document.baseURI).href;
  }
}

function isArchive(source: StyleSpecification["sources"][string]): source is VectorSourceSpecification {
  return source.type === "vector" && source.url?.startsWith(SCHEME) === true;
}
