// What an officer has recorded without a network: kept on the phone, for its account alone, until the server has it.

/** A hazard or a step that the server doesn't have yet; `key` tells it from others there, too: it is recorded once. */
export interface Draft {
  key: string;
  account: string;
  made: string;
  title: string;
  /** Where its form goes. */
  address: string;
  fields: Record<string, string>;
  photo: File | null;
  /** Where it lies was not looked up: the phone's own position is asked about before it is sent. */
  isUnplaced: boolean;
  /** Why it is still here: "waiting" for a network, "later" as the server can't now, "near", "refused" for good, "signed-out". */
  state: "waiting" | "later" | "near" | "refused" | "signed-out";
  why: string;
}

export const DATABASE = "csmap drafts";
const STORE = "drafts";

export async function keepDraft(draft: Draft): Promise<void> {
  await done((store) => store.put(draft));
}

/** Keep what has become of a draft; say whether it is still there: what is discarded meanwhile stays away. */
export async function keepIfThere(draft: Draft): Promise<boolean> {
  const found = await done<IDBValidKey | undefined>((store) => {
    const asked = store.getKey(draft.key);
    asked.onsuccess = () => void (asked.result !== undefined && store.put(draft));
    return asked;
  });
  return found !== undefined;
}

export async function dropDraft(key: string): Promise<void> {
  await done((store) => store.delete(key));
}

/** Return an account's drafts, the oldest first; those of others are deleted: who signs in now isn't who wrote them. */
export async function draftsOf(account: string): Promise<Draft[]> {
  const all = await done<Draft[]>((store) => store.getAll());
  for (const other of all.filter((each) => each.account !== account)) await dropDraft(other.key);
  return all.filter((each) => each.account === account).sort((one, next) => one.made.localeCompare(next.made));
}

/** Return how many drafts there are, without making the database where there is none. */
export async function countDrafts(): Promise<number> {
  if (!("indexedDB" in window) || !(await indexedDB.databases()).some(({ name }) => name === DATABASE)) return 0;
  return done<number>((store) => store.count());
}

async function done<T>(ask: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  const database = await opened();
  try {
    return await new Promise((answered, failed) => {
      const under = database.transaction(STORE, "readwrite");
      const asked = ask(under.objectStore(STORE));
      under.oncomplete = () => answered(asked.result as T);
      under.onabort = () => failed(under.error ?? new Error("the phone keeps no drafts"));
    });
  } finally {
    database.close();
  }
}

async function opened(): Promise<IDBDatabase> {
  return new Promise((answered, failed) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => answered(asked.result);
    asked.onerror = () => failed(asked.error ?? new Error("the phone keeps no drafts"));
  });
}
