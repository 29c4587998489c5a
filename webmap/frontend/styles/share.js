// Sends a page's address on: by what the device has for it, else by the clipboard, else as words to be copied by hand.
(() => {
  addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-share]")) {
      button.hidden = false;
      button.addEventListener("click", () => void share(button));
    }
  });

  async function share(button) {
    const address = new URL(button.dataset.share || location.href, location.href);
    // Who gets the link chooses for themselves how pages look.
    for (const choice of ["care", "theme"]) address.searchParams.delete(choice);
    const beside = button.nextElementSibling;
    const said = beside.firstElementChild;
    said.replaceChildren();
    beside.querySelector("label")?.remove();
    if (navigator.share) {
      try {
        await navigator.share({ title: document.title, url: address.href });
        return;
      } catch (error) {
        if (error.name === "AbortError") return; // They have thought better of it.
      }
    }
    try {
      await navigator.clipboard.writeText(address.href);
      said.textContent = button.dataset.copied;
    } catch {
      // Without https there is no clipboard.
      const field = byHand(button.dataset.byHand, address.href);
      // Not in what speaks by itself: by its focus it is read out already.
      beside.append(field);
      field.querySelector("input").select();
    }
  }

  function byHand(words, address) {
    const label = document.createElement("label");
    const field = Object.assign(document.createElement("input"), { value: address, readOnly: true });
    label.append(words, " ", field);
    return label;
  }
})();
