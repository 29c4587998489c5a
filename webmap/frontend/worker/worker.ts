// What a device keeps of the site, for when there is no network: served as sw.js at the root and below /staff.
//
// The network comes first, always: what is kept is shown only where nothing answers. Of staff's answers just those are
// kept that the server names with a header, and just for the session that asked: the Cache API heeds no "no-store".

import { endOld, forgetClock, forgetOver, noteWord } from "./age";
import { cacheNames, isOlder, MOMENT, nameOf, type Told } from "./caches";

interface Later extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Later {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Said extends Later {
  data: { ask?: "moment" | "forget"; address?: string };
  ports: MessagePort[];
}
interface Scope {
  told: Told;
  skipWaiting(): Promise<void>;
  addEventListener(kind: "install" | "activate", heed: (event: Later) => void): void;
  addEventListener(kind: "fetch", heed: (event: Asked) => void): void;
  addEventListener(kind: "message", heed: (event: Said) => void): void;
}

const scope = self as unknown as Scope;
const told = scope.told;
const SHELL = nameOf(told, "shell");
const PAGES = nameOf(told, "pages");
const MAP = nameOf(told, "map");
const MOST = { [PAGES]: 60, [MAP]: 400 } as Record<string, number>;
const MOST_OF_STAFF = 1000;
const SESSION = "X-Csmap-Session";
const KEEP = "X-Csmap-Keep";
/** What the map asks for besides its page; files to take away, and parts of files, are never kept. */
const OF_MAP = /^\/(style\.json$|panel\/|ogc\/(base|collections\/[^/]+)\/tiles\/)/;
/** Answers of staff's that are looked at, as they say whose they are or that the session has ended. */
const OF_STAFF = /^\/($|style\.json$|panel\/|ogc\/|api\/|search$|officer(\/hazards)?$)/;

const KEPT_ONCE = ["", "officer/hazards"];

/** When what was shown for an address was kept, where it was. */
const shownFromHere = new Map<string, string>();
/** How often all that was kept of staff's has gone: what was asked for before isn't kept after. */
let endings = 0;
/** Whether all that was kept of staff's was told to go: nothing that is still under way is kept then. */
let isForgotten = false;
/** How many of staff's answers have been asked for; and the last one that has come so far, with its session. */
let askings = 0;
let last = { asking: 0, session: "" };

scope.addEventListener("install", (event) => {
  // Asked of the server anew, so that one version of the site isn't mixed with another.
  const shell = told.shell.map((address) => new Request(address, { cache: "no-cache" }));
  event.waitUntil(
    caches
      .open(SHELL)
      .then((kept) => kept.addAll(shell))
      .then(() => scope.skipWaiting()),
  );
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(forgetThose((name) => isOlder(told, name)));
});

scope.addEventListener("message", (event) => {
  const [port] = event.ports;
  if (!port) return;
  if (event.data.ask === "moment") port.postMessage(shownFromHere.get(event.data.address ?? "") ?? "");
  if (event.data.ask !== "forget") return;
  isForgotten = true;
  event.waitUntil(forgetSessions("").then(() => port.postMessage("")));
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin || request.headers.has("range")) return;
  if (!address.pathname.startsWith(told.scope)) return;
  const path = address.pathname.slice(told.scope.length - 1);
  if (!told.isStaff && path.startsWith("/staff")) return;
  const isPage = request.mode === "navigate";
  if (told.shell.includes(address.pathname)) event.respondWith(shellFirst(request));
  else if (told.isStaff && (isPage || OF_STAFF.test(path))) event.respondWith(staffs(event, isPage));
  else if (isPage && told.pages.some((page) => new RegExp(page).test(path))) event.respondWith(residents(event, PAGES));
  else if (OF_MAP.test(path) && !told.isStaff) event.respondWith(residents(event, MAP));
});

