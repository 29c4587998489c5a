// Where next: the best spots, worked out as a job; each can be tried on the map, all of them as a scenario.

import { element } from "../config";
import { boundsOf } from "../planner_page";
import { type Change, type Config, type Spot, spotOf } from "./config";
import { type Asked, JobBox } from "./job";

export interface Doors {
  /** Put a spot on the map to be tried. */
  put(spot: Spot): void;
  showBox(bbox: ReturnType<typeof boundsOf>): void;
  /** Mark the spots of a plan on the map. */
  mark(spots: Spot[]): void;
  keep(changes: Change[]): void;
}

export class WhereNext {
  constructor(
    private readonly config: Config,
    private readonly doors: Doors,
  ) {
    const parts = { ask: "work-out", callOff: "call-off", working: "working", outcome: "plan" };
    new JobBox(config, parts, () => this.asked(), () => this.doors.mark(this.spots()));
    for (const id of ["site-objective", "site-existing"]) element(id).addEventListener("change", () => this.fit());
    element("plan").addEventListener("click", (event) => this.clicked(event.target as HTMLElement));
    this.fit();
  }

  /** Show what goes with the choices, and nothing else. */
  private fit(): void {
    for (const part of element("best").querySelectorAll<HTMLElement>("[data-existing]")) {
      const fits = (name: string, chosen: string) => (part.dataset[name] ?? "").split(" ").includes(chosen);
      part.hidden = !(fits("existing", value("site-existing")) && fits("objective", value("site-objective")));
    }
    // Posts that move may be as many as before.
    element<HTMLInputElement>("site-add").min = value("site-existing") === "movable" ? "0" : "1";
  }

  private asked(): Asked | null {
    const numbers: Record<string, number> = {};
    for (const name of ["add", "close", "capacity"]) {
      const input = element<HTMLInputElement>(`site-${name}`);
      if (input.closest<HTMLElement>("[hidden]")) continue;
      // What is wrong can be seen only where its box is unfolded.
      if (!input.checkValidity()) input.closest("details")!.open = true;
      if (!input.reportValidity()) return null;
      numbers[name] = input.valueAsNumber;
    }
    const body = {
      ...numbers,
      objective: value("site-objective"),
      existing: value("site-existing"),
      candidates: value("site-candidates"),
    };
    return { address: this.config.site, body, piece: this.config.plan };
  }

  /** The spots of the plan, in the order of its list. */
  private spots(): Spot[] {
    return [...element("plan").querySelectorAll<HTMLElement>("[data-lon]")].map(spotOf);
  }

  private clicked(target: HTMLElement): void {
    const button = target.closest("button");
    if (!button) return;
    if ("lon" in button.dataset) this.doors.put(spotOf(button));
    else if ("bbox" in button.dataset) this.doors.showBox(boundsOf(button));
    else if ("keepPlan" in button.dataset) {
      this.doors.mark([]);
      this.doors.keep(this.changes(button.dataset["capacity"]));
    }
  }

  /** All of the plan as changes; new posts have the room that it was worked out with, whatever the form says now. */
  private changes(capacity?: string): Change[] {
    const { service } = this.config;
    const room = capacity === undefined ? {} : { capacity: Number(capacity) };
    const closed = [...element("plan").querySelectorAll<HTMLElement>("[data-close]")];
    return [
      ...closed.map((row) => ({ change: "close_post", service, post: row.dataset["close"] })),
      ...this.spots().map((spot) => ({ change: "add_post", service, ...spot, ...room })),
    ];
  }
}

function value(id: string): string {
  return element<HTMLSelectElement>(id).value;
}
