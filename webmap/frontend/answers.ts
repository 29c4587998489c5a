// Where records and names come from while the page is used: the application, or files beside a page that has none.

import { type Bbox, type Config, fetched, fetchJson, type Files } from "./config";
import { hitsOf, type Names } from "./names";
import type { Selected } from "./state";

export interface Hit {
  layer: string;
  id: number;
  name: string;
  /** How a Chinese name is spelled in pinyin, for readers of other languages; "" for others. */
  spelled: string;
  detail: string;
  lon: number | null;
  lat: number | null;
  /** null where the record has no shape. */
  bbox: Bbox | null;
  /** Nothing more is known of it than its name and place. */
  isNameOnly?: boolean;
}

export interface Answers {
  /** Return a record as HTML that the application has written. */
  record(selected: Selected, signal: AbortSignal): Promise<string>;
  /** Return the places whose names hold what was typed, best match first. */
  find(text: string, signal: AbortSignal): Promise<Hit[]>;
}

export function answersOf(config: Config): Answers {
  return config.files ? new FromFiles(config.files) : new FromApplication(config);
}

class FromApplication implements Answers {
  constructor(private readonly config: Config) {}

  async record(selected: Selected, signal: AbortSignal): Promise<string> {
    const address = `${this.config.panel}/${selected.layer}/${selected.id}?lang=${this.config.language}`;
    return (await fetched(address, { signal })).text();
  }

  async find(text: string, signal: AbortSignal): Promise<Hit[]> {
    const query = new URLSearchParams({ q: text, lang: this.config.language });
    const answer = await fetched(`${this.config.search}?${query}`, { signal });
    return ((await answer.json()) as { hits: Hit[] }).hits;
  }
}

class FromFiles implements Answers {
  private names: Promise<Names> | null = null;

  constructor(private readonly files: Files) {}

  async record(selected: Selected, signal: AbortSignal): Promise<string> {
    const own = this.files.pages[selected.layer];
    if (own) return articleOf(await fetched(own.replace("{id}", String(selected.id)), { signal }));
    const block = Math.floor(selected.id / this.files.block);
    const answer = await fetched(`${this.files.records}/${selected.layer}/${block}.json`, { signal });
    const record = ((await answer.json()) as Record<string, string>)[selected.id];
    if (record === undefined) throw new Error(`no ${selected.layer} ${selected.id}`);
    return record;
  }

  async find(text: string): Promise<Hit[]> {
    // A fetch that failed is tried again with the next letter.
    this.names ??= fetchJson<Names>(this.files.names).catch((error: unknown) => {
      this.names = null;
      throw error;
    });
    return hitsOf(await this.names, text);
  }
}

/** Return what a record's own page says of it, as the panel shows it: its headings one level lower, its links from here. */
async function articleOf(answer: Response): Promise<string> {
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("article.record");
  if (found === null) throw new Error(`${answer.url} tells of no record`);
  for (const link of found.querySelectorAll("a[href]")) {
    link.setAttribute("href", new URL(link.getAttribute("href")!, answer.url).href);
  }
  for (const level of [4, 3, 2, 1]) {
    for (const heading of found.querySelectorAll(`h${level}`)) {
      const lower = document.createElement(`h${level + 1}`);
      for (const { name, value } of heading.attributes) lower.setAttribute(name, value);
      lower.append(...heading.childNodes);
      heading.replaceWith(lower);
    }
  }
  return found.outerHTML;
}
