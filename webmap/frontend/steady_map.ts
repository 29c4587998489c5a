// A map that draws as few pictures as it can until its first view stands: without a graphics card each takes longer than a
// tile, and the page waits for it.

import { Map as MapLibreMap } from "maplibre-gl";

/** While tiles of the first view are on their way, there is a picture this often; the last tile is drawn at once. */
const BETWEEN_MS = 250;
/** No more than one part of the time in so many goes to such pictures. */
const PARTS = 4;
/** Without knowing where its tiles come from a map waits no longer than this for its first picture. */
const UNKNOWN_MS = 1000;

export class SteadyMap extends MapLibreMap {
  // Only declared: the map asks for pictures before a field of this class could be set.
  private declare hasSettled: boolean | undefined;
  private declare held: number | undefined;
  private declare tookMs: number | undefined;

  /** MapLibre asks for a picture by this for each tile that has come, and before. */
  override triggerRepaint(): void {
    if (this.hasSettled || !this.style || this.isMoving()) {
      this.drawNow();
      return;
    }
    if (this.hasSettled === undefined) this.begin();
    const isKnown = this.hasSources();
    if (isKnown && this.areTilesLoaded()) {
      this.drawNow();
      return;
    }
    const waitMs = isKnown ? Math.max(BETWEEN_MS, PARTS * (this.tookMs ?? 0)) : UNKNOWN_MS;
    this.held ??= window.setTimeout(() => this.drawNow(), waitMs);
  }

  private begin(): void {
    this.hasSettled = false;
    this.on("render", this.heed);
    this.once("idle", () => {
      this.hasSettled = true;
      this.off("render", this.heed);
    });
  }

  /** Tiles are asked for by the first picture after this: one before it would only keep them waiting. */
  private hasSources(): boolean {
    const sources = Object.values(this.style.tileManagers).map((manager) => manager.getSource());
    return sources.length > 0 && sources.every((source) => source.type !== "vector" || source.loaded());
  }

  private drawNow(): void {
    window.clearTimeout(this.held);
    this.held = undefined;
    super.triggerRepaint();
  }

  /** A picture has been painted. */
  private heed(): void {
    // Until the map has been idle names don't fade in: all have been placed in this very picture. MapLibre would place them
    // once more, and paint the same again.
    this._placementDirty = false;
    // The page waits here until the pixels have come from whatever draws them.
    const asked = performance.now();
    window.setTimeout(() => (this.tookMs = performance.now() - asked));
  }
}
