// What the planner's pages share: a question that asks again when it is changed, and a list that is linked with the map.

import { type Bbox, element } from "./config";

/**
 * Ask anew when the form is changed; `changing` first takes out what another choice makes meaningless.
 *
 * With the keyboard each arrow key chooses another value: then the form asks only when its button says so.
 */
export function askAgain(changing: (changed: string, question: HTMLFormElement) => void): void {
  const question = element<HTMLFormElement>("question");
  let isByKeys = false;
  question.addEventListener("keydown", () => (isByKeys = true));
  question.addEventListener("pointerdown", () => (isByKeys = false));
  question.addEventListener("change", (event) => {
    changing((event.target as HTMLElement).id, question);
    if (isByKeys || !question.checkValidity()) return;
    question.setAttribute("aria-busy", "true");
    question.requestSubmit();
  });
}

/** The buttons of a list, each of which stands for something on the map and has its bounds. */
export class MapList {
  private readonly buttons: HTMLButtonElement[];

  /** `key` names the datum by which a button's thing is known, `show` shows that on the map. */
  constructor(
    list: string,
    private readonly key: string,
    show: (known: string, bbox: Bbox, button: HTMLElement) => void,
  ) {
    this.buttons = [...document.querySelectorAll<HTMLButtonElement>(`${list} button`)];
    for (const button of this.buttons) {
      button.addEventListener("click", () => {
        this.mark(button);
        show(button.dataset[key] ?? "", boundsOf(button), button);
      });
    }
  }

  /** Show in the list what was picked on the map, unfolded if need be. */
  pick(known: string): void {
    const button = this.buttons.find((each) => each.dataset[this.key] === known);
    this.mark(button);
    const folded = button?.closest("details");
    if (folded) folded.open = true;
    button?.focus({ preventScroll: true });
    button?.scrollIntoView({ block: "nearest" });
  }

  /** Show that nothing is picked. */
  drop(): void {
    this.mark(undefined);
  }

  private mark(button: HTMLButtonElement | undefined): void {
    for (const other of this.buttons) other.toggleAttribute("aria-current", other === button);
  }
}

/** Return the ground of a button's thing. */
export function boundsOf(button: HTMLElement): Bbox {
  return (button.dataset["bbox"] ?? "").split(",").map(Number) as Bbox;
}
