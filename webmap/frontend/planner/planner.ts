// The planner's page: a question that asks again when it is changed, gaps linked with the map, a post that is tried.

import "./planner.css";
import { element, fetchJson, giveUp, readConfig, say, sayNumber } from "../config";
import { askAgain, MapList } from "../planner_page";
import { Changes } from "./changes";
import { type Change, type Config, type Spot, spotOf, type WhatIf, whyNot } from "./config";
import { Fairness } from "./fairness";
import { Grids } from "./grids";
import { PlannerMap } from "./map";
import { Sways } from "./sways";
import { WhereNext } from "./where_next";

const config = readConfig<Config>("planner-config");

/** Ask what a post at a spot would change: one question at a time, and of those that come meanwhile the last. */
class Trial {
  private isAsking = false;
  private next: Spot | null = null;
  /** Where the post was tried last. */
  spot: Spot | null = null;

  constructor(private readonly changes: () => Change[]) {}

  async move(spot: Spot): Promise<void> {
    this.next = spot;
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      while (this.next) {
        const asked: Spot = this.next;
        this.next = null;
        this.tell(await fetchJson<WhatIf>(config.whatIf, { ...asked, ...moved(), changes: this.changes() }));
        this.spot = asked;
      }
    } catch (error) {
      element("tried").textContent = whyNot(config, error);
    } finally {
      this.isAsking = false;
    }
  }

  private tell(found: WhatIf): void {
    const tried = element("tried");
    tried.dataset["share"] = String(found.share);
    tried.textContent =
      found.joined_m === null && !("in_place_of" in moved())
        ? say(config, "too_far", {
            metres: sayNumber(config, found.street_m),
            limit: sayNumber(config, found.snap_limit_m),
          })
        : say(config, "in_place_of" in moved() ? "tried_move" : "tried", {
            share: new Intl.NumberFormat(config.language, { maximumFractionDigits: 1 }).format(100 * found.share),
            gained: sayNumber(config, found.gained),
            lost: sayNumber(config, found.lost),
          });
  }
}

function moved(): { in_place_of?: number } {
  const { value } = element<HTMLSelectElement>("moved");
  return value === "" ? {} : { in_place_of: Number(value) };
}

async function start(): Promise<void> {
  const reach = element<HTMLSelectElement>("reach");
  const map = await PlannerMap.make(config, {
    gap: (gap) => gaps.pick(String(gap)),
    nothing: () => {
      gaps.drop();
      map.forgetGap();
    },
    post: (code) => {
      reach.value = code;
      void map.ways.reach(reach.value);
    },
  });
  reach.addEventListener("change", () => void map.showReach(reach.value));
  const gaps = new MapList(".gap-lists", "gap", (gap, bbox, button) => {
    map.showGap(Number(gap), bbox);
    void map.ways.way(spotOf(button));
  });
  const changes = new Changes(config, map);
  new Fairness(config, map);
  new Grids(config, map);
  new Sways(config);
  const trial = new Trial(() => changes.list);
  const put = (spot: Spot | null) => {
    element("keep").hidden = false;
    map.try(spot, { moved: (now) => void trial.move(now), left: () => element("keep").focus() });
  };
  element("keep").addEventListener("click", () => {
    if (!trial.spot) return;
    const post = element<HTMLSelectElement>("moved").selectedOptions[0]?.dataset["code"];
    const { service } = config;
    map.forgetTrial();
    element("keep").hidden = true;
    element("tried").textContent = "";
    void changes.add(
      post === undefined
        ? { change: "add_post", service, ...trial.spot }
        : { change: "move_post", service, post, ...trial.spot },
    );
    changes.reveal();
  });
  for (const button of document.querySelectorAll<HTMLButtonElement>(".trials button")) {
    button.addEventListener("click", () => {
      element<HTMLSelectElement>("moved").value = "";
      put(spotOf(button));
    });
  }
  new WhereNext(config, {
    put: (spot) => {
      element<HTMLSelectElement>("moved").value = "";
      put(spot);
    },
    showBox: (bbox) => map.showBox(bbox),
    mark: (spots) => map.mark(spots),
    keep: (all) => {
      void changes.add(...all);
      changes.reveal();
    },
  });
  element("try").addEventListener("click", () => {
    const chosen = element<HTMLSelectElement>("moved").selectedOptions[0];
    put(chosen?.value ? spotOf(chosen) : null);
  });
}

askAgain((changed) => {
  const day = element<HTMLSelectElement>("day");
  // Who states a time means a day, too: at any time it would say nothing.
  if (changed === "time" && day.value === "any") day.value = config.today;
  // A period or a kind says nothing of another weight.
  if (changed === "weight") for (const id of ["period", "kind"]) document.getElementById(id)?.setAttribute("disabled", "");
  // Hazards are of compounds, wherever people are.
  if (changed === "weight" && element<HTMLSelectElement>("weight").value === "hazards") document.getElementById("demand")?.setAttribute("disabled", "");
  if (changed !== "service") return;
  // Another service has other minutes and another way of travelling.
  for (const id of ["minutes", "mode"]) element<HTMLSelectElement>(id).disabled = true;
});
start().catch((error: unknown) => {
  giveUp(config, error);
  // What is tried, changed or drawn has its place on the map: nothing is offered that would do nothing.
  const without = "main :is(button, select, input):not(#question *, form[method=get] *)";
  for (const each of document.querySelectorAll<HTMLButtonElement>(without)) each.disabled = true;
});
