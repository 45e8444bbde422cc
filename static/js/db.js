// What the phone keeps until the diary has it. Every value is encrypted (AES-GCM) with a key that
// cannot leave this browser; only ids, the owner and the order stand open. No names.

const NAME = "diary";
const VERSION = 1;
const ALGORITHM = "AES-GCM";
const text = { encode: new TextEncoder(), decode: new TextDecoder() };
let opening;

/** Tell whether this browser can keep anything safely (private windows and plain http cannot). */
export function canKeep() {
  return Boolean(globalThis.isSecureContext && globalThis.indexedDB && globalThis.crypto?.subtle);
}

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("keys");
      request.result.createObjectStore("facts");
      request.result.createObjectStore("outbox", { keyPath: "position", autoIncrement: true });
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const opened = request.result;
      const forget = () => {
        opened.close();
        opening = undefined;
      };
      opened.onversionchange = forget;
      opened.onclose = forget;
      resolve(opened);
    };
  });
  opening.catch(() => {
    opening = undefined;
  });
  return opening;
}

/** Run `work(objectStore)` in a transaction; resolves with its result once that is on disk. */
export async function run(store, mode, work) {
  const opened = await database();
  return new Promise((resolve, reject) => {
    const transaction = opened.transaction(store, mode, { durability: "strict" });
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

async function key() {
  const kept = () => run("keys", "readonly", (keys) => keys.get(ALGORITHM));
  const known = await kept();
  if (known) return known;
  const fresh = await crypto.subtle.generateKey({ name: ALGORITHM, length: 256 }, false, ["encrypt", "decrypt"]);
  try {
    await run("keys", "readwrite", (keys) => keys.add(fresh, ALGORITHM));
    return fresh;
  } catch {
    // Another tab was first: its key holds.
    return kept();
  }
}

/** Forget the fact that is called `name`. */
export const forget = (name) => run("facts", "readwrite", (facts) => facts.delete(name));

/** Tell whether this browser has kept anything yet; it has not when its memory was cleared away. */
export async function hasKept() {
  return (await run("keys", "readonly", (keys) => keys.count())) > 0;
}

/** Return `value` encrypted. */
export async function seal(value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = text.encode.encode(JSON.stringify(value));
  return { iv, sealed: await crypto.subtle.encrypt({ name: ALGORITHM, iv }, await key(), plain) };
}

/** Return what `seal` was given; throws when the key is lost. */
export async function unseal({ iv, sealed }) {
  return JSON.parse(text.decode.decode(await crypto.subtle.decrypt({ name: ALGORITHM, iv }, await key(), sealed)));
}
