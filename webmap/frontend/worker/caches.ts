// How what a device keeps is called, so that the worker and the pages find the same.

/** What the server tells the worker. */
export interface Told {
  /** Of all that the shell is made of: another one replaces it. */
  version: string;
  /** The path that its addresses begin with, "/" or "/staff/" where the site is at a root. */
  scope: string;
  isStaff: boolean;
  /** Paths of the shell. */
  shell: string[];
  /** The page that says what there is without a network; one of the shell. */
  offline: string;
  /** So many hours after the server's last word what is kept of staff's is shown. */
  hours: number;
  /** Which pages of residents are kept, as expressions of their paths. */
  pages: string[];
}

/** The header of a kept answer that says when it was kept. */
export const MOMENT = "X-Csmap-Kept";
/** What all of the site's caches are called first. */
export const PREFIX = "csmap ";

/** Return the name of a cache; with "" for its version what all versions' begin with. */
export function nameOf(told: Pick<Told, "scope" | "version">, what: string, version = told.version): string {
  return `${PREFIX}${told.scope} ${what}${version && ` ${version}`}`;
}

/** Say whether a cache is of the same part of the site, and of another version. */
export function isOlder(told: Told, name: string): boolean {
  return name.startsWith(`${PREFIX}${told.scope} `) && !name.endsWith(` ${told.version}`);
}

/** Return the names of all of the site's caches on this device. */
export async function cacheNames(): Promise<string[]> {
  return (await caches.keys()).filter((name) => name.startsWith(PREFIX));
}

/** Say whether a cache holds something of staff's. */
export function isStaffs(name: string): boolean {
  return name.includes(" session-");
}
