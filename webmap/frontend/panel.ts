// The panel beside the map: the overview, or one record that the server has drawn; on phones a sheet.

import type { Answers } from "./answers";
import { type Config, element, say } from "./config";
import { keepOpenSaid } from "./open_now";
import { offerReading, stopReading } from "./read_aloud";
import type { Selected } from "./state";

const SHEETS = ["peek", "half", "full"] as const;
/** As in the style sheet. */
const PEEK_PX = 92;
const HALF = 0.46;
/** An answer stands taller, so that its lines are read at once; in care mode all does, as the list comes first. */
const ANSWER = 0.6;
const CARE = 0.56;
type Sheet = (typeof SHEETS)[number];

/** A line in degrees. */
export type Line = [number, number][];

export interface Shown {
  lon: number;
  lat: number;
  /** The way on foot to the nearest post; null where none is told. */
  way: Line | null;
}

export class Panel {
  private asked: AbortController | null = null;

  constructor(
    private readonly config: Config,
    private readonly answers: Answers,
    onBack: () => void,
    onPick: (selected: string) => void,
    private readonly onSheet: () => void,
    onWay: (way: Line) => void,
  ) {
    element("back").addEventListener("click", onBack);
    element("panel").addEventListener("click", (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-select]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      onPick(link.dataset["select"] ?? "");
    });
    element("panel").addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("button[data-way]");
      const way = lineOf(button?.dataset["way"]);
      if (way) onWay(way);
    });
    element("sheet-handle").addEventListener("click", () => this.setSheet(this.nextSheet()));
    this.setSheet("half");
  }

  /** Fetch a record and show it; return where it lies, or null where it has no place or could not be had. */
  async show(selected: Selected): Promise<Shown | null> {
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    stopReading();
    const record = element("record");
    record.setAttribute("aria-busy", "true");
    try {
      record.innerHTML = await this.answers.record(selected, asked.signal);
    } catch {
      if (asked.signal.aborted) return null;
      record.replaceChildren(sentence(say(this.config, "panel_failed")));
    }
    record.setAttribute("aria-busy", "false");
    element("overview").hidden = true;
    element("profile").hidden = false;
    keepOpenSaid(record);
    offerReading(record);
    element("panel").querySelector(".panel-body")?.scrollTo(0, 0);
    this.setSheet(this.sheet() === "peek" ? "half" : this.sheet());
    // By the focus it is read out, too: as a part of the page that speaks by itself all of it would be.
    record.querySelector<HTMLElement>(".record-name, .record-failed")?.focus({ preventScroll: true });
    const { lon, lat, way } = record.querySelector<HTMLElement>("[data-record]")?.dataset ?? {};
    return lon && lat ? { lon: Number(lon), lat: Number(lat), way: lineOf(way) } : null;
  }

  /** Show the overview again, with the focus where it was left. */
  back(left: Selected | null): void {
    this.asked?.abort();
    stopReading();
    element("profile").hidden = true;
    element("overview").hidden = false;
    if (left === null) return;
    const row = document.querySelector<HTMLElement>(`#overview [data-select="${left.layer}/${left.id}"]`);
    const isShown = row !== null && row.offsetParent !== null;
    (isShown ? row : element("overview")).focus();
  }

  /**
   * How much of the map the sheet, and what is written above it, cover from below, in pixels; 0 where it stands beside the map. A sheet that covers
   * all counts as the half one: below it nobody looks for anything.
   */
  coveredPx(): number {
    const { height } = element("map").getBoundingClientRect();
    if (getComputedStyle(element("sheet-handle")).display === "none") return 0;
    const foot = document.querySelector<HTMLElement>(".stage-foot")?.offsetHeight ?? 0;
    const isAnswer = document.querySelector("#profile:not([hidden]) .answer") !== null;
    const usual = document.documentElement.dataset["care"] === undefined ? HALF : CARE;
    return foot + (this.sheet() === "peek" ? PEEK_PX : height * (isAnswer ? ANSWER : usual));
  }

  private sheet(): Sheet {
    return element("panel").dataset["sheet"] as Sheet;
  }

  private nextSheet(): Sheet {
    return SHEETS[(SHEETS.indexOf(this.sheet()) + 1) % SHEETS.length]!;
  }

  private setSheet(sheet: Sheet): void {
    element("panel").dataset["sheet"] = sheet;
    const handle = element("sheet-handle");
    handle.setAttribute("aria-expanded", String(sheet !== "peek"));
    this.onSheet();
    handle.firstElementChild!.textContent = say(this.config, sheet === "full" ? "lower" : "taller");
  }
}

function sentence(words: string): HTMLElement {
  const said = Object.assign(document.createElement("p"), { className: "advice record-failed", tabIndex: -1 });
  said.textContent = words;
  return said;
}

function lineOf(text: string | undefined): Line | null {
  return text ? (JSON.parse(text) as Line) : null;
}
