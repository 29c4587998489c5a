"""Maps that the server draws as one picture each: for pages without scripts, and for paper, which is always light."""
