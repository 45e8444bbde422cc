// The plan of moments on the phone: what is asked, when, and of whose diary this phone is.

import { forget, run, seal, unseal } from "./db.js";
import { diaryDay } from "./time.js";

const TIMEOUT = 8000;
// A clock that is further off is said (protocol.md, section 1): moments would open at a wrong time.
const CLOCK_ERROR = 5 * 60000;
// What a day starts with; a plan that was kept by an older version has less in it.
const NOTHING_DONE = { medicines: false, evening: false, attack_day: false };
const LEAST = { telephone: "", medicines: [], attacks: false, running_attack: null, evening: [], symptoms: [] };

/** Return the plan as it was last read, with nothing done yet when that was another day, or null. */
export async function load() {
  const kept = await run("facts", "readonly", (facts) => facts.get("plan"));
  const plan = kept && (await unseal(kept.plan).catch(() => null));
  if (!plan) return null;
  const today = plan.day === diaryDay(plan) ? {} : { today: { ...NOTHING_DONE }, entries: [] };
  return { ...LEAST, ...plan, ...today };
}

/** Keep `plan`; its language stands open, for the service worker to choose the page by. */
export async function keep(plan) {
  plan.day = diaryDay(plan);
  const kept = { plan: await seal(plan), language: plan.language };
  await run("facts", "readwrite", (facts) => facts.put(kept, "plan"));
}

/** Forget a plan that is not of `owner`. */
export async function forgetOthers(owner) {
  const plan = await load();
  if (plan && plan.owner !== owner) await forget("plan");
}

/** Return the language of the plan, or null. */
export async function language() {
  const kept = await run("facts", "readonly", (facts) => facts.get("plan"));
  return kept ? kept.language : null;
}

/** Read the plan anew. Returns {plan, signedOut}; plan is null when the diary was not reached. */
export async function refresh() {
  let response;
  try {
    response = await fetch("/api/v1/today", { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT) });
    if (response.ok) {
      const plan = { ...LEAST, today: { ...NOTHING_DONE }, entries: [], ...(await response.json()) };
      await keep(plan);
      return { plan, signedOut: false };
    }
  } catch {
    return { plan: null, signedOut: false };
  }
  return { plan: null, signedOut: response.status === 401 };
}

/** Tell whether this phone's clock is wrong, by a plan that was read just now. */
export const isClockWrong = (plan) => Math.abs(Date.parse(plan.now) - Date.now()) > CLOCK_ERROR;

/** Return the plan's moments as they stand now, by the phone's clock. */
export function moments(plan, now = new Date()) {
  return plan.moments.map((moment) => {
    const [at, opens, closes] = [moment.at, moment.opens, moment.closes].map((text) => new Date(text));
    const asked = moment.state === "coming" || moment.state === "open";
    return { ...moment, at, opens, closes, open: asked && opens <= now && now < closes };
  });
}

/** Return the open moment, or undefined. */
export function openMoment(plan, now = new Date()) {
  return moments(plan, now).find((moment) => moment.open);
}

/** Return the latest moment of this name whose time is over without an answer, or undefined. */
export function missed(plan, name, now = new Date()) {
  return moments(plan, now).findLast((m) => m.moment === name && m.closes <= now && m.state !== "answered");
}

/** Return the next moment that opens, or undefined. */
export function nextMoment(plan, now = new Date()) {
  return moments(plan, now).find((moment) => moment.opens > now);
}

/** Return the moment of this hour when it was answered already, or undefined. */
export function doneNow(plan, now = new Date()) {
  const due = (moment) => moment.opens <= now && now < moment.closes;
  return openMoment(plan, now) ? undefined : moments(plan, now).find((m) => due(m) && m.state === "answered");
}
