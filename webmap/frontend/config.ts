// What the server tells a page: addresses, layers, and the sentences that the script says.

export interface SubjectLayer {
  id: string;
  title: string;
  on: boolean;
  geometry: "point" | "line" | "area";
  /** Words for the values of a layer whose records are named by a choice; empty for others. */
  names: Record<string, string>;
  /** The field whose sum stands for many records, and what it is called; null where records are counted. */
  sums: { field: string; label: string } | null;
}

/** West, south, east, north in degrees. */
export type Bbox = [number, number, number, number];

/** What each page with a map is told. */
export interface PageConfig {
  /** Addresses of the map's style by its look: "", "dark", "care" and "care-dark". */
  styles: Record<string, string>;
  bounds: Bbox;
  language: string;
  words: Record<string, string>;
}

export interface Config extends PageConfig {
  panel: string;
  search: string;
  briefing: string;
  layers: SubjectLayer[];
  /** Layers of the style that have no records: nothing is asked of them. */
  empty: string[];
  /** Where a page that no application answers finds records and names; null where one does. */
  files: Files | null;
}

/**
 * Addresses beside the page: the folder of records, of which a file holds `block` ids, the file of names, and by layer
 * those of records that have a page of their own, with `{id}`.
 */
export interface Files {
  records: string;
  block: number;
  names: string;
  pages: Record<string, string>;
}

/** Return what the template has put into the element of that id. */
export function readConfig<C extends PageConfig>(id: string): C {
  return JSON.parse(element(id).textContent ?? "") as C;
}

/** Return the element of that id; the template has it. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as T;
}

/** Return a colour of the sheet of tokens, in the look that the page has. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** To make one takes longer than to say a hundred numbers by it. */
const written = new Map<string, Intl.NumberFormat>();

/** Return a whole number as the reader writes it. */
export function sayNumber({ language }: Pick<Config, "language">, value: number): string {
  const known = written.get(language);
  const format = known ?? new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  if (!known) written.set(language, format);
  return format.format(value);
}

/** Return a sentence with its {gaps} filled; {posts:post|posts} says its noun for one or for many. */
export function say(config: Pick<Config, "words">, name: string, gaps: Record<string, string> = {}): string {
  const words = config.words[name];
  if (words === undefined) throw new Error(`no words for ${name}`);
  return words.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (_, gap: string, one?: string, many?: string) => {
    const said = gaps[gap] ?? "";
    return many === undefined ? said : `${said} ${said === "1" ? one : many}`;
  });
}

/** Say something beneath the map; what is said already isn't said again. A list beside the map has counts, too. */
export function tell(words: string, { isCount = false } = {}): void {
  const status = element("status");
  status.classList.toggle("is-count", isCount);
  if (status.textContent !== words) status.textContent = words;
}

/** Say that there is no map, and why to those who look after the page. */
export function giveUp(config: PageConfig, error: unknown): void {
  console.error(error);
  element("map").dataset["mapState"] = "error";
  tell(say(config, "failed"));
}

/** The server's own sentence of why something can't be. */
export class Refused extends Error {}

/** Fetch what an address answers; what was asked wrongly is thrown as the server's sentence, all else as a failure. */
export async function fetched(address: string, asked?: RequestInit): Promise<Response> {
  const answer = await fetch(address, asked);
  if (answer.ok) return answer;
  const isRefused = answer.status >= 400 && answer.status < 500;
  const problem = isRefused ? ((await answer.json().catch(() => ({}))) as { detail?: string }) : {};
  throw problem.detail ? new Refused(problem.detail) : new Error(`${address} answered ${answer.status}`);
}

/** Return what `fetch` is given for some JSON to be sent. */
export function asJson(method: string, body: unknown): RequestInit {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

export async function fetchJson<T>(address: string, body?: unknown): Promise<T> {
  const answer = await fetched(address, body === undefined ? {} : asJson("POST", body));
  return (await answer.json()) as T;
}

/** Fetch a piece of the page that is read alone. */
export async function fetchPage(address: string): Promise<string> {
  return (await fetched(address)).text();
}
