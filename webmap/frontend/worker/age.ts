// How long a device shows what it keeps of staff's: some hours after the server's last word, whatever the clock says then.

import { cacheNames, isStaffs, PREFIX, type Told } from "./caches";

/** Moments in milliseconds since 1970, by this device's clock. */
interface Clock {
  /** Until then what is kept is shown; 0 once it has been deleted for its age. */
  until: number;
  /** The newest moment that has been seen: a clock that is set back is behind it, and doesn't count. */
  newest: number;
}

const CLOCK = "clock";
/** So often the newest moment is written down at most. */
const STEP_MS = 60_000;
const HOUR_MS = 3_600_000;

let written = 0;

/** Note that the server has spoken for a session: from now on the hours are counted anew. */
export async function noteWord({ scope, hours }: Pick<Told, "scope" | "hours">): Promise<void> {
  const now = Date.now();
  if (now >= written && now - written < STEP_MS) return;
  written = now;
  await write(await caches.open(nameOf(scope)), { until: now + hours * HOUR_MS, newest: now });
}

/** Delete what is kept of staff's where its time is over; say whether it is, and has gone. */
export async function endOld(): Promise<boolean> {
  const names = await cacheNames();
  const kept = names.filter(isStaffs);
  for (const name of names.filter(isClock)) {
    const cache = await caches.open(name);
    const clock = await read(cache);
    if (!clock) continue;
    const now = Math.max(Date.now(), clock.newest);
    if (now > clock.until) {
      await Promise.all(kept.map((each) => caches.delete(each)));
      await write(cache, { until: 0, newest: now });
      written = 0;
      return true;
    }
    if (now - clock.newest >= STEP_MS) await write(cache, { ...clock, newest: now });
    return false;
  }
  // Of what has no clock nobody knows how old it is.
  await Promise.all(kept.map((each) => caches.delete(each)));
  return false;
}

/** Forget the clock, too: whoever signs out, or was signed out, has nothing here whose age would matter. */
export async function forgetClock(): Promise<void> {
  written = 0;
  await Promise.all((await cacheNames()).filter(isClock).map((name) => caches.delete(name)));
}

/** Forget that something has been deleted for its age: who signs in after that is told of what is kept from now on. */
export async function forgetOver(): Promise<void> {
  for (const name of (await cacheNames()).filter(isClock)) {
    if ((await read(await caches.open(name)))?.until === 0) await caches.delete(name);
  }
}

function nameOf(scope: string): string {
  return `${PREFIX}${scope} ${CLOCK}`;
}

function isClock(name: string): boolean {
  return name.endsWith(` ${CLOCK}`);
}

async function read(cache: Cache): Promise<Clock | null> {
  return cache.match(`/${CLOCK}`).then((found) => found?.json() ?? null, () => null) as Promise<Clock | null>;
}

async function write(cache: Cache, clock: Clock): Promise<void> {
  await cache.put(`/${CLOCK}`, new Response(JSON.stringify(clock)));
}
