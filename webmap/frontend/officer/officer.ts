// The officer's list: what has just been recorded can be taken back for some seconds, and drafts are sent from here.

import { seeToDrafts } from "./sending";

const drafts = document.getElementById("drafts");
if (drafts && "indexedDB" in window) seeToDrafts(drafts);

import { shrinkPhotos } from "./photo";

shrinkPhotos(document);

const done = document.querySelector<HTMLElement>(".done[data-left]");
if (done) {
  setTimeout(() => done.querySelector("form")?.remove(), Number(done.dataset["left"]) * 1000);
  // Whoever loads the page again, or comes back to it, is told nothing of it any more.
  const query = new URLSearchParams(location.search);
  for (const word of ["done", "did", "at"]) query.delete(word);
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
}

// No more are ticked than can be put in order; without scripts the server says so.
const walk = document.querySelector<HTMLFormElement>("#walk");
if (walk) {
  const boxes = [...document.querySelectorAll<HTMLInputElement>("input[form=walk]")];
  const count = (): void => {
    const ticked = boxes.filter((each) => each.checked).length;
    for (const box of boxes) box.disabled = !box.checked && ticked >= Number(walk.dataset["most"]);
    walk.querySelector(".walk-count")!.textContent = ticked ? String(ticked) : "";
  };
  for (const box of boxes) box.addEventListener("change", count);
  // Who comes back finds what was ticked.
  addEventListener("pageshow", count);
  count();
}
