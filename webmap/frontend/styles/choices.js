// In pages that are files: the browser keeps what a reader chooses once, as the application keeps it in a cookie. It is
// read before anything is drawn, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const choices = { care: ["0", "1"], theme: ["system", "light", "dark"] };

  function kept(name) {
    try {
      return localStorage.getItem(`csmap:${name}`);
    } catch {
      return null; // A browser that keeps nothing, or a page from a disk.
    }
  }

  function keep(name, value) {
    try {
      localStorage.setItem(`csmap:${name}`, value);
    } catch {
      // Then the choice holds for this page.
    }
  }

  function show(name, value) {
    if (name === "care") root.toggleAttribute("data-care", value === "1");
    else if (value === "system") root.removeAttribute("data-theme");
    else root.dataset.theme = value;
    for (const link of document.querySelectorAll(`.menu a[data-choice="${name}"]`)) {
      link.toggleAttribute("aria-current", link.dataset.value === value);
      if (link.dataset.value === value) link.setAttribute("aria-current", "true");
    }
  }

  const query = new URLSearchParams(location.search);
  for (const [name, values] of Object.entries(choices)) {
    const asked = query.get(name);
    if (values.includes(asked)) keep(name, asked);
    const value = [asked, kept(name)].find((each) => values.includes(each)) ?? values[0];
    show(name, value);
    addEventListener("DOMContentLoaded", () => show(name, value));
  }
})();
