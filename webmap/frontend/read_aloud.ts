// Reads an answer aloud in the page's language, by a voice of the device's own: others would send its words to a host.

/** What a voice has to say first: the name, then the lines; what is folded is read by whoever unfolds it. */
const SAID = ".record-name, .lines > .line";

let stopped: (() => void) | null = null;

/** Show the buttons below a root and give them their work, as soon as there is a voice. */
export function offerReading(root: ParentNode): void {
  if (!("speechSynthesis" in window)) return;
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-aloud]")) {
    button.addEventListener("click", () => (stopped ? stopReading() : read(button)));
  }
  showButtons();
}

/** Be silent, as when another record takes the place of the one that is read. */
export function stopReading(): void {
  stopped?.();
  // Where a browser has no voices at all, not even the name is there.
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}

function showButtons(): void {
  const isAble = voice() !== undefined;
  for (const button of document.querySelectorAll<HTMLElement>("button[data-aloud]")) button.hidden = !isAble;
}

function voice(): SpeechSynthesisVoice | undefined {
  const spoken = document.documentElement.lang.slice(0, 2);
  const own = speechSynthesis.getVoices().filter((each) => each.localService && each.lang.startsWith(spoken));
  return own.find((each) => each.lang.replace("_", "-") === document.documentElement.lang) ?? own[0];
}

function read(button: HTMLButtonElement): void {
  const chosen = voice();
  const answer = button.closest(".answer");
  if (!chosen || !answer) return;
  const { said, stop } = button.dataset;
  const ends = () => {
    stopped = null;
    label(button, said);
  };
  stopped = ends;
  label(button, stop);
  // A line at a time: browsers give up in the middle of what is long.
  const lines = [...answer.querySelectorAll<HTMLElement>(SAID)].map(wordsOf).filter((words) => words !== "");
  lines.forEach((words, number) => {
    const line = new SpeechSynthesisUtterance(words);
    line.voice = chosen;
    line.lang = chosen.lang;
    // What another reading has begun since isn't ended by this one.
    const end = () => void (stopped === ends && ends());
    line.addEventListener("error", end);
    if (number === lines.length - 1) line.addEventListener("end", end);
    speechSynthesis.speak(line);
  });
}

function label(button: HTMLButtonElement, words: string | undefined): void {
  button.querySelector(".aloud-words")!.textContent = words ?? "";
}

/** Return what is seen of an element, its telephone numbers digit by digit. */
function wordsOf(element: Element): string {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const words: string[] = [];
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const parent = node.parentElement!;
    const text = node.textContent?.trim() ?? "";
    if (!text || parent.closest("svg, button") || !parent.checkVisibility()) continue;
    words.push(parent.closest("a[href^='tel:']") ? text.replace(/\d(?=\d)/g, "$& ") : text);
  }
  return words.join(", ");
}

if ("speechSynthesis" in window) {
  // Voices are found after the page is there, and stay behind when it isn't.
  speechSynthesis.addEventListener("voiceschanged", showButtons);
  addEventListener("pagehide", stopReading);
}
