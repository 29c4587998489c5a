// How the page looks now.

/** Return the word for how the page looks now: in care mode, dark, both or neither. */
export function lookOfPage(): string {
  const { care, theme } = document.documentElement.dataset;
  const isDark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  return [care === undefined ? "" : "care", isDark ? "dark" : ""].filter(Boolean).join("-");
}
