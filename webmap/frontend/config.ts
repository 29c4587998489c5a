// What the server tells the page: addresses, layers, and the sentences that the script says.

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

export interface Config {
  style: string;
  panel: string;
  search: string;
  briefing: string;
  bounds: [number, number, number, number];
  language: string;
  layers: SubjectLayer[];
  words: Record<string, string>;
}

export function readConfig(): Config {
  return JSON.parse(element("map-config").textContent ?? "") as Config;
}

/** Return the element of that id; the template has it. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as T;
}

/** Return a whole number as the reader writes it. */
export function sayNumber(config: Pick<Config, "language">, value: number): string {
  return new Intl.NumberFormat(config.language, { maximumFractionDigits: 0 }).format(value);
}

/** Return a sentence with its {gaps} filled. */
export function say(config: Pick<Config, "words">, name: string, gaps: Record<string, string> = {}): string {
  const words = config.words[name];
  if (words === undefined) throw new Error(`no words for ${name}`);
  return words.replace(/\{(\w+)\}/g, (_, gap: string) => gaps[gap] ?? "");
}
