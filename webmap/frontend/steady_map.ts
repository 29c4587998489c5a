// A map that draws as few pictures as it can until its first view stands: without a graphics card each takes longer than a
// tile, and the page waits for it.

import { Map as MapLibreMap, type MapOptions } from "maplibre-gl";

/** Tiles that come one after the other make one picture; where none has come for so long, what is there is drawn. */
const PAUSE_MS = 250;
/** While tiles of the first view keep coming, there is a picture this often. */
const LONGEST_MS = 1000;
/** No more than one part of the time in so many goes to such pictures. */
const PARTS = 4;
/** While tiles are on their way the map looks this often whether others have to be asked for; the last one is heeded at once. */
const LOOK_MS = 100;

export class SteadyMap extends MapLibreMap {
  // Only declared: the map asks for frames before a field of this class could be set.
  private declare isSteady: boolean | undefined;
  private declare looking: number | undefined;
  private paintedAt = performance.now();
  private tookMs = 0;
  private isDue = false;
  private waking: number | undefined;

  constructor(options: MapOptions) {
    super(options);
    const { painter } = this;
    const paint = painter.render;
    // All of a frame but the picture goes on: it is a frame that asks for tiles.
    painter.render = (...asked) => {
      if (!this.isWorthAPicture()) return;
      this.begun();
      paint.apply(painter, asked);
    };
    this.on("render", this.heed);
    this.isSteady = true;
    this.once("idle", () => {
      this.isSteady = false;
      painter.render = paint;
      window.clearTimeout(this.waking);
      this.off("render", this.heed);
    });
  }

  /** MapLibre asks for a frame by this for each tile that has come, and before. */
  override triggerRepaint(): void {
    const mayWait = this.isSteady && this.style && !this.isDue && !this.isMoving() && !this.areTilesLoaded();
    if (!mayWait) {
      window.clearTimeout(this.looking);
      this.looking = undefined;
      super.triggerRepaint();
      return;
    }
    this.looking ??= window.setTimeout(() => {
      this.looking = undefined;
      super.triggerRepaint();
    }, LOOK_MS);
  }

  /** MapLibre's own word for all that it waits for; by the same one it says that it is idle. */
  private isWorthAPicture(): boolean {
    if (this.isDue || this.isMoving() || this.loaded()) return true;
    const shortest = Math.max(PAUSE_MS, PARTS * this.tookMs);
    const left = Math.max(LONGEST_MS, shortest) - (performance.now() - this.paintedAt);
    window.clearTimeout(this.waking);
    this.waking = window.setTimeout(() => {
      this.isDue = true;
      this.triggerRepaint();
    }, Math.min(shortest, left));
    return false;
  }

  private begun(): void {
    window.clearTimeout(this.waking);
    this.isDue = false;
    this.paintedAt = performance.now();
    // The page waits here until the pixels have come from whatever draws them.
    window.setTimeout(() => (this.tookMs = performance.now() - this.paintedAt));
  }

  private heed(): void {
    // Until the map has been idle names don't fade in: all have been placed in this very picture. MapLibre would place them
    // once more, and paint the same again.
    this._placementDirty = false;
  }
}
