// The search inside a briefing, where nobody answers: over the names that the page itself has.
// Built as one classic script, which the briefing's own (webmap/briefing/briefing.js) calls.

import { hitsOf, type Names } from "./names";
import { Search } from "./search";

interface Offered {
  words: Record<string, string>;
  names: Names;
  show: (layer: string, id: number) => void;
}

declare const briefing: { offerSearch?: (offered: Offered) => void };

briefing.offerSearch = ({ words, names, show }) => {
  const answers = { find: async (text: string) => hitsOf(names, text) };
  const { lang } = document.documentElement;
  new Search({ words, language: lang }, answers, (hit) => show(hit.layer, hit.id));
};
