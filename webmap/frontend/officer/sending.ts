// Sends drafts once there is a network, and says beside each why it isn't sent.

import { type Draft, draftsOf, dropDraft, keepIfThere } from "./drafts";
import { inWords } from "../moments";

const PATIENCE_MS = 20_000;
/** A network that is said to be back may fail the first time. */
const AGAIN_MS = 10_000;
/** What is refused just now: it took too long, or there were too many. */
const PASSING = [408, 425, 429];

/** One at a time: the server would take a draft that is sent twice once, but its page would be told two stories. */
let under: Promise<void> | null = null;
let again = 0;

/** Show the drafts of who is signed in, and send them now and whenever the network comes back. */
export function seeToDrafts(section: HTMLElement): void {
  void show(section).then(() => (navigator.onLine ? sendOnce(section) : tryLater(section)));
  addEventListener("online", () => void sendOnce(section));
}

function sendOnce(section: HTMLElement): Promise<void> {
  under ??= sendAll(section).finally(() => (under = null));
  return under;
}

function tryLater(section: HTMLElement): void {
  clearTimeout(again);
  again = window.setTimeout(() => (navigator.onLine ? void sendOnce(section) : tryLater(section)), AGAIN_MS);
}

async function sendAll(section: HTMLElement): Promise<void> {
  let [sent, left] = [0, 0];
  let told: URL | null = null;
  for (const draft of await draftsOf(section.dataset["account"] ?? "")) {
    if (draft.state === "near" || draft.state === "refused") continue;
    const shown = await send(section, draft);
    if (shown) {
      sent += 1;
      if (shown.searchParams.has("masked")) told = shown;
    } else if (draft.state === "waiting" || draft.state === "later") left += 1;
  }
  // Who wrote words is told what was masked in them, as without a draft.
  if (told) location.assign(told);
  else if (sent) showSent(section);
  else await show(section);
  if (left) tryLater(section);
}

function listOf(section: HTMLElement): string {
  return new URL(section.dataset["list"] ?? "", location.href).pathname;
}

/** Show the page with what the server has now: the list with all, or the page of the compound. */
function showSent(section: HTMLElement): void {
  if (location.pathname === listOf(section)) location.assign(`${location.pathname}?due=all`);
  else location.reload();
}

/** Send a draft; return the page that says so once the server has it, else null. */
async function send(section: HTMLElement, draft: Draft): Promise<URL | null> {
  const { place = "", token = "" } = section.dataset;
  if (!(await keepIfThere(draft))) return null;
  try {
    if (draft.isUnplaced && !(await isPlaced(place, draft, section))) return null;
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...draft.fields, key: draft.key, csrf_token: token })) {
      body.set(name, value);
    }
    body.set("kept_on", new Intl.DateTimeFormat("en-CA", { timeZone: section.dataset["zone"] ?? "UTC" }).format(new Date(draft.made)));
    if (draft.photo) body.set("photo", draft.photo, draft.photo.name);
    const answer = await fetch(draft.address || section.dataset["send"] || "", { method: "POST", body, signal: AbortSignal.timeout(PATIENCE_MS) });
    const shown = new URL(answer.url);
    if (answer.redirected && shown.pathname === listOf(section)) {
      await dropDraft(draft.key);
      return shown;
    }
    if (answer.status === 409) draft.state = "near";
    else if (answer.status === 400) Object.assign(draft, { state: "refused", why: await problem(answer) });
    else Object.assign(draft, whyHere(answer, section));
  } catch {
    draft.state = "waiting";
  }
  await keepIfThere(draft);
  return null;
}

/** Return what an answer that takes nothing means: it leads to signing in, the server can't just now, or never will. */
function whyHere({ redirected, status }: Response, section: HTMLElement): Pick<Draft, "state" | "why"> {
  if (redirected || status === 401 || status === 403) return { state: "signed-out", why: "" };
  if (status >= 500 || PASSING.includes(status)) return { state: "later", why: "" };
  const { gone = "", large = "", odd = "" } = section.dataset;
  const why = status === 404 ? gone : status === 413 ? large : odd.replace("{status}", String(status));
  return { state: "refused", why };
}

/** Look up where the phone's position lies, as the form does where there is a network. */
async function isPlaced(address: string, draft: Draft, section: HTMLElement): Promise<boolean> {
  const { said_x: lon = "", said_y: lat = "", system } = draft.fields;
  const query = new URLSearchParams({ lon, lat, ...(system && draft.fields["method"] === "phone" ? { system } : {}) });
  const answer = await fetch(`${address}?${query}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (answer.redirected || !answer.ok) {
    Object.assign(draft, whyHere(answer, section));
    await keepIfThere(draft);
    return false;
  }
  const found = (await answer.json()) as { lon: number; lat: number; compound: number | null; is_own: boolean };
  if (!found.is_own) {
    Object.assign(draft, { state: "refused", why: section.dataset["outside"] ?? "" });
    await keepIfThere(draft);
    return false;
  }
  const compound = draft.fields["compound"] || (found.compound === null ? "" : String(found.compound));
  Object.assign(draft.fields, { lon: String(found.lon), lat: String(found.lat), compound });
  draft.isUnplaced = false;
  return true;
}

async function problem(answer: Response): Promise<string> {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector(".problem")?.textContent ?? "";
}

/** Show what has just been kept, and send it once there is a network. */
export async function showDrafts(section: HTMLElement): Promise<void> {
  await show(section);
  tryLater(section);
}

async function show(section: HTMLElement): Promise<void> {
  const drafts = await draftsOf(section.dataset["account"] ?? "");
  section.hidden = drafts.length === 0;
  section.querySelector("ul")!.replaceChildren(...drafts.map((draft) => row(section, draft)));
}

function row(section: HTMLElement, draft: Draft): HTMLElement {
  const [item, title, state] = [document.createElement("li"), document.createElement("strong"), document.createElement("span")];
  const { zone, waiting = "", later = "", near = "", refused = "", signedOut = "" } = section.dataset;
  const said = { waiting, later, near, refused: refused.replace("{why}", draft.why), "signed-out": signedOut };
  title.textContent = `${draft.title} · ${inWords(new Date(draft.made), zone)}`;
  state.textContent = said[draft.state];
  item.append(title, state);
  if (draft.state === "near") item.append(button(section.dataset["sure"] ?? "", () => another(section, draft)));
  item.append(button(section.dataset["discard"] ?? "", () => dropDraft(draft.key).then(() => show(section))));
  return item;
}

/** Send a draft though others of its kind are near: who wrote it says that it is another one. */
async function another(section: HTMLElement, draft: Draft): Promise<void> {
  draft.fields["sure"] = "1";
  draft.state = "waiting";
  await keepIfThere(draft);
  // What is under way has its list already, without this one.
  await under?.catch(() => {});
  await sendOnce(section);
}

function button(words: string, act: () => Promise<void>): HTMLButtonElement {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "button is-quiet", textContent: words });
  made.addEventListener("click", () => void act());
  return made;
}
