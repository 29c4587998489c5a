// Presses each kind of control and link of an open page once, as a hand would, and tells what came of it; those that are
// known, as they were pressed for somebody else, are left out.
// What the page leaves to the browser (to follow a link, to send a form) isn't done: whoever asked has to. Signing out
// alone isn't pressed: nobody would be there for the rest.
async ([longest, known]) => {
  const KEPT = `pressed ${location.pathname}`;
  const done = new Set(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));
  const told = JSON.parse(sessionStorage.getItem(`told ${location.pathname}`) ?? '{"forms": [], "posts": [], "wrong": [], "pressed": 0}');
  const PRESSED = "a[href], button, summary, input:not([type=hidden]), select, textarea, [role=button], [role=option]";
  const LISTED = "li, tr, td, dd, svg, .due-card, .places";

  window.print = () => void document.documentElement.setAttribute("data-test-printed", String(Math.random()));
  window.confirm = () => false;

  const words = (each) => (each.ariaLabel || each.textContent || each.value || "").trim().replace(/\s+/g, " ");
  const name = (each) => `${each.tagName.toLowerCase()} ${each.id || each.name || ""} “${words(each).slice(0, 50)}”`;
  const pathKind = (each) => {
    const url = new URL(each.getAttribute("href"), document.baseURI);
    return `${url.pathname.replace(/\d+/g, "0")}?${[...url.searchParams.keys()].join("&")}`;
  };
  // Of a list one is pressed for all: what it is called and where it leads alone tells them apart.
  const kind = (each) => {
    const isListed = each.closest(LISTED) !== null;
    const data = Object.keys(each.dataset).join();
    const own = [each.tagName, each.type ?? "", each.name ?? "", each.id.replace(/\d+/g, "0"), each.className?.baseVal ?? each.className, data];
    if (each.matches("a")) return [...own, pathKind(each)].join("|");
    if (each.matches("input[type=radio], input[type=checkbox]")) own.push(isListed ? "" : each.value);
    return [...own, isListed ? "" : words(each).replace(/\d+/g, "0").slice(0, 40)].join("|");
  };
  const shown = (each) => (each.matches("input") && each.labels?.[0]?.checkVisibility() ? each.labels[0] : each);
  const isReady = (each) =>
    shown(each).checkVisibility({ visibilityProperty: true }) && !each.disabled && !each.closest("#map, [inert], .skip-link") &&
    !(each.matches("[type=radio]") && each.checked) && !each.matches("form[action$='/sign-out'] *");

  // What has changed: anything in the document, where the focus is, what fields hold, where one has scrolled to.
  let changes = 0;
  let waiting = 0;
  let asked = 0;
  new MutationObserver((all) => void (changes += all.length)).observe(document, {
    attributes: true, childList: true, characterData: true, subtree: true,
  });
  const ask = window.fetch;
  window.fetch = (...about) => {
    waiting++;
    asked++;
    return ask(...about).finally(() => waiting--);
  };
  // What is read out by itself: by a region that was there, once, and not by the focus as well.
  const LIVE = "[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log], output";
  let heard = [];
  const isSeen = (each) => each.checkVisibility({ visibilityProperty: true });
  const withWords = (each) => [...(each.matches(LIVE) ? [each] : []), ...each.querySelectorAll(LIVE)].filter((one) => isSeen(one) && words(one));
  const late = (each) => told.wrong.push(`${name(each)} begins with words in it: it isn't read out`);
  new MutationObserver((all) => {
    const spoken = new Set();
    for (const { type, target, addedNodes, oldValue } of all) {
      const isShown = type === "attributes" && oldValue !== null && !target.hidden;
      if (type === "attributes" && !isShown) continue;
      for (const added of isShown ? [target] : addedNodes) if (added.nodeType === Node.ELEMENT_NODE) withWords(added).forEach(late);
      const around = (target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement)?.closest(LIVE);
      if (around && (around !== target || !isShown)) spoken.add(around);
    }
    for (const each of spoken) if (isSeen(each) && words(each)) heard.push([each, words(each)]);
  }).observe(document, { attributes: true, attributeFilter: ["hidden"], attributeOldValue: true, childList: true, characterData: true, subtree: true });
  const listen = (pressed) => {
    const said = heard;
    heard = [];
    const blame = (each, what) => told.wrong.push(`${name(pressed)}: #${each.id} .${each.className} ${what}`);
    for (const [at, [each, sentence]] of said.entries()) {
      if (each.contains(document.activeElement) && !each.contains(pressed)) blame(each, "is read out by itself and by the focus in it");
      if (said.findIndex(([, other]) => other === sentence) !== at) blame(each, `is read out once more: ${sentence.slice(0, 80)}`);
    }
    // That it is under way, and what came of it.
    for (const each of new Set(said.map(([one]) => one))) {
      if (said.filter(([one]) => one === each).length > 2) blame(each, "is read out three times");
    }
  };
  const rest = () => [location.href, scrollX, scrollY, document.activeElement?.outerHTML.slice(0, 200),
    ...[...document.querySelectorAll("input, select, textarea")].map((each) => `${each.value} ${each.checked}`)].join();
  const turn = () => new Promise((next) => setTimeout(next, 4));
  const settled = async (before) => {
    const end = performance.now() + longest;
    const isBusy = () => waiting > 0 || document.querySelector("[data-map-state=loading]:not([hidden])");
    // Whoever has waited for an answer moves the map a moment later.
    let quiet = asked === before ? 0 : -3;
    do {
      await turn();
      quiet = isBusy() ? Math.min(quiet, -3) : quiet + 1;
    } while (quiet < 1 && performance.now() < end);
  };

  // What nobody else has taken is left to the browser, and noted in its place.
  let left = false;
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (event.defaultPrevented || !link) return;
    event.preventDefault();
    left = true;
    const href = link.getAttribute("href");
    if (href.startsWith("#") && !document.getElementById(href.slice(1))) told.wrong.push(`${name(link)} leads to nothing`);
  });
  const action = ({ target, submitter }) =>
    new URL(submitter?.getAttribute("formaction") ?? target.getAttribute("action") ?? "", document.baseURI);
  // What would be written is sent by journeys of its own, not from here.
  addEventListener("submit", (event) => {
    if (event.target.getAttribute("method") !== "post") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    left = true;
    told.posts.push(action(event).href);
  }, { capture: true });
  addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    left = true;
    const address = action(event);
    address.search = new URLSearchParams(new FormData(event.target, event.submitter)).toString();
    told.forms.push(address.href);
  });

  // What lies where a hand would press; whatever unfolds may take a turn to be there.
  const reached = async (target) => {
    for (const end = performance.now() + longest; performance.now() < end; await turn()) {
      target.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      const box = [...target.getClientRects()].find(({ width, height }) => width > 0 && height > 0);
      const hit = box && document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      if (hit) return hit;
    }
    return null;
  };

  const press = async (each) => {
    for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(each)) menu.open = false;
    const target = shown(each);
    const hit = await reached(target);
    if (!hit || !(target.contains(hit) || hit.contains(target) || hit.closest("label")?.control === each)) {
      return void told.wrong.push(`${name(each)} is out of reach: ${hit ? name(hit) : "nothing is there"}`);
    }
    each.focus({ preventScroll: true });
    await turn();
    const isTyped = each.matches("textarea, input:not([type=radio], [type=checkbox], [type=file], [type=submit])");
    if (isTyped || each.matches("[type=file]")) return;
    const before = [changes, rest()].join();
    const askedBefore = asked;
    const failed = new Promise((no) => each.form?.addEventListener("invalid", () => no(true), { once: true, capture: true }));
    left = false;
    if (each.matches("select")) {
      const others = [...each.options].filter((option) => !option.selected && !option.disabled);
      if (!others.length) return;
      each.value = others[0].value;
      each.dispatchEvent(new Event("input", { bubbles: true }));
      each.dispatchEvent(new Event("change", { bubbles: true }));
    } else target.click();
    const end = performance.now() + longest;
    let isRefused = false;
    void failed.then(() => (isRefused = true));
    while ([changes, rest()].join() === before && !left && !isRefused && performance.now() < end) await turn();
    if (performance.now() >= end) told.wrong.push(`${name(each)} does nothing`);
    await settled(askedBefore);
    listen(each);
  };

  const elsewhere = new Set(known);
  const isNew = (each) => !done.has(kind(each)) && !elsewhere.has(kind(each));
  // What is folded away behind a control that was pressed elsewhere may be new all the same.
  const hidesNew = (each) =>
    each.matches("details:not([open]) > summary") && !done.has(kind(each)) &&
    [...each.parentElement.querySelectorAll(PRESSED)].some((inside) => inside !== each && isNew(inside));
  const next = () => [...document.querySelectorAll(PRESSED)].find((each) => isReady(each) && (isNew(each) || hidesNew(each)));
  for (let each = next(); each; each = next()) {
    done.add(kind(each));
    told.pressed++;
    sessionStorage.setItem(KEPT, JSON.stringify([...done]));
    sessionStorage.setItem(`told ${location.pathname}`, JSON.stringify(told));
    await press(each);
  }
  told.links = [...document.querySelectorAll("a[href]")].map((each) => each.getAttribute("href"));
  return { ...told, done: [...done] };
}
