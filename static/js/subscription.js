// Where Web Push reaches this phone, for pages and the service worker. Browsers can be slow or silent
// here: everything has an end.

const ADDRESS = "/api/v1/subscriptions";
const TIMEOUT = 15000;

/** Give up on a promise that never comes. */
export function withEnd(promise) {
  const end = new Promise((_, reject) => setTimeout(() => reject(new Error("time-out")), TIMEOUT));
  return Promise.race([promise, end]);
}

async function ask(method, subscription) {
  const response = await fetch(ADDRESS, {
    method,
    headers: subscription ? { "Content-Type": "application/json" } : {},
    body: subscription && JSON.stringify(subscription),
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (!response.ok) throw new Error(`refused: ${response.status}`);
  return response;
}

/** Tell the diary where this phone is reached, and which of its keys that address goes with. */
export const tell = (subscription) => ask("POST", { ...subscription.toJSON(), key: keyOf(subscription) });

/** Return the diary's key that a subscription was made with; undefined where a browser does not say. */
export function keyOf({ options }) {
  const key = options?.applicationServerKey;
  return key && btoa(String.fromCharCode(...new Uint8Array(key))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Tell the diary that this phone is not reached any more. */
export const untell = () => ask("DELETE");

/** Return the browser's own subscription, null without one. */
export async function current(registration) {
  const own = registration ?? (await navigator.serviceWorker.getRegistration());
  return (await withEnd(own?.pushManager.getSubscription())) ?? null;
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Make a subscription and tell the diary; permission was given before. */
export async function subscribe(registration) {
  const { key } = await (await ask("GET")).json();
  const own = registration ?? (await withEnd(navigator.serviceWorker.ready));
  const made = await withEnd(
    own.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }),
  );
  await tell(made);
  return made;
}
