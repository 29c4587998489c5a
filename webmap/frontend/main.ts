// The map page: one state, told by the address; map, legend, panel and search follow it.

import "./map.css";
import { answersOf, type Hit } from "./answers";
import { type Bbox, type Config, element, giveUp, readConfig, say, sayNumber, type SubjectLayer, tell } from "./config";
import { hasWebGl } from "./base_map";
import { type Count, type Counts, SubjectMap } from "./map";
import { type Line, Panel, type Shown } from "./panel";
import { Search } from "./search";
import { parseSelected, readState, type Selected, type State, type View, writeState } from "./state";

const CLOSE_UP = 15.5;
/** How what was searched for is shown. */
const FOUND = { padding: 48, maxZoom: 17 };
/** How a way is shown: below it stands what the map says. */
const ON_THE_WAY = { padding: matchMedia("(max-width: 640px)").matches ? 28 : 88, maxZoom: 17 };
/** So few areas in view are named in place of counted. */
const NAMED = 2;

class Page {
  private readonly config = readConfig<Config>("map-config");
  private state: State = readState(this.config);
  private readonly answers = answersOf(this.config);
  private readonly panel = new Panel(
    this.config,
    this.answers,
    () => this.leave(),
    (text) => this.pick(parseSelected(text)),
    () => this.map?.cover(this.panel.coveredPx()),
    (way) => this.map?.showWay(way),
  );
  private map: SubjectMap | null = null;

  async start(): Promise<void> {
    const search = new Search(this.config, this.answers, (hit) => this.find(hit));
    if (this.state.selected === null) search.offer();
    this.tick();
    element("legend").addEventListener("change", () => this.switchLayers());
    addEventListener("popstate", () => this.follow());
    writeState(this.config, this.state, "replace");
    const told = {
      moved: (view: View) => {
        this.state.view = view;
        writeState(this.config, this.state, "replace");
      },
      picked: (selected: Selected) => this.pick(selected),
      drew: (counts: Counts, isCoarser: boolean) => this.sayWhatIsInView(counts, isCoarser),
    };
    this.map = await SubjectMap.make(this.config, this.state, told, this.panel.coveredPx());
    // Somebody may have gone back or ticked a layer while it loaded.
    this.map.show(this.state.layers);
    if (this.state.view) this.map.setView(this.state.view);
    if (this.state.selected) await this.open(this.state.selected, this.state.view === null);
  }

  /** Show a record that was picked on the map or in a list. */
  private pick(selected: Selected | null): void {
    if (selected === null) return;
    this.state.selected = selected;
    this.turnOn(selected.layer);
    writeState(this.config, this.state, "push");
    void this.open(selected, true);
  }

  private find(hit: Hit): void {
    if (hit.isNameOnly) {
      if (hit.bbox) this.map?.fit(hit.bbox, FOUND);
      return;
    }
    this.state.selected = { layer: hit.layer, id: hit.id };
    this.turnOn(hit.layer);
    writeState(this.config, this.state, "push");
    void this.open(this.state.selected, false).then((shown) => {
      if (hit.bbox) this.map?.fit(around(hit.bbox, shown?.way ?? []), shown?.way ? ON_THE_WAY : FOUND);
    });
  }

  private async open(selected: Selected, moves: boolean): Promise<Shown | null> {
    const shown = await this.panel.show(selected);
    this.map?.highlight(selected, shown);
    this.map?.drawWay(shown?.way ?? null);
    if (shown && moves) {
      if (shown.way) this.map?.fit(around([shown.lon, shown.lat, shown.lon, shown.lat], shown.way), ON_THE_WAY);
      else this.map?.moveTo(shown.lon, shown.lat, CLOSE_UP);
    }
    return shown;
  }

  private leave(): void {
    const left = this.state.selected;
    this.state.selected = null;
    writeState(this.config, this.state, "push");
    this.map?.highlight(null);
    this.map?.drawWay(null);
    this.panel.back(left);
  }

  /** Back and Forward: the address has changed, the page follows. */
  private follow(): void {
    const before = this.state;
    this.state = { ...readState(this.config) };
    this.tick();
    this.map?.show(this.state.layers);
    if (this.state.view) this.map?.setView(this.state.view);
    if (this.state.selected) {
      void this.open(this.state.selected, false);
    } else {
      this.map?.highlight(null);
      this.map?.drawWay(null);
      this.panel.back(before.selected);
    }
  }

  private switchLayers(): void {
    const ticked = new FormData(element<HTMLFormElement>("legend")).getAll("layers");
    this.state.layers = this.config.layers.map((layer) => layer.id).filter((id) => ticked.includes(id));
    writeState(this.config, this.state, "push");
    this.map?.show(this.state.layers);
  }

  private turnOn(layer: string): void {
    const isSubject = this.config.layers.some((known) => known.id === layer);
    if (!isSubject || this.state.layers.includes(layer)) return;
    this.state.layers = this.config.layers
      .map((known) => known.id)
      .filter((id) => id === layer || this.state.layers.includes(id));
    this.tick();
    this.map?.show(this.state.layers);
  }

  private tick(): void {
    for (const box of document.querySelectorAll<HTMLInputElement>("#legend input[name=layers]")) {
      box.checked = this.state.layers.includes(box.value);
    }
  }

  private sayWhatIsInView(counts: Counts, isCoarser: boolean): void {
    const parts = this.config.layers.flatMap((layer) => {
      const count = counts.get(layer.id);
      return count ? [this.sayCount(layer, count)] : [];
    });
    const words = parts.length
      ? say(this.config, "in_view", { list: parts.join(say(this.config, "next")) })
      : say(this.config, "nothing");
    if (isCoarser) tell([words, say(this.config, "coarser")].join(" · "));
    else tell(words, { isCount: parts.length > 0 });
  }

  /** Say a layer's number; of one or two areas, the names: close up their own labels are out of sight. */
  private sayCount(layer: SubjectLayer, count: Count): string {
    const names = count.names.filter((name) => name !== "").join(say(this.config, "comma"));
    if (layer.geometry === "area" && count.records <= NAMED && names) {
      return say(this.config, "named", { title: layer.title, names });
    }
    const said = `${layer.title} ${sayNumber(this.config, count.records)}`;
    return layer.sums ? `${said} (${layer.sums.label} ${sayNumber(this.config, count.amount)})` : said;
  }
}

/** Return a box with room for a line, too. */
function around([west, south, east, north]: Bbox, line: Line): Bbox {
  const lon = line.map(([each]) => each);
  const lat = line.map(([, each]) => each);
  return [Math.min(west, ...lon), Math.min(south, ...lat), Math.max(east, ...lon), Math.max(north, ...lat)];
}

function start(): void {
  const config = readConfig<Config>("map-config");
  if (!config.layers.length) return;
  if (!hasWebGl()) {
    location.replace(config.briefing);
    return;
  }
  new Page().start().catch((error: unknown) => giveUp(config, error));
}

start();
