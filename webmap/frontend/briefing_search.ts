// The search inside a briefing, where nobody answers: over the names that the page itself has.
// Built as one classic script, which hands it to the briefing's own.

import { hitsOf } from "./names";
import { Search } from "./search";

declare const briefing: Pick<typeof import("./briefing/briefing"), "searchWith">;

briefing.searchWith(({ words, names, show }) => {
  const answers = { find: async (text: string) => hitsOf(names, text) };
  const { lang } = document.documentElement;
  new Search({ words, language: lang }, answers, (hit) => show(hit.layer, hit.id));
});
