// Keeps the site on the device where the browser lets it, says so when there is no network, and forgets at signing out.

import { inWords } from "./moments";
import { countDrafts, DATABASE } from "./officer/drafts";
import { endOld, forgetClock } from "./worker/age";
import { cacheNames, isStaffs, MOMENT } from "./worker/caches";

const own = document.querySelector<HTMLScriptElement>("script[data-zone]");
const ASKED_FOR_MS = 5_000;
/** So often a page that stays open looks whether what is kept is too old by now. */
const LOOK_MS = 60_000;
/** The site is kept after so long, whatever the map still waits for. */
const PATIENCE_MS = 10_000;

if (own) {
  if (isSecureContext && "serviceWorker" in navigator) void isShown().then(() => keepSite(own));
  sayInstalling();
  sayNetwork(own);
  forgetAtTheEnd();
  endWhatIsOld().then(() => listKept(own)).catch(() => {});
}

/** Wait for what one came for: to fetch and keep the site takes time that a page without its map yet doesn't have. */
async function isShown(): Promise<unknown> {
  if (document.readyState !== "complete") await new Promise((loaded) => addEventListener("load", loaded, { once: true }));
  const map = document.querySelector<HTMLElement>('[data-map-state="loading"]');
  if (!map) return;
  const drawn = new Promise<void>((done) => {
    const look = (): void => {
      if (map.dataset["mapState"] !== "loading") done();
    };
    new MutationObserver(look).observe(map, { attributeFilter: ["data-map-state"] });
    look();
  });
  await Promise.race([drawn, new Promise((late) => setTimeout(late, PATIENCE_MS))]);
}

/** Have the worker keep the site from the next page on; what can't be kept is only missing without a network. */
function keepSite(script: HTMLScriptElement): void {
  const { worker, scope } = script.dataset;
  if (worker && scope) navigator.serviceWorker.register(worker, { scope }).catch(() => {});
}

/** Say above the page that there is no network, since when, or of when the page is. */
function sayNetwork(script: HTMLScriptElement): void {
  const banner = document.getElementById("offline");
  if (!banner) return;
  const say = (sentence: string, moment: Date) => {
    banner.querySelector("[data-said]")!.textContent = sentence.replace("{time}", inWords(moment, script.dataset["zone"]));
    banner.hidden = false;
  };
  let since = new Date();
  const lost = () => {
    since = new Date();
    if (banner.hidden) say(banner.dataset["since"] ?? "", since);
  };
  const askedWorker = askWorker({ ask: "moment", address: location.href.split("#")[0] });
  askedWorker.then((moment) => {
    if (moment) say(banner.dataset["asOf"] ?? "", new Date(moment));
    else if (!navigator.onLine) lost();
  }, () => {});
  addEventListener("offline", lost);
  addEventListener("online", () => {
    askedWorker.then((moment) => (banner.hidden = moment === ""), () => (banner.hidden = true));
  });
  banner.querySelector("button")?.addEventListener("click", () => location.reload());
}

/** Ask the worker that brought this page; "" where none did, or it says nothing. */
async function askWorker(question: Record<string, unknown>): Promise<string> {
  const worker = "serviceWorker" in navigator ? navigator.serviceWorker.controller : null;
  if (!worker) return "";
  return new Promise((answered) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event: MessageEvent<string>) => answered(event.data);
    setTimeout(() => answered(""), ASKED_FOR_MS);
    worker.postMessage(question, [port2]);
  });
}

/** Delete what the device keeps of staff's: before signing out, and where a page says that nobody is signed in. */
function forgetAtTheEnd(): void {
  if (document.querySelector("[data-nobody]")) void forgetStaffs();
  for (const form of document.querySelectorAll<HTMLFormElement>('form[action$="/sign-out"]')) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void signOut(form);
    });
  }
}

