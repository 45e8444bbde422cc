// The other forms of the diary: medicines, a dose, attacks, the evening and side effects. What the
// server makes of a form without JavaScript, `READ` makes of it here; on this phone first.

import { record } from "./actions.js";
import * as draft from "./draft.js";
import * as plans from "./plan.js";
import { showSaved } from "./saved.js";
import { sayFull } from "./status.js";
import { clock, diaryDay, joined, sinceWords, withOffset } from "./time.js";
import { fillList, find, inShell, say, showView, view } from "./views.js";

const EVENING = ["sleep", "activity", "goal"];
// These can be changed; diary/web/patient/event_words.py (CHANGED_AT) knows them too.
const ONCE_A_DAY = new Set(["medicines", "evening"]);
const boxes = (form, name) => [...form.querySelectorAll(`input[name="${name}"]`)];
const values = (inputs) => inputs.map((input) => input.value);

/** What a form says, as the diary wants it; null when it says nothing yet. */
const READ = {
  medicines: (form, { day }) => ({
    diary_day: day,
    not_taken: values(boxes(form, "taken").filter((box) => !box.checked)),
    patches_changed: values(boxes(form, "patch").filter((box) => box.checked)),
  }),
  dose: (form, { pressed }) => pressed && { medicine: pressed, count: form.elements.namedItem("count").value },
  attack: (_, { plan, now }) => {
    const running = plan.running_attack;
    if (!running) return { started_at: now, ended_at: null, intensity: null };
    return { replaces: running.id, started_at: running.started_at, ended_at: now, intensity: null };
  },
  attack_day: (_, { plan, day, pressed }) => {
    const none = ["0", "sure"].includes(pressed);
    const logged = none ? attacksOf(plan, day) : [];
    // "0" after an attack of today is asked once more; "sure" is the answer to that, and takes them back.
    if (logged.length && (pressed === "0" || isOnPaper(logged))) return null;
    return pressed && { diary_day: day, attacks: none ? 0 : Number(pressed), without: logged };
  },
  evening: (form, { plan, day }) => {
    const answers = EVENING.map((name) => [name, form.querySelector(`input[name="${name}"]:checked`)?.value]);
    const given = answers.filter(([name, value]) => plan.evening.includes(name) && value !== undefined);
    const numbers = Object.fromEntries(given.map(([name, value]) => [name, Number(value)]));
    return given.length ? { diary_day: day, sleep: null, activity: null, goal: null, ...numbers } : null;
  },
  symptoms: (form, { pressed }) => {
    const symptoms = values(boxes(form, "symptom").filter((box) => box.checked));
    // What is ticked is not thrown away by a tap on "None of these", and nothing is no answer.
    return (pressed === "none") === (symptoms.length === 0) ? { symptoms } : null;
  },
};

/** The attacks that began on `day`, as far as this phone knows. */
const attacksOf = (plan, day) =>
  plan.entries.filter((entry) => entry.kind === "attack" && diaryDay(plan, new Date(entry.at)) === day);
// What the team typed over is the team's to mend.
const isOnPaper = (entries) => entries.some((entry) => entry.paper);

/** Show the page of `name` ("medicines", "dose", "attacks" …) and let its forms answer. */
export async function showForms(plan, name, replaces) {
  const page = view(name);
  if (inShell) fill(page, plan);
  for (const form of page.querySelectorAll("[data-event]")) await bind(form, plan, replaces);
  if (!inShell) return;
  showView(name);
  page.querySelector("h1")?.focus({ preventScroll: true });
}

/** Bind the question how bad an attack was, on the page after saving. */
export function bindWorst(plan) {
  const form = find("worst");
  form.onsubmit = (event) => {
    event.preventDefault();
    const { ended } = form;
    if (!ended) return;
    const { started_at, ended_at } = ended;
    const content = { replaces: ended.id, started_at, ended_at, intensity: Number(event.submitter.value) };
    save(form, plan, "attack", content);
  };
}

async function bind(form, plan, replaces) {
  const kind = form.dataset.event;
  const about = replaces ?? "";
  const kept = await draft.load(plan, kind, about).catch(() => null);
  if (kept) restore(form, kept);
  form.addEventListener("change", () => {
    complain(form, null);
    draft.keep(plan, kind, about, filledIn(form)).catch(() => undefined);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const pressed = event.submitter?.value;
    // Another page, or another phone, may have told of an attack or of its end meanwhile.
    const known = kind === "attack_day" ? ((await plans.load().catch(() => null)) ?? plan) : plan;
    const day = diaryDay(plan);
    const content = READ[kind](form, { plan: known, pressed, now: withOffset(new Date()), day });
    complain(form, content ? null : wrong(pressed, attacksOf(known, day)));
    if (content) save(form, plan, kind, replaces ? { ...content, replaces } : content);
  });
}

/** What is wrong with a form that says nothing yet, by the button that was pressed. */
function wrong(pressed, attacks) {
  if (["0", "sure"].includes(pressed) && isOnPaper(attacks)) return "on-paper";
  return ["none", "0"].includes(pressed) ? "contradicts" : "empty";
}

