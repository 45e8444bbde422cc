// What a patient does: first onto this phone, then into the plan that the phone shows, then to the
// diary. The plan is brought in step here, so that the start is right without a network too.

import * as outbox from "./outbox.js";
import * as plans from "./plan.js";
import { diaryDay, withOffset } from "./time.js";

/** Read the plan anew, with what still waits on this phone put into it. Returns {plan, signedOut}. */
export async function refresh() {
  const read = await plans.refresh();
  if (!read.plan) return read;
  const { waiting } = await outbox.sorted(read.plan.owner);
  for (const { entry } of waiting) put(read.plan, entry, new Date(entry.measured_at));
  if (waiting.length) await plans.keep(read.plan);
  tidy(read.plan);
  return read;
}

/** Keep `content` as a new item of the diary; resolves with it once it is on disk. What it says was
 * not so (`without`, events) is taken back before it, all together or not at all. */
export async function record(plan, content, now = new Date(), without = []) {
  const made = { measured_at: withOffset(now), pathway: plan.pathway };
  const gone = without.map(({ id, kind }) => ({ kind, replaces: id, withdrawn: true }));
  const items = [...gone, content].map((one) => ({ id: crypto.randomUUID(), ...made, ...one }));
  await outbox.add(plan.owner, ...items);
  await change(plan, (fresh) => items.forEach((item) => put(fresh, item, now)));
  return items.at(-1);
}

/** Take an item back: it may be with the diary already, so that is told too. */
export async function takeBack(plan, { id, kind }) {
  const content = { replaces: id, withdrawn: true };
  return record(plan, kind ? { kind, ...content } : content);
}

/** Take reminders off the screen; nothing waits for it. */
function tidy(plan) {
  import("./notices.js").then((notices) => notices.tidy(plan)).catch(() => undefined);
}

async function change(plan, work) {
  try {
    const fresh = (await plans.load()) ?? plan;
    work(fresh);
    await plans.keep(fresh);
    Object.assign(plan, fresh);
    tidy(plan);
  } catch {
    // The item itself is safe; the start is only less up to date.
  }
}

/** Put `item` into `plan` as the diary would; one that an earlier plan asked for has no place in it. */
function put(plan, item, now) {
  if (item.pathway && item.pathway !== plan.pathway) return;
  const { id, kind, replaces } = item;
  const before = plan.entries.find((entry) => entry.id === replaces);
  plan.entries = plan.entries.filter((entry) => entry !== before && entry.id !== id);
  if (item.withdrawn) {
    undone(plan, replaces, kind, before);
    return;
  }
  const today = diaryDay(plan, now) === diaryDay(plan);
  if (kind === "attack") plan.running_attack = item.ended_at ? null : { id, started_at: item.started_at };
  else if (kind in plan.today) plan.today[kind] = today;
  const asked = kind ? null : answered(plan, item, now);
  if (!today) return;
  const at = before?.at ?? (item.started_at || item.measured_at);
  const label = before?.label ?? asked?.label ?? plan.medicines.find((m) => m.id === item.medicine)?.label;
  plan.entries.push({ ...before, id, kind, label, at, moment: before?.moment ?? asked?.moment ?? null });
}

/** Mark the moment that a score answers; a correction answers what its first answer did. */
function answered(plan, item, now) {
  if (item.replaces) return null;
  const asked = item.moment ? plans.missed(plan, item.moment, now) : plans.openMoment(plan, now);
  if (asked) stateOf(plan, asked, item.moment ? "late" : "answered");
  return asked;
}

function undone(plan, id, kind, before) {
  if (plan.running_attack?.id === id) plan.running_attack = null;
  else if (kind in plan.today) plan.today[kind] = false;
  if (!before?.moment) return;
  const day = diaryDay(plan);
  stateOf(plan, { day, moment: before.moment }, "coming");
}

function stateOf(plan, { day, moment }, state) {
  const found = plan.moments.find((one) => one.day === day && one.moment === moment);
  if (found) found.state = state;
}