/** Sign out once nothing is left here; who has records that the server hasn't is asked first. */
async function signOut(form: HTMLFormElement): Promise<void> {
  // Where they can't be counted there may be some.
  const unsent = await countDrafts().catch(() => "?");
  const asked = document.getElementById("offline")?.dataset["unsent"] ?? "";
  if (unsent && !confirm(asked.replace("{count}", unsent.toLocaleString(document.documentElement.lang)))) return;
  if ("indexedDB" in window) indexedDB.deleteDatabase(DATABASE);
  await forgetStaffs().catch(() => {});
  form.submit();
}

async function forgetStaffs(): Promise<void> {
  await askWorker({ ask: "forget" });
  if (!("caches" in window)) return;
  await forgetClock();
  await Promise.all((await cacheNames()).filter(isStaffs).map((name) => caches.delete(name)));
}

/** Delete what is kept of staff's once it is too old, on whatever page; the one that stands for others says it. */
async function endWhatIsOld(): Promise<void> {
  if (!("caches" in window)) return;
  const isOver = await endOld();
  const told = document.querySelector<HTMLElement>("[data-over]");
  if (told) {
    told.hidden = !isOver;
    told.previousElementSibling?.toggleAttribute("hidden", isOver);
    const unsent = isOver ? await countDrafts().catch(() => 0) : 0;
    const left = told.querySelector<HTMLElement>("[data-left]")!;
    left.hidden = unsent === 0;
    left.textContent = left.textContent!.replace("{count}", unsent.toLocaleString(document.documentElement.lang));
    return;
  }
  // What is over already when a page comes isn't that page: the server has just sent it.
  if (isOver || !document.querySelector("[data-unsent]")) return;
  // A page that was left open is too old, too: loaded again it is the server's, or the one that says why it has gone.
  const look = (): void => void endOld().then((hasGone) => hasGone && location.reload(), () => {});
  setInterval(look, LOOK_MS);
  addEventListener("visibilitychange", look);
  addEventListener("pageshow", look);
}

interface Installing extends Event {
  prompt(): Promise<unknown>;
}

/** Say on the page about the data whether the site can be put among the apps, and why not where it can't. */
function sayInstalling(): void {
  const told = document.getElementById("install");
  if (!told) return;
  const show = (state: string) => {
    told.hidden = false;
    for (const each of told.querySelectorAll<HTMLElement>("[data-state]")) {
      each.hidden = !each.dataset["state"]!.split(" ").includes(state);
    }
  };
  if (!isSecureContext) return show("insecure");
  if (!("serviceWorker" in navigator)) return show("unable");
  show(matchMedia("(display-mode: standalone)").matches ? "installed" : "by-menu");
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    show("ready");
    told.querySelector("button")?.addEventListener("click", () => void (event as Installing).prompt());
  });
  addEventListener("appinstalled", () => show("installed"));
}

/** Name the pages that are kept, the newest first, on the page that stands for one that isn't. */
async function listKept(script: HTMLScriptElement): Promise<void> {
  const list = document.getElementById("kept-pages");
  if (!list || !("caches" in window)) return;
  const found: { address: string; title: string; moment: string }[] = [];
  // The site itself may stand below another path.
  const isBelow = /\/staff(\/|$)/.test(script.dataset["scope"] ?? location.pathname);
  for (const name of (await cacheNames()).filter((each) => (isBelow ? isStaffs(each) : each.includes(" pages ")))) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      if (!answer?.headers.get("Content-Type")?.startsWith("text/html")) continue;
      const title = /<title>([^<]*)<\/title>/.exec(await answer.text())?.[1] ?? request.url;
      found.push({ address: request.url, title, moment: answer.headers.get(MOMENT) ?? "" });
    }
  }
  found.sort((one, other) => other.moment.localeCompare(one.moment));
  for (const { address, title, moment } of found) {
    const row = document.createElement("li");
    const link = document.createElement("a");
    link.href = address;
    // The title stands in the page as HTML: &amp; and the like are read as such.
    link.textContent = new DOMParser().parseFromString(title, "text/html").documentElement.textContent;
    row.append(link, ` · ${inWords(new Date(moment), script.dataset["zone"])}`);
    list.append(row);
  }
  list.previousElementSibling?.toggleAttribute("hidden", found.length === 0);
}
