// The button that prints a page. On paper everything stands open that a reader may unfold; older browsers need help with it.
(() => {
  const opened = [];

  addEventListener("beforeprint", () => {
    for (const fold of document.querySelectorAll("details:not([open], .stays-folded, .more-files, .menu)")) {
      fold.open = true;
      opened.push(fold);
    }
  });
  addEventListener("afterprint", () => {
    for (const fold of opened.splice(0)) fold.open = false;
  });
  addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => print());
    }
  });
})();
