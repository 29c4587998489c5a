// The page of hot spots: a question that asks again when it is changed, and a map of what stands out.

import "../base_map.css";
import { giveUp, readConfig } from "../config";
import { askAgain, MapList } from "../planner_page";
import { type Config, HotSpotsMap } from "./map";

const config = readConfig<Config>("hotspots-config");

async function start(): Promise<void> {
  const map = await HotSpotsMap.make(config, (code) => list.pick(code));
  const list = new MapList("#spots", "code", (code, bbox) => map.show(code, bbox));
}

askAgain((changed, question) => {
  if (changed !== "what") return;
  // What else is counted has other periods and other distances.
  for (const field of question.querySelectorAll<HTMLInputElement>("#months, #from, #to, #radius")) field.disabled = true;
});
start().catch((error: unknown) => giveUp(config, error));
