// Where records and names come from while the page is used: the application, or files beside a page that has none.

import { type Bbox, type Config, fetched, fetchJson, type Files } from "./config";
import type { Selected } from "./state";

export interface Hit {
  layer: string;
  id: number;
  name: string;
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
    const answer = await fetch(`${this.config.search}?${query}`, { signal });
    return answer.ok ? ((await answer.json()) as { hits: Hit[] }).hits : [];
  }
}

/** A layer's number in `layers`, id, name, detail, spot or box, other names, and ways to spell them in pinyin. */
type Named = [number, number, string, string, number[], string[], string[]];

interface Names {
  /** What stands between a layer's title and the detail. */
  apart: string;
  layers: { id: string; title: string; isBase: boolean }[];
  names: Named[];
}

const MOST_HITS = 10;
const SHORTEST_TYPED = 2;

class FromFiles implements Answers {
  private names: Promise<Names> | null = null;

  constructor(private readonly files: Files) {}

  async record(selected: Selected, signal: AbortSignal): Promise<string> {
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
    const { layers, apart, names } = await this.names;
    const rank = ranking(text);
    const found: [number, number, Named][] = [];
    names.forEach((named, place) => {
      const ranked = rank(named);
      if (ranked !== null) found.push([ranked + (layers[named[0]]!.isBase ? 10 : 0), place, named]);
    });
    found.sort((one, other) => one[0] - other[0] || one[2][2].length - other[2][2].length || one[1] - other[1]);
    return found.slice(0, MOST_HITS).map(([, , named]) => hitOf(named, layers, apart));
  }
}

/** Return what says how well a name fits: 0 the very name, 1 begins with it, 2 holds it, 3 in another of its names. */
function ranking(text: string): (named: Named) => number | null {
  const wanted = text.toLowerCase();
  const typed = typedPattern(text);
  const begins = typed === null ? null : new RegExp(`(^|;)${typed}`);
  const inside = typed === null ? null : new RegExp(`(^|[ ;])${typed}`);
  return ([, , name, , , others, ways]) => {
    const own = name.toLowerCase();
    if (own === wanted) return 0;
    if (own.startsWith(wanted) || begins?.test(ways[0] ?? "")) return 1;
    if (own.includes(wanted)) return 2;
    const isOther = others.some((other) => other.toLowerCase().includes(wanted));
    return isOther || (inside !== null && ways.some((way) => inside.test(way))) ? 3 : null;
  };
}

/** Return the pattern of typed letters in pinyin, as geodata/spelling.py has it; null where they can't be pinyin. */
function typedPattern(text: string): string | null {
  const letters = text.toLowerCase().replace(/[\s'’]/g, "").replaceAll("ü", "v");
  if (letters.length < SHORTEST_TYPED || !/^[a-z0-9]+$/.test(letters)) return null;
  return [...letters].join("([a-z0-9]* )?");
}

function hitOf([layer, id, name, detail, place]: Named, layers: Names["layers"], apart: string): Hit {
  const [west, south, east, north] = place;
  const isPlaced = west !== undefined && south !== undefined;
  const bbox: Bbox | null = isPlaced ? [west, south, east ?? west, north ?? south] : null;
  const known = layers[layer]!;
  return {
    layer: known.id,
    id,
    name,
    detail: [known.title, detail].filter((word) => word !== "").join(apart),
    lon: bbox && (bbox[0] + bbox[2]) / 2,
    lat: bbox && (bbox[1] + bbox[3]) / 2,
    bbox,
    isNameOnly: known.isBase,
  };
}
