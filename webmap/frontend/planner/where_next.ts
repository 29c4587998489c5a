// Where next: asked as a job, looked at until it is over, then listed; each spot can be tried on the map.

import { element, fetchJson, say, sayNumber } from "../config";
import { type Config, type Job, type Plan, type Spot } from "./config";

const PAUSE_MS = 500;
const percentOf = (share: number): string => String(Math.floor(100 * share));

export class WhereNext {
  private job: Job | null = null;

  constructor(
    private readonly config: Config,
    private readonly put: (spot: Spot) => void,
  ) {
    element("work-out").addEventListener("click", () => void this.workOut());
    element("call-off").addEventListener("click", () => void this.callOff());
  }

  private async workOut(): Promise<void> {
    const add = element<HTMLInputElement>("site-add");
    if (!add.reportValidity()) return;
    const chosen = (id: string) => element<HTMLSelectElement>(id).value;
    const button = element<HTMLButtonElement>("work-out");
    button.disabled = true;
    this.tell(say(this.config, "working"));
    try {
      this.job = await fetchJson<Job>(this.config.site, {
        add: add.valueAsNumber,
        objective: chosen("site-objective"),
        candidates: chosen("site-candidates"),
      });
      element("call-off").hidden = false;
      while (this.job.state === "waiting" || this.job.state === "running") {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        this.job = await fetchJson<Job>(this.job.job);
        if (this.job.state === "running") this.tell(say(this.config, "working_at", { percent: percentOf(this.job.share) }));
      }
      if (this.job.run) this.list(await fetchJson<Plan>(this.job.run));
      else this.tell(this.job.state === "cancelled" ? say(this.config, "stopped") : this.job.message);
    } catch (error) {
      console.error(error);
      this.tell(say(this.config, "trial_failed"));
    } finally {
      element("call-off").hidden = true;
      button.disabled = false;
    }
  }

  private async callOff(): Promise<void> {
    if (this.job) await fetchJson<Job>(this.job.cancel, {});
  }

  private list(plan: Plan): void {
    const percent = new Intl.NumberFormat(this.config.language, { maximumFractionDigits: 1 });
    const proof = plan.proven
      ? say(this.config, "proven")
      : say(this.config, "unproven", { gap: percent.format(100 * plan.gap) });
    const share = percent.format((100 * plan.covered_after) / plan.demand_total);
    this.tell(say(this.config, "worked_out", { count: String(plan.sites.length), share, proof }));
    element("sites").replaceChildren(...plan.sites.map((site, index) => this.row(site, index)));
  }

  private row(site: Plan["sites"][number], index: number): HTMLLIElement {
    const row = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    const parts: [string, string][] = [
      ["gap-name", [say(this.config, "spot", { number: String(index + 1) }), site.name ?? site.area].filter(Boolean).join(" · ")],
      ["count", `+${sayNumber(this.config, site.gain)}`],
      ["gap-why", say(this.config, "site_gain")],
    ];
    for (const [name, words] of parts) {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = words;
      button.append(part);
    }
    button.addEventListener("click", () => {
      element<HTMLSelectElement>("moved").value = "";
      this.put(site);
    });
    row.append(button);
    return row;
  }

  private tell(words: string): void {
    element("working").textContent = words;
  }
}