/** Answer with a part of the shell: the server's own where it answers, as the page may be of a newer version. */
async function shellFirst(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request, { cacheName: SHELL, ignoreSearch: true, ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

async function residents(event: Asked, cache: string): Promise<Response> {
  const { request } = event;
  try {
    const answer = await fetch(request);
    // A page in its own words for a mistake, or one that led elsewhere, isn't what the address says.
    if (answer.ok && !answer.redirected) event.waitUntil(keep(cache, request, answer.clone()));
    shownFromHere.delete(request.url);
    return answer;
  } catch (error) {
    return shownAgain(request, [cache], error);
  }
}

async function staffs(event: Asked, isPage: boolean): Promise<Response> {
  const { request } = event;
  if (isPage) isForgotten = false;
  const before = endings;
  const asking = ++askings;
  try {
    const answer = await fetch(request);
    shownFromHere.delete(request.url);
    const session = answer.headers.get(SESSION);
    // One that was asked for before the last session began says nothing of that one.
    if (answer.status === 401 && asking >= last.asking) await forgetSessions("");
    if (answer.status === 401 || !session || !isOfLast(session, asking)) return answer;
    await forgetSessions(session);
    // Who keeps nothing has nothing that gets old.
    if (answer.headers.has(KEEP)) await noteWord(told);
    if (answer.ok && !answer.redirected && answer.headers.has(KEEP)) {
      event.waitUntil(keepOfSession(session, request, answer.clone(), before));
    }
    return answer;
  } catch (error) {
    if (await endOld()) endings += 1;
    return shownAgain(request, await sessionCaches(), error);
  }
}

/** Say whether an answer's session is the one that counts: what was asked for before another one began may come after. */
function isOfLast(session: string, asking: number): boolean {
  if (asking < last.asking) return session === last.session;
  last = { asking, session };
  return true;
}

/** Answer with what was kept, or with the page that says what there is. */
async function shownAgain(request: Request, from: string[], error: unknown): Promise<Response> {
  for (const name of from) {
    const kept = await caches.match(request, { cacheName: name, ignoreVary: true });
    if (!kept) continue;
    shownFromHere.set(request.url, kept.headers.get(MOMENT) ?? "");
    return kept;
  }
  // Of the map of the own areas and of the form there is one page each, whatever the address asks for: scripts read that.
  const { pathname } = new URL(request.url);
  if (told.isStaff && request.mode === "navigate" && KEPT_ONCE.includes(pathname.slice(told.scope.length))) {
    for (const name of from) {
      const kept = await caches.match(pathname, { cacheName: name, ignoreVary: true });
      if (!kept) continue;
      shownFromHere.set(request.url, kept.headers.get(MOMENT) ?? "");
      return kept;
    }
  }
  const instead = request.mode === "navigate" ? await caches.match(told.offline, { cacheName: SHELL }) : undefined;
  if (instead) return instead;
  throw error;
}

async function keep(name: string, request: Request, answer: Response): Promise<void> {
  const headers = new Headers(answer.headers);
  headers.set(MOMENT, new Date().toISOString());
  const cache = await caches.open(name);
  // A tile of nothing has no body, and may have none.
  const body = answer.status === 204 ? null : await answer.blob();
  await cache.put(request, new Response(body, { status: answer.status, headers }));
  const kept = await cache.keys();
  const most = MOST[name] ?? MOST_OF_STAFF;
  await Promise.all(kept.slice(0, Math.max(0, kept.length - most)).map((oldest) => cache.delete(oldest)));
}

/** Keep an answer for its session, unless one has ended since it was asked for: `before` is how many had by then. */
async function keepOfSession(session: string, request: Request, answer: Response, before: number): Promise<void> {
  if (isForgotten || endings !== before) return;
  const name = nameOf(told, `session-${session}`);
  await keep(name, request, answer);
  if (isForgotten || endings !== before) await caches.delete(name);
}

async function sessionCaches(): Promise<string[]> {
  return (await cacheNames()).filter((name) => name.startsWith(nameOf(told, "session-", "")));
}

/** Forget what was kept for every session but one; for all of them where it is "". */
async function forgetSessions(session: string): Promise<void> {
  if (session === "") {
    endings += 1;
    await forgetClock();
  } else {
    await forgetOver();
  }
  const own = nameOf(told, `session-${session}`);
  await forgetThose((name) => name.startsWith(nameOf(told, "session-", "")) && (session === "" || name !== own));
}

async function forgetThose(isGone: (name: string) => boolean): Promise<void> {
  await Promise.all((await cacheNames()).filter(isGone).map((name) => caches.delete(name)));
}
