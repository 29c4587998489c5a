// A map that draws less often while its first tiles come: without a graphics card each picture takes longer than a tile.

import { Map as MapLibreMap } from "maplibre-gl";

/** While tiles of the first view are on their way, there is a picture this often; the last tile is drawn at once. */
const BETWEEN_MS = 250;

export class SteadyMap extends MapLibreMap {
  // Only declared: the map asks for pictures before a field of this class could be set.
  private declare hasSettled: boolean | undefined;
  private declare held: number | undefined;

  /** MapLibre asks for a picture by this for each tile that has come. */
  override triggerRepaint(): void {
    if (this.hasSettled || !this.style || this.isMoving() || this.areTilesLoaded()) {
      this.drawNow();
      return;
    }
    if (this.hasSettled === undefined) {
      this.hasSettled = false;
      this.once("idle", () => (this.hasSettled = true));
    }
    this.held ??= window.setTimeout(() => this.drawNow(), BETWEEN_MS);
  }

  private drawNow(): void {
    window.clearTimeout(this.held);
    this.held = undefined;
    super.triggerRepaint();
  }
}
