// Sends the queue. Whether there is a network is decided by the request itself: `navigator.onLine`
// lies. One sender at a time; two would only cost data, as the diary knows every id.

import * as outbox from "./outbox.js";
import * as plans from "./plan.js";
import { withOffset } from "./time.js";

const TIMEOUT = 15000;
const MOST_AT_ONCE = 50;
const CHANNEL = "diary-outbox";

/** Send everything that waits for the owner of this phone. Resolves with what is left, and how
 * many were `sent`. */
export async function flush() {
  const send = async () => {
    const plan = await plans.load();
    const before = await outbox.sorted(plan?.owner);
    const problem = plan ? await sendAll(plan.owner) : null;
    const left = await outbox.sorted(plan?.owner);
    return { problem, ...left, sent: before.waiting.length - left.waiting.length };
  };
  const left = navigator.locks ? await navigator.locks.request(CHANNEL, send) : await send();
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ problem: left.problem, sent: left.sent });
  channel.close();
  return left;
}

/** Call `listener({problem, sent})` after every flush in another tab or in the service worker. */
export function onFlush(listener) {
  new BroadcastChannel(CHANNEL).onmessage = (event) => listener(event.data);
}

/** Ask the browser to send when there is a network again, even with the page closed. */
export async function sendLater(own) {
  const registration = own ?? (await navigator.serviceWorker?.getRegistration());
  // Safari has no Background Sync: there the next visit sends.
  await registration?.sync?.register(CHANNEL).catch(() => undefined);
}

async function sendAll(owner) {
  for (;;) {
    const { waiting } = await outbox.sorted(owner);
    if (waiting.length === 0) return null;
    const problem = await sendSome(owner, waiting.slice(0, MOST_AT_ONCE));
    if (problem) return problem;
  }
}

async function sendSome(owner, items) {
  let response;
  let answer;
  try {
    response = await post(owner, items);
    answer = await response.json();
  } catch {
    return response && !response.ok ? "busy" : "offline";
  }
  if (response.ok) return settle(items, answer.results);
  if (response.status === 401) return "signed-out";
  if (response.status === 400 || response.status === 413) return refuseBatch(owner, items, answer);
  if (response.status === 409) await plans.refresh();
  return "busy";
}

function post(owner, items) {
  return fetch("/api/v1/entries", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      sent_at: withOffset(new Date()),
      owner,
      entries: items.map((item) => item.entry),
    }),
    signal: AbortSignal.timeout(TIMEOUT),
  });
}

async function settle(items, results) {
  let settled = 0;
  for (const [index, result] of results.entries()) {
    const item = items[index];
    if (result.status === "rejected") await outbox.refuse(item.position, result.error.message);
    else if (result.id === item.id) await outbox.remove(item.position);
    else continue;
    settled += 1;
  }
  // Without progress the next round would be the same one, for ever.
  return settled ? null : "busy";
}

/** A batch that is refused as a whole must not block the queue: try its items one by one. */
async function refuseBatch(owner, items, answer) {
  if (items.length === 1) {
    await outbox.refuse(items[0].position, answer.error?.message ?? "");
    return null;
  }
  for (const item of items) {
    const problem = await sendSome(owner, [item]);
    if (problem) return problem;
  }
  return null;
}
