// The search field: suggestions by keyboard, in the pattern that screen readers call a combobox.

import type { Answers, Hit } from "./answers";
import { element, type PageConfig, say, sayNumber } from "./config";

const PAUSE_MS = 120;

export class Search {
  private readonly input = element<HTMLInputElement>("search");
  private readonly list = element("hits");
  private readonly status = document.createElement("p");
  private hits: Hit[] = [];
  private active = -1;
  private timer = 0;
  private asked: AbortController | null = null;
  private isWanted = false;

  constructor(
    private readonly config: Pick<PageConfig, "words" | "language">,
    private readonly answers: Pick<Answers, "find">,
    private readonly onChoose: (hit: Hit) => void,
  ) {
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": "hits", "aria-expanded": "false" };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.list.after(this.status);
    this.input.addEventListener("input", () => this.wait());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => this.hits.length && this.open());
    this.input.addEventListener("blur", () => this.close());
    this.input.form?.addEventListener("submit", (event) => this.submit(event));
    // Pressing the mouse must not take the focus away before the click chooses.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option) this.choose(Number(option.dataset["index"]));
    });
  }

  /** Put the focus into the field; not on touch, where the keyboard would cover half of the page. */
  offer(): void {
    if (matchMedia("(pointer: fine)").matches && document.activeElement === document.body) this.input.focus();
  }

  private wait(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), PAUSE_MS);
  }

  private async ask(): Promise<void> {
    this.asked?.abort();
    const text = this.input.value.trim();
    if (!text) {
      this.hits = [];
      this.close();
      return;
    }
    const asked = new AbortController();
    this.asked = asked;
    let hasFailed = false;
    try {
      this.hits = await this.answers.find(text, asked.signal);
    } catch {
      this.hits = [];
      hasFailed = true;
    }
    if (asked.signal.aborted) return;
    this.draw(hasFailed);
    if (this.isWanted) this.chooseFirst();
  }

  /** Show what was found; where nobody could be asked, that: it isn't as if nothing had that name. */
  private draw(hasFailed: boolean): void {
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...this.hits.map((hit, index) => this.option(hit, index)));
    const count = this.hits.length;
    if (count) {
      this.status.textContent = say(this.config, "hits", { count: sayNumber(this.config, count) });
    } else {
      const none = document.createElement("li");
      none.className = "no-hits";
      none.textContent = say(this.config, hasFailed ? "search_failed" : "no_hits");
      this.status.textContent = none.textContent;
      this.list.append(none);
    }
    this.open();
  }

  private option(hit: Hit, index: number): HTMLElement {
    const option = document.createElement("li");
    option.id = `hit-${index}`;
    option.dataset["index"] = String(index);
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    name.className = "place-name";
    name.textContent = hit.name;
    // On an English page it is read out as what it is.
    if (/\p{Script=Han}/u.test(hit.name)) name.lang = "zh-CN";
    const detail = document.createElement("span");
    detail.className = "place-detail";
    detail.textContent = hit.detail;
    option.append(name, ...this.spelling(hit), detail);
    return option;
  }

  /** Return what a name is called by those who don't read Chinese: as on all English pages, its pinyin. */
  private spelling(hit: Hit): HTMLElement[] {
    if (!hit.spelled || this.config.language.startsWith("zh")) return [];
    const spelled = document.createElement("span");
    spelled.className = "spelled";
    spelled.textContent = hit.spelled;
    return [spelled];
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!this.hits.length) return;
      event.preventDefault();
      this.open();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.point(this.active < 0 && step < 0 ? this.hits.length - 1 : (this.active + step + this.hits.length) % this.hits.length);
    }
  }

  private point(index: number): void {
    this.active = index;
    for (const [place, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(place === index));
      if (place === index) option.scrollIntoView({ block: "nearest" });
    }
    this.input.setAttribute("aria-activedescendant", `hit-${index}`);
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    if (!this.input.value.trim()) return;
    if (this.active >= 0) {
      this.choose(this.active);
      return;
    }
    // Enter before the answer has come: the first hit is taken as soon as it is there.
    this.isWanted = true;
    clearTimeout(this.timer);
    void this.ask();
  }

  private chooseFirst(): void {
    this.isWanted = false;
    if (this.hits.length) this.choose(0);
  }

  private choose(index: number): void {
    const hit = this.hits[index];
    if (!hit) return;
    this.input.value = hit.name;
    this.close();
    this.onChoose(hit);
  }

  private open(): void {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  private close(): void {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.active = -1;
  }
}
