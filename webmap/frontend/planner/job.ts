// A question that takes long: asked as a job, looked at until it is over, called off; its outcome is a piece of the page.

import { element, fetchJson, fetchPage, say } from "../config";
import { type Config, type Job, send, whyNot } from "./config";

const PAUSE_MS = 500;

/** The elements of a job: the button that asks, the one that calls off, how far it is, and where its outcome stands. */
export interface Parts {
  ask: string;
  callOff: string;
  working: string;
  outcome: string;
}

/** What is asked, and the address of the page's piece about a run, with 0 for its number. */
export interface Asked {
  address: string;
  body: unknown;
  piece: string;
}

export class JobBox {
  private job: Job | null = null;

  /** `question` says what is asked, null where the form isn't right yet; `shown` knows that the outcome stands. */
  constructor(
    private readonly config: Config,
    private readonly parts: Parts,
    private readonly question: () => Asked | null,
    private readonly shown: (outcome: HTMLElement) => void = () => {},
  ) {
    element(parts.ask).addEventListener("click", () => void this.ask());
    element(parts.callOff).addEventListener("click", () => void this.callOff());
  }

  private async ask(): Promise<void> {
    const asked = this.question();
    if (asked === null) return;
    const button = element<HTMLButtonElement>(this.parts.ask);
    const outcome = element(this.parts.outcome);
    const callOff = element(this.parts.callOff);
    const hadFocus = document.activeElement === button;
    button.disabled = true;
    outcome.replaceChildren();
    this.shown(outcome);
    this.tell(say(this.config, "working"));
    try {
      this.job = await send<Job>("POST", asked.address, asked.body);
      callOff.hidden = false;
      if (hadFocus) callOff.focus({ preventScroll: true });
      while (this.job.state === "waiting" || this.job.state === "running") {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        this.job = await fetchJson<Job>(this.job.job);
        const percent = String(Math.floor(100 * this.job.share));
        if (this.job.state === "running") this.tell(say(this.config, "working_at", { percent }));
      }
      if (this.job.run) {
        const number = parseInt(this.job.run.split("/").at(-1) ?? "", 10);
        outcome.innerHTML = await fetchPage(asked.piece.replace("/0?", `/${number}?`));
        // The sentence stands where what is said aloud does.
        const came = outcome.querySelector(".came");
        this.tell(came?.textContent?.trim() ?? "");
        came?.remove();
        this.shown(outcome);
      } else this.tell(this.job.state === "cancelled" ? say(this.config, "stopped") : this.job.message);
    } catch (error) {
      this.tell(whyNot(this.config, error));
    } finally {
      // A button that goes leaves the focus nowhere: it stays where it was asked, unless it has gone elsewhere meanwhile.
      const isLeft = [callOff, document.body].includes(document.activeElement as HTMLElement);
      callOff.hidden = true;
      button.disabled = false;
      if (hadFocus && isLeft) button.focus({ preventScroll: true });
    }
  }

  private async callOff(): Promise<void> {
    if (this.job) await fetchJson<Job>(this.job.cancel, {});
  }

  private tell(words: string): void {
    element(this.parts.working).textContent = words;
  }
}
