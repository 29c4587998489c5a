// The page of hot spots: a question that asks again when it is changed, and a map of what stands out.

import "maplibre-gl/dist/maplibre-gl.css";
import "../planner/planner.css";
import { element, say } from "../config";
import { type Config, HotSpotsMap } from "./map";

const config = JSON.parse(element("hotspots-config").textContent ?? "") as Config;

function buttons(): HTMLButtonElement[] {
  return [...document.querySelectorAll<HTMLButtonElement>("#spots button")];
}

function mark(button: HTMLButtonElement | undefined): void {
  for (const other of buttons()) other.toggleAttribute("aria-current", other === button);
}

async function start(): Promise<void> {
  const map = await HotSpotsMap.make(config, (code) => {
    const button = buttons().find((known) => known.dataset["code"] === code);
    mark(button);
    button?.focus({ preventScroll: true });
    button?.scrollIntoView({ block: "nearest" });
  });
  for (const button of buttons()) {
    button.addEventListener("click", () => {
      mark(button);
      const bbox = (button.dataset["bbox"] ?? "").split(",").map(Number) as [number, number, number, number];
      map.show(button.dataset["code"] ?? "", bbox);
    });
  }
}

const question = element<HTMLFormElement>("question");
question.addEventListener("change", (event) => {
  // What else is counted has other periods and other distances.
  if ((event.target as HTMLElement).id === "what") {
    for (const field of question.querySelectorAll<HTMLInputElement>("#months, #from, #to, #radius")) field.disabled = true;
  }
  if (!question.checkValidity()) return;
  question.setAttribute("aria-busy", "true");
  question.requestSubmit();
});
start().catch((error: unknown) => {
  console.error(error);
  element("map").dataset["mapState"] = "error";
  element("status").textContent = say(config, "failed");
});