/** Say what is wrong with a form, and no longer what was wrong before. */
function complain(form, problem) {
  for (const name of ["empty", "contradicts", "on-paper"]) {
    const words = find(name, form);
    if (words) words.hidden = name !== problem;
  }
}

async function save(form, plan, kind, { without = [], ...content }) {
  if (form.saving) return;
  form.saving = true;
  let item;
  try {
    item = await record(plan, { kind, ...(await instead(kind, content)) }, new Date(), without);
  } catch {
    sayFull();
    return;
  } finally {
    form.saving = false;
  }
  await draft.wipe(kind).catch(() => undefined);
  form.reset();
  if (kind === "attack" && item.ended_at) find("worst").ended = item;
  // What was taken back along with it would not come back by undoing it, so that is not promised.
  const way = without.length ? { undo: null } : undoing(plan, item);
  await showSaved(plan, item, { lines: LINES[kind](plan, item, find("saved-answers").dataset), ...way });
}

/** Another page of this phone may have saved today's answer meanwhile: this one then takes its place. */
async function instead(kind, content) {
  const plan = ONCE_A_DAY.has(kind) && !content.replaces && (await plans.load());
  const before = plan && plan.entries.find((entry) => entry.kind === kind && !entry.paper);
  return before ? { ...content, replaces: before.id } : content;
}

/** What is asked once a day is asked again; the rest is taken back and done anew. Undoing a stop lets
 * the attack run on; a change cannot be undone, only changed again. */
function undoing(plan, { id, kind, replaces, started_at, intensity }) {
  const change = ONCE_A_DAY.has(kind) ? () => location.assign(`/${kind}?replaces=${id}`) : undefined;
  if (!replaces) return { change };
  if (kind !== "attack" || intensity !== null) return { change, undo: null };
  const going = { kind, replaces: id, started_at, ended_at: null, intensity: null };
  return { undo: () => record(plan, going) };
}

/** What was saved, as diary/web/patient/event_words.py says it. */
const LINES = {
  medicines: (plan, item, words) => {
    const named = (title, ids) => ids.length > 0 && [title, joined(plan, ...labels(plan.medicines, "id", ids))];
    const told = [named(words.notTaken, item.not_taken), named(words.newPatch, item.patches_changed)].filter(Boolean);
    return told.length ? told : [[words.medicines, words.allTaken]];
  },
  dose: (plan, item) => {
    const count = `${item.count.replace("0.5", "½").replace(".5", "½")}×`;
    return labels(plan.medicines, "id", [item.medicine]).map((label) => [label, count]);
  },
  attack: (plan, item, words) => {
    const from = [words.started, clock(new Date(item.started_at), plan)];
    const over = item.ended_at && [words.ended, clock(new Date(item.ended_at), plan)];
    const worst = item.intensity !== null && [words.worstPain, item.intensity];
    return [from, over, worst].filter(Boolean);
  },
  attack_day: (_, item, words) => [[words.attacks, item.attacks]],
  evening: (_, item, words) => EVENING.filter((name) => item[name] !== null).map((name) => [words[name], item[name]]),
  symptoms: (plan, item, words) => {
    const told = labels(plan.symptoms, "code", item.symptoms);
    return [[words.symptoms, told.length ? joined(plan, ...told) : words.none]];
  },
};

/** Return the labels of those of `list` whose `key` is one of `wanted`. */
function labels(list, key, wanted) {
  return list.filter((one) => wanted.includes(one[key])).map((one) => one.label);
}

// How many of a medicine is asked from 1 on each time: a number that was left there would be taken for the next dose.
const inputs = (form) => [...form.querySelectorAll("input:not([type=hidden])")];

function filledIn(form) {
  return inputs(form).map((one) => [one.name, one.value, one.checked]);
}

function restore(form, kept) {
  const known = new Map(kept.map(([name, value, choice]) => [`${name} ${value}`, choice]));
  for (const one of inputs(form)) {
    one.checked = known.get(`${one.name} ${one.value}`) ?? one.checked;
  }
}

/** Put into the page from the phone what the server puts into its own. */
function fill(page, plan) {
  const box = (copy, { id, code, label }) => {
    const field = copy.matches("button") ? copy : copy.querySelector("input");
    field.value = id ?? code;
    find("label", copy).textContent = label;
  };
  const lists = {
    taken: plan.medicines.filter((one) => !one.as_needed && !one.patch),
    patch: plan.medicines.filter((one) => !one.as_needed && one.patch),
    dose: plan.medicines.filter((one) => one.as_needed),
    symptom: plan.symptoms,
  };
  for (const list of page.querySelectorAll("[data-list]")) {
    const items = lists[list.dataset.list];
    fillList(list, items, box);
    list.closest("[data-some]").hidden = items.length === 0;
  }
  for (const question of page.querySelectorAll("[data-evening]"))
    question.hidden = !plan.evening.includes(question.dataset.evening);
  for (const part of page.querySelectorAll("[data-attack-is]"))
    part.hidden = (part.dataset.attackIs === "running") !== Boolean(plan.running_attack);
  const since = find("since", page);
  if (since && plan.running_attack) say(since, { time: sinceWords(new Date(plan.running_attack.started_at), plan) });
}
