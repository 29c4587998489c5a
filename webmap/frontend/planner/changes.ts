// What if: changes that are tried together; the server says what they bring, and keeps them as a scenario.

import { element, say } from "../config";
import { boundsOf } from "../planner_page";
import { type Change, type Config, type Delta, fetchPiece, send, type Spot, whyNot } from "./config";
import type { Drawing } from "./corners";
import type { PlannerMap } from "./map";

const KEPT = "csmap:changes";
const DRAWN: Record<string, { drawing: Drawing; corners: number }> = {
  add_gate: { drawing: "spot", corners: 1 },
  open_gate: { drawing: "spot", corners: 1 },
  open_both_ways: { drawing: "spot", corners: 1 },
  add_crossing: { drawing: "crossing", corners: 2 },
  Point: { drawing: "spot", corners: 1 },
  LineString: { drawing: "line", corners: 2 },
  Polygon: { drawing: "area", corners: 3 },
};

export class Changes {
  list: Change[];
  private asked = 0;

  constructor(
    private readonly config: Config,
    private readonly map: PlannerMap,
  ) {
    this.list = config.changes;
    const kind = element<HTMLSelectElement>("change-kind");
    kind.addEventListener("change", () => this.choose(kind.value));
    element<HTMLSelectElement>("change-post").addEventListener("change", () => this.prefill());
    element<HTMLSelectElement>("change-road").addEventListener("change", () => this.prefill());
    element("add-corner").addEventListener("click", () => this.map.corners.add());
    element("leave").addEventListener("click", () => {
      this.choose("");
      kind.focus();
    });
    element("changing").addEventListener("submit", (event) => {
      event.preventDefault();
      this.tryIt(kind.value);
    });
    element("changed").addEventListener("click", (event) => this.clicked(event.target as HTMLElement));
    element("saving").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    document.getElementById("rename")?.addEventListener("click", () => void this.rename());
    document.getElementById("forget")?.addEventListener("click", () => void this.forget());
    if (this.config.scenario) this.show();
    else this.list = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]") as Change[];
    if (!this.config.scenario && this.list.length) void this.ask();
  }

  /** Try some changes more. */
  async add(...more: Change[]): Promise<void> {
    const before = this.list;
    this.list = [...before, ...more];
    const problem = await this.ask();
    if (problem === null) return;
    // What can't be made isn't kept, and all else stays as it was.
    this.list = before;
    await this.ask();
    element("trying").textContent = problem;
  }

  /** Ask what the changes bring and show it; return why they can't be made, or null. */
  private async ask(): Promise<string | null> {
    if (!this.config.scenario) sessionStorage.setItem(KEPT, JSON.stringify(this.list));
    element<HTMLDetailsElement>("change").open = true;
    element("saving").hidden = !this.list.length && !this.config.scenario;
    const number = ++this.asked;
    if (!this.list.length && !this.config.scenario) {
      element("changed").replaceChildren();
      this.show();
      return null;
    }
    element("trying").textContent = say(this.config, "working");
    try {
      const against = new URLSearchParams(location.search).get("against");
      const address = against ? `${this.config.changed}&against=${encodeURIComponent(against)}` : this.config.changed;
      const piece = await fetchPiece(address, { changes: this.list });
      if (number !== this.asked) return null;
      element("changed").innerHTML = piece;
      element("trying").textContent = "";
      this.show();
      return element("changed").querySelector("[data-problem]")?.textContent ?? null;
    } catch (error) {
      element("trying").textContent = whyNot(this.config, error);
      return null;
    }
  }

  /** Put onto the map and the top of the page what the changes bring. */
  private show(): void {
    const banner = element("changed").querySelector<HTMLTemplateElement>("template[data-banner]");
    element("banner").replaceChildren(...(banner ? [banner.content.cloneNode(true)] : []));
    element("share-today").hidden = JSON.stringify(this.list) === JSON.stringify(this.config.shown);
    const told = element("changed").querySelector("[data-delta]");
    this.map.showDelta(told ? (JSON.parse(told.textContent ?? "") as Delta) : null);
  }

  private choose(kind: string): void {
    element<HTMLSelectElement>("change-kind").value = kind;
    for (const part of element("changing").querySelectorAll<HTMLElement>("[data-for]")) {
      part.hidden = !(part.dataset["for"] ?? "").split(" ").includes(kind);
    }
    this.map.openables.begin(kind);
    this.map.corners.begin(DRAWN[kind]?.drawing ?? null);
    this.prefill();
  }

  /** Begin with what is so today. */
  private prefill(): void {
    const kind = element<HTMLSelectElement>("change-kind").value;
    const post = element<HTMLSelectElement>("change-post").selectedOptions[0];
    const road = element<HTMLSelectElement>("change-road").selectedOptions[0];
    element<HTMLInputElement>("change-hours").value = kind === "open_gate" ? "24/7" : (post?.dataset["hours"] ?? "");
    element<HTMLInputElement>("change-staff").value = post?.dataset["capacity"] ?? "";
    element<HTMLInputElement>("change-kmh").value = road?.dataset["kmh"] ?? "";
  }

  private tryIt(kind: string): void {
    const spots = this.map.corners.spots;
    const least = DRAWN[kind]?.corners ?? 0;
    if (spots.length < least) {
      element("trying").textContent = say(this.config, "few_corners", { count: String(least) });
      return;
    }
    if (kind.startsWith("open_") && !this.map.openables.code) {
      element("trying").textContent = say(this.config, "nothing_to_open");
      return;
    }
    const change = this.stated(kind, spots);
    this.choose("");
    element("change-kind").focus({ preventScroll: true });
    void this.add(change);
  }

  private stated(kind: string, spots: Spot[]): Change {
    const corners = spots.map(({ lon, lat }) => [lon, lat]);
    const post = { service: this.config.service, post: element<HTMLSelectElement>("change-post").value };
    const number = (id: string) => element<HTMLInputElement>(id).valueAsNumber;
    switch (kind) {
      case "set_hours":
        return { change: kind, ...post, hours: element<HTMLInputElement>("change-hours").value };
      case "set_staff":
        return { change: kind, ...post, capacity: number("change-staff") };
      case "set_speed": {
        const road_class = element<HTMLSelectElement>("change-road").value;
        return { change: kind, mode: this.config.mode, road_class, kmh: number("change-kmh") };
      }
      case "add_gate":
        return { change: kind, ...spots[0] };
      case "open_gate":
        return { change: kind, gate: this.map.openables.code, hours: element<HTMLInputElement>("change-hours").value };
      case "open_both_ways":
        return { change: kind, road: this.map.openables.code };
      case "add_crossing":
        return { change: kind, from: corners[0], to: corners[1] };
      case "Point":
        return { change: "add_barrier", geometry: { type: kind, coordinates: corners[0] } };
      case "LineString":
        return { change: "add_barrier", geometry: { type: kind, coordinates: corners } };
      case "Polygon":
        return { change: "add_barrier", geometry: { type: kind, coordinates: [[...corners, corners[0]]] } };
      default:
        return { change: kind, ...post };
    }
  }

  private clicked(target: HTMLElement): void {
    const back = target.closest<HTMLElement>("[data-take-back]");
    if (back) {
      this.list = this.list.filter((_, number) => String(number) !== back.dataset["takeBack"]);
      void this.ask().then(() => {
        const next = element("changed").querySelector<HTMLElement>("[data-take-back]") ?? this.summary;
        next.focus({ preventScroll: true });
      });
    }
    const row = target.closest<HTMLElement>("[data-bbox]");
    if (row) this.map.showBox(boundsOf(row));
  }

  /** Go to the changes. */
  reveal(): void {
    element("change").scrollIntoView({ block: "start" });
    this.summary.focus({ preventScroll: true });
  }

  private get summary(): HTMLElement {
    return element("change").querySelector("summary")!;
  }

  private async save(): Promise<void> {
    const { scenario, scenarios } = this.config;
    const name = this.name;
    await this.kept(async () => {
      await send("POST", scenarios, { name, changes: this.list, replace: name === scenario });
      sessionStorage.removeItem(KEPT);
      this.open(name);
    });
  }

  private async rename(): Promise<void> {
    await this.kept(async () => {
      await send("PATCH", this.own(), { name: this.name });
      this.open(this.name);
    });
  }

  private async forget(): Promise<void> {
    if (!confirm(say(this.config, "delete", { name: this.config.scenario ?? "" }))) return;
    await this.kept(async () => {
      await send("DELETE", this.own());
      this.open(null);
    });
  }

  private async kept(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      element("saved").textContent = whyNot(this.config, error);
    }
  }

  private get name(): string {
    return element<HTMLInputElement>("scenario-name").value.trim();
  }

  private own(): string {
    return this.config.scenarios.replace("?", `/${encodeURIComponent(this.config.scenario ?? "")}?`);
  }

  private open(scenario: string | null): void {
    const query = new URLSearchParams(location.search);
    query.delete("against");
    if (scenario) query.set("scenario", scenario);
    else query.delete("scenario");
    location.search = query.toString();
  }
}
