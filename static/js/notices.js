// What a reminder did on this phone: it was shown, it was opened. "Not delivered" must never pass for
// "not answered", so this waits for a network as the answers do.

import { forget, run, seal, unseal } from "./db.js";
import { moments } from "./plan.js";
import { withOffset } from "./time.js";

const ADDRESS = "/api/v1/notifications";
const TIMEOUT = 15000;
const MOST_AT_ONCE = 100;

/** Keep that the reminder ({prompt, step, channel}) was `event`: "shown" or "opened". The first time counts. */
export async function note({ prompt, step, channel }, event) {
  const name = `notice ${prompt} ${step} ${channel} ${event}`;
  const sealed = await seal({ prompt, step, channel, event, at: withOffset(new Date()) });
  await run("facts", "readwrite", (facts) => facts.add({ name, ...sealed }, name)).catch(() => undefined);
}

/** Send what is kept; throws when there is no network. */
export async function send() {
  const ours = IDBKeyRange.bound("notice ", "notice \uffff");
  const kept = await run("facts", "readonly", (facts) => facts.getAll(ours, MOST_AT_ONCE));
  if (!kept.length) return;
  const read = await Promise.all(kept.map((one) => unseal(one).catch(() => null)));
  const response = await fetch(ADDRESS, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ notifications: read.filter(Boolean) }),
    keepalive: true,
    signal: AbortSignal.timeout(TIMEOUT),
  });
  // What can never be taken is no use to anybody.
  if (response.ok || response.status === 400) await Promise.all(kept.map(({ name }) => forget(name)));
  else throw new Error(`refused: ${response.status}`);
}

/** Take the reminders off the screen whose moment is answered or over. */
export async function tidy(plan) {
  const over = new Set(moments(plan).flatMap((moment) => (moment.open ? [] : [moment.prompt])));
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const shown of (await registration?.getNotifications()) ?? []) if (over.has(shown.tag)) shown.close();
}
