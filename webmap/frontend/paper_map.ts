// The map on paper: drawn anew as a picture, on light ground and at a paper's size, with a scale bar that is as wide as it says.

import { type LayerSpecification, Map as MapLibreMap, type StyleSpecification } from "maplibre-gl";
import { element, type PageConfig, say } from "./config";
import { addSymbols, type Look, type PillColours } from "./symbols";

const SYMBOLS_KEY = "csmap:symbols";
/** Dots a pixel: finer than most printers' grid would be lost. */
const FINENESS = 2;
const BARS_M = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];
const LONGEST_BAR = 0.2;
const GIVE_UP_MS = 15_000;
const METRES_AT_0 = 40_075_016.686 / 512;

/** A picture of the map: a data URL, and how many metres lie between its left and its right edge. */
interface Picture {
  image: string;
  metres: number;
  isDark: boolean;
}

/** Draw what a map shows on light ground. */
async function drawn(shown: MapLibreMap, lit: StyleSpecification | null): Promise<Picture> {
  const style = shown.getStyle();
  if (lit) {
    style.metadata = lit.metadata;
    const paints = new Map(lit.layers.map((layer) => [layer.id, layer.paint]));
    // What the page draws beside the style, such as the way on foot, has one look on all grounds.
    const onPaper = (layer: LayerSpecification) =>
      paints.has(layer.id) ? ({ ...layer, paint: paints.get(layer.id) ?? {} } as LayerSpecification) : layer;
    style.layers = style.layers.map(onPaper);
  }
  const stage = document.createElement("div");
  stage.className = "paper-stage";
  document.body.append(stage);
  const map = new MapLibreMap({
    container: stage,
    style,
    bounds: shown.getBounds(),
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    pixelRatio: FINENESS,
    canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  try {
    map.on("style.load", () => {
      const metadata = style.metadata as Record<string, Record<string, Look>>;
      addSymbols(map, metadata[SYMBOLS_KEY] ?? {}, style.metadata as PillColours);
    });
    await new Promise<void>((resolve, reject) => {
      map.once("idle", () => resolve());
      setTimeout(() => reject(new Error("the paper's map took too long")), GIVE_UP_MS);
    });
    return { image: map.getCanvas().toDataURL("image/png"), metres: metresAcross(map), isDark: false };
  } finally {
    map.remove();
    stage.remove();
  }
}

function metresAcross(map: MapLibreMap): number {
  const { lat } = map.getCenter();
  return (map.getContainer().clientWidth * METRES_AT_0 * Math.cos((lat * Math.PI) / 180)) / 2 ** map.getZoom();
}

export class Paper {
  private readonly figure = element("paper");
  private isReady = false;
  private isBusy = false;

  constructor(
    private readonly config: PageConfig,
    private readonly map: MapLibreMap,
    private readonly isDark: boolean,
    private readonly light: () => Promise<StyleSpecification>,
  ) {
    element("print-map").addEventListener("click", () => void this.print());
    addEventListener("keydown", (event) => {
      if (event.key !== "p" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      void this.print();
    });
    addEventListener("beforeprint", () => this.isReady || this.copy());
    addEventListener("afterprint", () => this.clear());
  }

  private async print(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      this.put(await drawn(this.map, this.isDark ? await this.light() : null));
      // A picture that is put but not read yet would be printed as a white one.
      await this.find<HTMLImageElement>("img").decode();
    } catch (error) {
      // What is on the screen is a map as well.
      console.warn(error);
    } finally {
      this.isBusy = false;
    }
    print();
  }

  /** The browser prints by itself and doesn't wait: the map goes on paper as it stands on the screen. */
  private copy(): void {
    this.map.redraw();
    this.put({ image: this.map.getCanvas().toDataURL("image/png"), metres: metresAcross(this.map), isDark: this.isDark });
  }

  private put({ image, metres, isDark }: Picture): void {
    const [picture, bar, words] = [this.find<HTMLImageElement>("img"), this.find(".paper-bar"), this.find(".paper-bar-words")];
    picture.src = image;
    picture.classList.toggle("was-dark", isDark);
    const length = BARS_M.filter((each) => each <= metres * LONGEST_BAR).at(-1) ?? BARS_M[0]!;
    bar.style.width = `${(100 * length) / metres}%`;
    words.textContent = length < 1000 ? `${length} ${say(this.config, "m")}` : `${length / 1000} ${say(this.config, "km")}`;
    this.figure.hidden = false;
    this.isReady = true;
  }

  private clear(): void {
    this.isReady = false;
    this.figure.hidden = true;
    this.find<HTMLImageElement>("img").removeAttribute("src");
  }

  private find<E extends HTMLElement>(selector: string): E {
    const found = this.figure.querySelector<E>(selector);
    if (!found) throw new Error(`no ${selector} on paper`);
    return found;
  }
}
