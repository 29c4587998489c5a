// The officer's list: what has just been recorded can be taken back for some seconds; a step without a network is kept on
// the phone, and drafts are sent from here.

import { keepAhead } from "./ahead";
import { shrinkPhotos } from "./photo";
import { canKeep, keepForm, reached } from "./reach";
import { seeToDrafts, showDrafts } from "./sending";

const drafts = document.getElementById("drafts");
if (drafts && "indexedDB" in window) seeToDrafts(drafts);

shrinkPhotos(document);

const ground = document.getElementById("own-ground");
if (ground) void keepAhead(JSON.parse(ground.textContent ?? "")).catch((error: unknown) => console.warn(error));

for (const form of document.querySelectorAll<HTMLFormElement>(".due-offers form")) {
  form.addEventListener("submit", (event) => {
    if (!drafts || !canKeep()) return;
    event.preventDefault();
    // Where nothing can be kept, such as on a phone that is full, the form is sent as it is.
    record(drafts, form, event.submitter as HTMLButtonElement).catch(() => form.submit());
  });
}

/** Record a step, or keep it on the phone where there is no network; a page that was kept sends more than one. */
async function record(section: HTMLElement, form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  // A second tap while the first is under way; and sent by a script a form leaves out the button that was pressed.
  if (form.querySelector("input[name=kind]")) return;
  const kind = Object.assign(document.createElement("input"), { type: "hidden", name: "kind", value: button.value });
  form.append(kind);
  if (await reached(section.dataset["reach"] ?? "")) return form.submit();
  const key = form.elements.namedItem("key") as HTMLInputElement;
  key.value = crypto.randomUUID();
  const { account = "" } = section.dataset;
  const title = [button.textContent?.trim(), form.dataset["of"]].filter(Boolean).join(" · ");
  await keepForm(form, { account, title, address: form.action, isUnplaced: false });
  kind.remove();
  form.closest("details")?.removeAttribute("open");
  await showDrafts(section);
  section.scrollIntoView({ block: "nearest" });
}

// Who comes back to the page may press again.
addEventListener("pageshow", () => {
  for (const kind of document.querySelectorAll(".due-offers input[name=kind]")) kind.remove();
});

const done = document.querySelector<HTMLElement>(".done[data-left]");
if (done) {
  setTimeout(() => done.querySelector("form")?.remove(), Number(done.dataset["left"]) * 1000);
  // Whoever loads the page again, or comes back to it, is told nothing of it any more.
  const query = new URLSearchParams(location.search);
  for (const word of ["done", "did", "at", "masked"]) query.delete(word);
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
}

// No more are ticked than can be put in order; without scripts the server says so.
const walk = document.querySelector<HTMLFormElement>("#walk");
if (walk) {
  const boxes = [...document.querySelectorAll<HTMLInputElement>("input[form=walk]")];
  const count = (): void => {
    const ticked = boxes.filter((each) => each.checked).length;
    for (const box of boxes) box.disabled = !box.checked && ticked >= Number(walk.dataset["most"]);
    walk.querySelector("button")!.disabled = ticked === 0;
    walk.querySelector(".walk-count")!.textContent = ticked ? String(ticked) : "";
  };
  for (const box of boxes) box.addEventListener("change", count);
  // Who comes back finds what was ticked.
  addEventListener("pageshow", count);
  count();
}
