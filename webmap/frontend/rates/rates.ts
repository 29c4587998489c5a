// The page of rates: a question, periods to go through, one map or two, and table, picture and map that point at each other.

import "../base_map.css";
import type { FeatureCollection } from "geojson";
import { fetchStyle, hasWebGl } from "../base_map";
import { element, fetchJson, fetchPage, giveUp, readConfig, say, tell } from "../config";
import { askAgain, boundsOf } from "../planner_page";
import { type Config, RatesMap, type Told } from "./map";

const config = readConfig<Config>("rates-config");
const told = element("told");
let column = config.column;
let chosen: string | null = null;
let asked = 0;

/** Mark what stands for an area, in table and picture; null for none. */
function mark(key: string | null, name: "is-lit" | "is-chosen"): void {
  for (const each of told.querySelectorAll<HTMLElement>("tr, .funnel a")) each.classList.toggle(name, key !== null && each.dataset["key"] === key);
}

/** Return what an event is about; null where it is about no area. */
function keyOf(event: Event): string | null {
  return (event.target as Element).closest<HTMLElement>("[data-key]")?.dataset["key"] ?? null;
}

type Draw = (at: number, where?: string) => RatesMap;

async function start(): Promise<void> {
  const maps: RatesMap[] = [];
  const light = (key: string | null): void => {
    mark(key, "is-lit");
    for (const map of maps) map.light(key);
  };
  const choose = (key: string): void => {
    const button = told.querySelector<HTMLElement>(`tr[data-key="${CSS.escape(key)}"] button`);
    if (button === null) return;
    chosen = key;
    mark(key, "is-chosen");
    for (const map of maps) map.choose(key, boundsOf(button));
  };
  const picked = (key: string): void => {
    choose(key);
    const row = told.querySelector<HTMLElement>(`tr[data-key="${CSS.escape(key)}"]`);
    row?.querySelector("button")?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  };
  const draw = await drawing({ over: light, picked });
  link(light, choose, picked);
  // Without a map table, picture and periods are there as ever.
  if (draw) maps.push(draw(column));
  const beside = document.getElementById("beside") as HTMLInputElement | null;
  if (!beside) return;

  let wasDouble = false;
  /** Show the map of the column before, or take it away. */
  const double = (): void => {
    const isDouble = draw !== null && beside.checked && column > 0;
    const before = element("map-before");
    before.hidden = !isDouble;
    element("name-before").hidden = !isDouble;
    before.parentElement!.classList.toggle("is-double", isDouble);
    if (isDouble && maps.length === 1) {
      maps.push(draw(column - 1, "map-before"));
      maps[0]!.together(maps[1]!);
    }
    // Half as wide a map shows all of the place again, not half of it.
    if (isDouble !== wasDouble) maps[0]?.showAll();
    wasDouble = isDouble;
    if (isDouble) maps[1]!.show(column - 1);
    const [other, name] = [config.names[column - 1] ?? "", config.names[column] ?? ""];
    element("name-before").textContent = other;
    element("name-now").textContent = name;
    maps[0]?.call(isDouble ? say(config, "beside", { name, other }) : say(config, "map"));
    if (isDouble) maps[1]!.call(say(config, "beside", { name: other, other: name }));
    beside.disabled = column === 0 || draw === null;
  };
  const turnTo = (to: number): void => {
    column = to;
    maps[0]?.show(column);
    steer();
    double();
    keepAddress(beside);
  };
  const go = async (to: number): Promise<void> => {
    const before = column;
    turnTo(Math.min(config.keys.length - 1, Math.max(0, to)));
    if (await tellColumn()) mark(chosen, "is-chosen");
    else {
      turnTo(before);
      tell(say(config, "not_told"));
    }
  };
  steer();
  double();
  beside.addEventListener("change", (event) => {
    event.stopPropagation();
    double();
    keepAddress(beside);
  });
  element("when").addEventListener("input", (event) => void go(Number((event.target as HTMLInputElement).value)));
  element("earlier").addEventListener("click", () => void go(column - 1));
  element("later").addEventListener("click", () => void go(column + 1));
  for (const each of document.querySelectorAll<HTMLElement>("[data-column]")) {
    each.addEventListener("click", (event) => {
      event.preventDefault();
      void go(Number(each.dataset["column"]));
    });
  }
}

/** Return how a map is drawn; null where none can be, which is said. */
async function drawing(told: Told): Promise<Draw | null> {
  if (!hasWebGl()) {
    giveUp(config, new Error("there is no WebGL"));
    return null;
  }
  try {
    const [style, areas] = await Promise.all([fetchStyle(config, config.subjects), fetchJson<FeatureCollection>(config.map)]);
    return (at, where) => new RatesMap(config, style, areas, at, told, where);
  } catch (error) {
    giveUp(config, error);
    return null;
  }
}

/** Let table and picture point at the map, by mouse and by keyboard. */
function link(light: (key: string | null) => void, choose: (key: string) => void, picked: (key: string) => void): void {
  for (const kind of ["pointerover", "focusin"]) told.addEventListener(kind, (event) => light(keyOf(event)));
  for (const kind of ["pointerleave", "focusout"]) told.addEventListener(kind, () => light(null));
  told.addEventListener("click", (event) => {
    const key = keyOf(event);
    if (key === null) return;
    const isDot = (event.target as Element).closest(".funnel") !== null;
    if (isDot) event.preventDefault();
    (isDot ? picked : choose)(key);
  });
}

/** Say in slider, buttons and bars which column is shown. */
function steer(): void {
  const when = element<HTMLInputElement>("when");
  when.value = String(column);
  when.setAttribute("aria-valuetext", config.names[column] ?? "");
  element<HTMLButtonElement>("earlier").disabled = column === 0;
  element<HTMLButtonElement>("later").disabled = column === config.keys.length - 1;
  for (const each of document.querySelectorAll<HTMLElement>("[data-column]")) {
    if (Number(each.dataset["column"]) === column) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
}

/** Have the address name what is shown, for who shares it or comes back. */
function keepAddress(beside: HTMLInputElement): void {
  const address = new URL(location.href);
  address.searchParams.set("when", config.keys[column] ?? "");
  if (beside.checked) address.searchParams.set("beside", "1");
  else address.searchParams.delete("beside");
  history.replaceState(null, "", address);
}

/** Ask for legend, picture and table of the column; of those that come meanwhile the last is shown. Say whether they came. */
async function tellColumn(): Promise<boolean> {
  const number = ++asked;
  told.setAttribute("aria-busy", "true");
  try {
    const piece = await fetchPage(`${config.told}&when=${encodeURIComponent(config.keys[column] ?? "")}`);
    if (number === asked) told.innerHTML = piece;
    return true;
  } catch {
    return number !== asked;
  } finally {
    if (number === asked) told.removeAttribute("aria-busy");
  }
}

askAgain((changed, question) => {
  if (changed !== "what") return;
  // What else is measured has other areas, other periods, and a question of its own.
  for (const field of question.querySelectorAll<HTMLInputElement>("#level, #span, [type=hidden]")) field.disabled = true;
});
start().catch((error: unknown) => giveUp(config, error));
