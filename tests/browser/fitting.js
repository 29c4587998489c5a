// Tells what of a page somebody couldn't use, seen as it is: too small to be hit, cut off, unnamed, out of order.
(least) => {
  const said = (each) => each.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  const seen = (selector) => [...document.querySelectorAll(selector)].filter(
    (each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest("#map, .map, .visually-hidden, .skip-link"));
  const wrong = [];
  // Of those that stand alike one is told.
  const alike = new Set();
  const isNew = (each) => {
    const place = [each, each.parentElement, each.parentElement.parentElement].map((one) => `${one.tagName}.${one.className}`).join();
    return !alike.has(place) && alike.add(place);
  };

  if (document.documentElement.scrollWidth > innerWidth) wrong.push(`is ${document.documentElement.scrollWidth} px wide`);

  const isInSentence = (each) => {
    if (getComputedStyle(each).display !== "inline") return false;
    const around = each.closest("p, li, dd, td, th, div, span:not(a span), figcaption");
    return (around?.textContent.trim().length ?? 0) > each.textContent.trim().length;
  };
  for (const each of seen("a[href], button, summary, select, textarea, input:not([type=hidden])")) {
    const label = each.matches("[type=checkbox], [type=radio], [type=file]") && (each.closest("label") ?? each.labels?.[0]);
    const { width, height } = (label || each).getBoundingClientRect();
    if (width < 2 || each.closest("svg") || (each.matches("a") && isInSentence(each))) continue;
    // A half of a pixel is lost by rounding.
    const isSmall = height < least - 0.5 || width < 23.5;
    if (isSmall && isNew(each)) wrong.push(`has a target of ${Math.round(width)} x ${Math.round(height)}: ${said(each)}`);
  }

  // Neither the place's name nor what is typed gives way to what stands beside it.
  for (const each of seen(".brand strong")) if (each.scrollWidth > each.clientWidth + 1) wrong.push(`cuts the place's name: ${said(each)}`);
  for (const each of seen("input[type=search]")) {
    const { width } = each.getBoundingClientRect();
    if (width < 160) wrong.push(`has a search ${Math.round(width)} px wide`);
  }

  // A label and its value stand level, whatever is pressed of them; no column is so narrow that its words are spelled downwards.
  const firstLine = (each) => {
    const range = document.createRange();
    range.selectNodeContents(each);
    return [...range.getClientRects()].find(({ width }) => width > 2);
  };
  for (const row of seen(".facts > div")) {
    const [label, value] = ["dt", "dd"].map((part) => firstLine(row.querySelector(part)));
    if (!label || !value || value.left < label.right) continue;
    const apart = Math.abs((label.top + label.bottom - value.top - value.bottom) / 2);
    if (apart > 6 && isNew(row)) wrong.push(`has a label ${Math.round(apart)} px off its value: ${said(row)}`);
  }
  for (const each of seen("td code, td, th")) {
    const { width } = each.getBoundingClientRect();
    if (/\w{6}/.test(each.textContent) && width < 28 && isNew(each)) wrong.push(`is spelled downwards: ${said(each)}`);
  }

  const levels = seen("h1, h2, h3, h4, h5, h6").concat([...document.querySelectorAll("h1.visually-hidden")]);
  const tops = levels.filter((each) => each.matches("h1"));
  if (tops.length !== 1) wrong.push(`has ${tops.length} headings of the first level`);
  let before = 1;
  for (const each of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    if (!each.checkVisibility()) continue;
    const level = Number(each.tagName[1]);
    if (level > before + 1) wrong.push(`goes from a heading of level ${before} to ${said(each)}`);
    before = level;
  }
  if (document.querySelectorAll("main").length !== 1) wrong.push("hasn't one main part");
  const landmarks = [...document.querySelectorAll("nav, aside, [role=region]:not(canvas), [role=search]")].filter((each) => each.checkVisibility());
  const names = landmarks.map((each) => `${each.tagName} ${each.ariaLabel ?? each.getAttribute("aria-labelledby") ?? ""}`);
  for (const name of new Set(names.filter((each, at) => names.indexOf(each) !== at))) wrong.push(`has two landmarks ${name}`);
  // What is Chinese on an English page says so, or a voice would leave it out.
  if (document.documentElement.lang === "en") {
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let each = words.nextNode(); each; each = words.nextNode()) {
      const around = each.parentElement;
      if (!/\p{Script=Han}/u.test(each.data) || around.closest("script, noscript, option, title")) continue;
      if (around.closest("[lang]").getAttribute("lang") !== "zh-CN" && isNew(around)) wrong.push(`has Chinese words that aren't told as such: ${said(around)}`);
    }
  }
  // What speaks by itself speaks for itself alone: not once more for what it is in, nor by the focus that it gets.
  const LIVE = "[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log], output";
  for (const each of document.querySelectorAll(`:is(${LIVE}) :is(${LIVE}), :is(${LIVE})[autofocus]`)) wrong.push(`reads out twice: ${said(each)}`);
  for (const each of document.querySelectorAll(".advice")) {
    const { backgroundColor, textTransform } = getComputedStyle(each);
    if (backgroundColor === "rgba(0, 0, 0, 0)" || textTransform !== "none") wrong.push(`advice isn't dressed as such: ${said(each)}`);
  }
  if (!document.title.trim()) wrong.push("has no title");
  return wrong;
}
