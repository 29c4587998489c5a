// How much the answer depends on speeds, roads and distances to them: a piece of the page, worked out when it is wanted.

import { element, fetchPage, say } from "../config";
import { type Config, whyNot } from "./config";

export class Sways {
  private asked = 0;

  constructor(private readonly config: Config) {
    element("swaying-of").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.load(element<HTMLInputElement>("roads-of").value);
    });
  }

  private async load(day: string): Promise<void> {
    const number = ++this.asked;
    const roads = day ? `&roads=${encodeURIComponent(day)}` : "";
    element("swaying").textContent = say(this.config, "working");
    try {
      const piece = await fetchPage(this.config.sways + roads);
      // Another day was asked for meanwhile: that one is shown, whichever comes first.
      if (number !== this.asked) return;
      element("swayed").innerHTML = piece;
      element("swaying").textContent = "";
      takeAlong(day);
    } catch (error) {
      if (number === this.asked) element("swaying").textContent = whyNot(this.config, error);
    }
  }
}

/** Have the files that can be taken away held against the roads of the same day; "" for none. */
function takeAlong(day: string): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[href*='/report.']")) {
    const address = new URL(link.href);
    if (day) address.searchParams.set("roads", day);
    else address.searchParams.delete("roads");
    link.href = address.pathname + address.search;
  }
}
