// The map's worker begins before any other script of the page has come: it takes as long to load as the page does, and it is
// what asks for tiles.

/** Where the worker's script lies. */
export const MAP_WORKER = new URL("./map-worker.js", import.meta.url).href;
const begun = new Worker(MAP_WORKER, { type: "module" });

/** Let `prewarm` have this worker: MapLibre makes its first one there by `new Worker`, and knows no other way. */
export function handOver(prewarm: () => void): void {
  const Made = window.Worker;
  const Begun = function () {
    window.Worker = Made;
    return begun;
  };
  window.Worker = Begun as unknown as typeof Worker;
  try {
    prewarm();
  } finally {
    window.Worker = Made;
  }
}
