// Which part of the diary this page is, and the script that takes it over. That happens only where
// the phone can keep answers; else the plain forms do the work.

import { takeBack } from "./actions.js";
import { send, started as appStarted } from "./app.js";
import { canKeep } from "./db.js";
import * as draft from "./draft.js";
import { bindWorst, showForms } from "./events.js";
import * as notices from "./notices.js";
import * as plans from "./plan.js";
import { Scoring } from "./score.js";
import { showStart } from "./start.js";
import { sayFull } from "./status.js";
import { sendLater } from "./sync.js";
import { diaryDay } from "./time.js";
import { find, inShell, showView, view } from "./views.js";

const FORMS = new Set(["medicines", "dose", "attacks", "evening", "symptoms"]);
const ONE = /^\/(entries|events)\/([0-9a-f-]{36})\/(correct|withdraw)$/;
const query = new URLSearchParams(location.search);
const field = (name) => document.querySelector(`main form [name="${name}"]`)?.value || null;

/** What this page asks: the form that the server made, or the address of the page from the phone. */
function task() {
  const { pathname } = location;
  const first = pathname.slice(1);
  const [, kind, id, what] = pathname.match(ONE) ?? [];
  if (inShell) {
    if (kind) return { what, id, kind };
    return { what: FORMS.has(first) || first === "score" ? first : "start", replaces: query.get("replaces") };
  }
  const form = [...FORMS].find((name) => view(name));
  return { what: form ?? (find("score") ? "score" : null), replaces: field("replaces") };
}

/** Report that a reminder was opened: its link says which. */
async function tellOpened() {
  const [prompt, step, channel] = ["p", "s", "c"].map((name) => query.get(name));
  if (!prompt || !step || !channel) return;
  await notices.note({ prompt, step: Number(step), channel }, "opened");
  await appStarted;
  await notices.send();
}

/** Return the plan that this phone keeps, or null: also when it is of another diary than this page. */
async function ownPlan() {
  const { owner, pathway } = find("owner")?.dataset ?? {};
  const plan = await plans.load().catch(() => null);
  if (owner && plan?.owner !== owner) return null;
  return pathway && plan?.pathway !== pathway ? null : plan;
}

async function begin() {
  if (!canKeep()) return;
  tellOpened().catch(() => undefined);
  let plan = await ownPlan();
  if (!plan) {
    await appStarted;
    plan = await ownPlan();
  }
  const asked = task();
  if (!plan || (asked.what !== "start" && !plan.scale)) {
    // The page from the phone needs a plan; the server's page works without one.
    if (inShell && (asked.what === "score" || FORMS.has(asked.what))) location.replace(`${location.pathname}?from=server`);
    return;
  }
  for (const stop of document.querySelectorAll("[data-stop]")) stop.addEventListener("click", (event) => leave(event, asked.what));
  if (find("worst")) bindWorst(plan);
  if (inShell) appStarted.then(() => leaveOthers(plan)).catch(() => undefined);
  await show(plan, asked);
}

/** The page from the phone learns only now whose diary this is: nothing of another one stays. */
async function leaveOthers({ owner, pathway }) {
  const plan = await plans.load();
  if (plan && (plan.owner !== owner || plan.pathway !== pathway)) location.reload();
}

async function show(plan, { what, id, kind, replaces }) {
  if (FORMS.has(what)) return showForms(plan, what, replaces);
  if (what === "score") return score(plan, replaces);
  const entry = plan.entries.find((one) => one.id === id && !one.paper);
  if (what === "correct" && entry) return new Scoring(plan).begin({ moment: null, replaces: id });
  if (what === "withdraw" && entry) return askToTakeBack(plan, entry, kind);
  if (inShell) showStart(plan);
}

function score(plan, replaces) {
  const moment = field("moment") ?? query.get("moment");
  const asksItself = inShell && !moment && !replaces && !query.has("extra");
  if (asksItself && answeredAlready(plan)) return undefined;
  if (!find("score")) return undefined;
  const scoring = new Scoring(plan);
  // It may have been answered on another phone, which this one learns only now.
  if (asksItself) appStarted.then(() => recheck(scoring)).catch(() => undefined);
  return scoring.begin({ moment, replaces });
}

/** Show what there is to say of a moment that is not to be asked (any more); false when it is. */
function answeredAlready(plan) {
  const id = query.get("p");
  const reminded = id && plans.moments(plan).find((moment) => moment.prompt === id);
  const answered = plans.doneNow(plan);
  // A reminder that the plan does not know is of another moment than one whose reminder it knows.
  const done = reminded ? ["answered", "late"].includes(reminded.state) && reminded : !(id && answered?.prompt) && answered;
  // One that the plan does not know (any more) is of an earlier day.
  const isOver = reminded ? reminded.closes <= new Date() : id && !plans.openMoment(plan);
  if (done) showDone(plan, done);
  else if (isOver) showClosed(plan, reminded || {});
  return Boolean(done || isOver);
}

async function recheck(scoring) {
  const plan = await plans.load();
  if (plan && scoring.isAsking()) answeredAlready(plan);
}

function showDone(plan, { moment, day }) {
  const entry = day === diaryDay(plan) && plan.entries.find((one) => one.moment === moment && !one.paper);
  const change = find("done-change");
  change.parentElement.hidden = !entry;
  if (entry) change.href = `/entries/${entry.id}/correct`;
  showView("done");
}

/** The time of a reminder is over: what can still be done is offered, nothing is asked. */
function showClosed(plan, { moment, day }) {
  const [late, now] = [find("closed-late"), find("closed-now")];
  late.parentElement.hidden = day !== diaryDay(plan);
  late.href = `/score?moment=${encodeURIComponent(moment)}`;
  now.hidden = !plans.openMoment(plan);
  showView("closed");
}

function askToTakeBack(plan, entry, where) {
  showView("withdraw");
  find("take-back").onclick = async () => {
    try {
      await takeBack(plan, { id: entry.id, kind: where === "events" ? entry.kind : undefined });
    } catch {
      return sayFull();
    }
    history.replaceState(null, "", "/");
    showStart(plan);
    await sendLater();
    await send();
  };
}

/** Stop without saving: what was filled in by half is wiped before the page is left. */
async function leave(event, what) {
  event.preventDefault();
  const kinds = { attacks: ["attack", "attack_day"], correct: ["score"] }[what] ?? [what];
  await Promise.all(kinds.map((kind) => draft.wipe(kind).catch(() => undefined)));
  location.assign(event.target.href);
}

export const started = begin();
