// The search has what the lists say: names, and beside them their other names and how they are spelled.

import type { Named, Names } from "../names";
import { drawn, opened, row, type Words } from "./page";
import { namesOf } from "./points";
import { show } from "./records";

export interface Offered {
  words: Words;
  names: Names;
  show: (layer: string, id: number) => void;
}

/** Let a search look in the page's names; without a form for it there is none. */
export function offerSearch(offered: (found: Offered) => void): void {
  const form = document.getElementById("search-form");
  const streets = document.getElementById("streets")?.textContent;
  if (!form || !streets) return;
  const { words } = opened();
  const heads = document.querySelectorAll<HTMLElement>(".lists h2[data-title]");
  const layers = Array.from(heads, ({ id, dataset }) => ({
    id: id.slice("list-".length),
    title: dataset["title"] ?? "",
    isBase: false,
  }));
  const names = layers.flatMap(({ id }, number) => namesIn(id, number));
  const all: Names = { apart: words.apart, layers, streets: JSON.parse(streets), onStreet: words.onStreet, names };
  offered({ words, names: all, show: find });
  form.hidden = names.length === 0;
}

/** Return a layer's names as the search has them, without boxes; those that no list has under numbers below zero. */
function namesIn(layer: string, number: number): Named[] {
  const ofRow = (one: HTMLElement): Named => {
    const [detail, others, ways, streets] = JSON.parse(one.dataset["sought"] ?? "[]");
    const name = one.querySelector(".name")?.textContent ?? "";
    return [number, Number(one.id.slice(layer.length + 1)), name, detail, [], others, ways, streets];
  };
  const ofLine = ([name = "", detail, others = "", ways = ""]: string[], at: number): Named[] =>
    detail === undefined ? [] : [[number, -1 - at, name, detail, [], others.split(" / ").filter(Boolean), ways.split("|")]];
  const rows = document.querySelectorAll<HTMLElement>(`tr[id^="${layer}-"][data-sought]`);
  const listed = Array.from(rows, ofRow).sort((one, other) => one[1] - other[1]);
  return [...listed, ...namesOf(layer).flatMap(ofLine)];
}

function find(layer: string, id: number): void {
  const key = id < 0 ? `${layer}-at-${-1 - id}` : `${layer}-${id}`;
  if (drawn.has(key)) return show(key);
  location.hash = key;
  row(key)?.querySelector("th")?.scrollIntoView({ block: "center" });
}
