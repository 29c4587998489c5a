// How evenly the service is spread: a piece of the page, fetched when its section is opened, and its places on the map.

import type { FeatureCollection } from "geojson";
import { element, fetchJson, fetchPage, say } from "../config";
import { type Config, whyNot } from "./config";
import type { PlannerMap } from "./map";

export class Fairness {
  private isLoaded = false;
  private asked = 0;
  private places: FeatureCollection | null = null;

  constructor(
    private readonly config: Config,
    private readonly map: PlannerMap,
  ) {
    const section = element<HTMLDetailsElement>("fair");
    section.addEventListener("toggle", () => {
      if (!section.open) this.map.showAccess(null);
      else if (this.isLoaded) this.map.showAccess(this.places);
      else void this.load(this.config.access);
    });
    element("fairness").addEventListener("change", (event) => {
      const chosen = event.target as HTMLSelectElement;
      if (chosen.id === "access-method") void this.load(`${this.config.access}&method=${chosen.value}`, true);
    });
  }

  private async load(address: string, again = false): Promise<void> {
    const piece = element("fairness");
    const number = ++this.asked;
    element("fairing").textContent = say(this.config, "working");
    try {
      const found = new DOMParser().parseFromString(await fetchPage(address), "text/html").body;
      const told = found.querySelector<HTMLElement>("[data-access-map]");
      const places = told ? await fetchJson<FeatureCollection>(told.dataset["accessMap"] ?? "") : null;
      // Another measure was asked for meanwhile: that one is shown, whichever comes first.
      if (number !== this.asked) return;
      piece.replaceChildren(...found.childNodes);
      [this.isLoaded, this.places] = [true, places];
      if (element<HTMLDetailsElement>("fair").open) this.map.showAccess(places);
      element("fairing").textContent = "";
      if (!again) return;
      const method = element("access-method");
      const folded = method.closest("details");
      if (folded) folded.open = true;
      method.focus();
    } catch (error) {
      if (number === this.asked) element("fairing").textContent = whyNot(this.config, error);
    }
  }
}
