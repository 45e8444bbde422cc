// The queue of answers that the diary has not confirmed yet. An answer leaves it only when the diary
// says that it has it, or when the patient removes one that was refused.

import { hasKept, run, seal, unseal } from "./db.js";

// A browser may clear away what pages keep; a cookie outlives that. It says that something waits,
// and nothing else.
const MARK = "diary_waiting";
const A_YEAR = 365 * 24 * 3600;

function mark(waits) {
  const safe = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${MARK}=1; Path=/; SameSite=Strict; Max-Age=${waits ? A_YEAR : 0}${safe}`;
}

/** Tell whether answers that waited were cleared away by the browser. Ask before anything is kept anew. */
export async function wasCleared() {
  return document.cookie.includes(`${MARK}=1`) && !(await hasKept());
}

/** Take the mark away once nothing waits any more (the service worker, which sends too, cannot). */
export async function unmark() {
  if ((await run("outbox", "readonly", (outbox) => outbox.count())) === 0) mark(false);
}

/** Keep `entries` for `owner`, in this order; resolves once all of them are on disk, or none is.
 *
 * They are one thing to the patient, which the last of them is: the others are `part` of it.
 */
export async function add(owner, ...entries) {
  const last = entries.at(-1);
  const keep = async (entry) => ({ id: entry.id, owner, refused: null, part: entry !== last, ...(await seal(entry)) });
  const kept = await Promise.all(entries.map(keep));
  await run("outbox", "readwrite", (outbox) => kept.map((one) => outbox.add(one)).at(-1));
  mark(true);
  // Not waited for: a browser may ask the patient, and the answer is on disk already.
  navigator.storage?.persist?.().catch(() => undefined);
}

/** Return everything that is kept, oldest first; `entry` is null when it can no longer be read. */
export async function list() {
  const rows = await run("outbox", "readonly", (outbox) => outbox.getAll());
  return Promise.all(
    rows.map(async ({ position, id, owner, refused, part, ...sealed }) => {
      const entry = await unseal(sealed).catch(() => null);
      return { position, id, owner, refused, part, entry };
    }),
  );
}

/** Take an item out: the diary has it, or the patient removed it. */
export async function remove(position) {
  await run("outbox", "readwrite", (outbox) => outbox.delete(position));
}

/** Keep an item that the diary refused, with what it said (`message`, already translated). */
export async function refuse(position, message) {
  const row = await run("outbox", "readonly", (outbox) => outbox.get(position));
  if (row) await run("outbox", "readwrite", (outbox) => outbox.put({ ...row, refused: message }));
}

/** Sort what is kept by what happens to it. */
export async function sorted(owner) {
  const items = await list();
  const own = items.filter((item) => item.owner === owner);
  return {
    waiting: own.filter((item) => item.refused === null && item.entry !== null),
    refused: own.filter((item) => item.refused !== null || item.entry === null),
    others: items.filter((item) => item.owner !== owner),
  };
}
