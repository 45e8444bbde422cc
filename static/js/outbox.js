// The queue of answers that the diary has not confirmed yet. An answer leaves it only when the diary
// says that it has it, or when the patient removes one that was refused.

import { run, seal, unseal } from "./db.js";

/** Keep `entry` for `owner`; resolves once it is on disk. */
export async function add(owner, entry) {
  const kept = { id: entry.id, owner, refused: null, ...(await seal(entry)) };
  await run("outbox", "readwrite", (outbox) => outbox.add(kept));
}

/** Return everything that is kept, oldest first; `entry` is null when it can no longer be read. */
export async function list() {
  const rows = await run("outbox", "readonly", (outbox) => outbox.getAll());
  return Promise.all(
    rows.map(async ({ position, id, owner, refused, ...sealed }) => {
      const entry = await unseal(sealed).catch(() => null);
      return { position, id, owner, refused, entry };
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
