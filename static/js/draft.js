// What is filled in by half: it outlives a reload and a crash, encrypted like the rest, until it is
// saved, stopped, or its day is over.

import { forget, run, seal, unseal } from "./db.js";
import { diaryDay } from "./time.js";

const name = (form) => `draft ${form}`;

/** Keep what stands in `form` ("score", "evening" …) for the task `about`. */
export async function keep(plan, form, about, values) {
  const draft = await seal({ owner: plan.owner, pathway: plan.pathway, day: diaryDay(plan), about, values });
  await run("facts", "readwrite", (facts) => facts.put(draft, name(form)));
}

/** Return the values that were kept for this patient, day and task, or null. */
export async function load(plan, form, about) {
  const kept = await run("facts", "readonly", (facts) => facts.get(name(form)));
  const draft = kept && (await unseal(kept).catch(() => null));
  const own = draft && draft.owner === plan.owner && draft.pathway === plan.pathway;
  const same = own && draft.day === diaryDay(plan) && draft.about === about;
  return same ? draft.values : null;
}

/** Forget what was kept of `form`. */
export const wipe = (form) => forget(name(form));
