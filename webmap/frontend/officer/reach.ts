// Whether what is sent now would be taken, and what is kept on the phone where it wouldn't.

import { type Draft, keepDraft } from "./drafts";

const ANSWER_MS = 5_000;
const PHOTO_MS = 100;

/** Say whether there is a network, and who is here is still signed in: `address` answers these alone. */
export async function reached(address: string): Promise<boolean> {
  const asked = { signal: AbortSignal.timeout(ANSWER_MS), cache: "no-store" } as const;
  return navigator.onLine && fetch(address, asked).then((answer) => answer.ok && !answer.redirected, () => false);
}

/** Say whether this browser keeps drafts; where it doesn't, forms are sent as they are. */
export function canKeep(): boolean {
  return isSecureContext && "indexedDB" in window;
}

/** Keep what is filled in on the phone; `more` says whose it is, what it is called and where it goes. */
export async function keepForm(form: HTMLFormElement, more: Pick<Draft, "account" | "title" | "address" | "isUnplaced">): Promise<void> {
  const data = await filled(form);
  const fields = Object.fromEntries([...data].filter((pair): pair is [string, string] => typeof pair[1] === "string"));
  const { key = "", csrf_token: _, ...others } = fields;
  const chosen = data.get("photo");
  const photo = chosen instanceof File && chosen.size ? chosen : null;
  await keepDraft({ key, made: new Date().toISOString(), fields: others, photo, state: "waiting", why: "", ...more });
}

/** Return what a form has, once its photo is without where and when it was taken: that may still be under way. */
async function filled(form: HTMLFormElement): Promise<FormData> {
  while (form.dataset["photo"] === "under way") await new Promise((soon) => setTimeout(soon, PHOTO_MS));
  return new FormData(form);
}
