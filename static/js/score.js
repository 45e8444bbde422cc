// Scoring on the phone: one question after the other, then first onto this phone, then to the diary.
// It takes the page over only when the phone can keep answers; else the plain form does the work.

import { send, started as appStarted } from "./app.js";
import { canKeep } from "./db.js";
import { makeLine } from "./line.js";
import * as outbox from "./outbox.js";
import * as plans from "./plan.js";
import { sayFull } from "./status.js";
import { sendLater } from "./sync.js";
import { clock, momentWords, withOffset } from "./time.js";

// A second tap of an unsteady hand must not answer the next question.
const DEAF_AFTER_QUESTION = 400;

const form = document.querySelector("[data-score]");
const views = [...document.querySelectorAll("[data-view]")];
const find = (name) => document.querySelector(`[data-${name}]`);
const inShell = Boolean(find("shell"));

function showView(name) {
  for (const view of views) view.hidden = view.dataset.view !== name;
  if (!inShell) return;
  find("stop").hidden = name !== "question";
  find("brand").hidden = name === "question";
}

/** What this visit asks, from the form the server made or from the address of the page. */
function task() {
  const hidden = (name) => form.elements.namedItem(name)?.value || null;
  const query = new URLSearchParams(location.search);
  return { moment: hidden("moment") ?? query.get("moment"), replaces: hidden("replaces") };
}

class Scoring {
  constructor(plan) {
    this.plan = plan;
    this.scale = form.querySelector(`[data-scale="${plan.scale}"]`);
    for (const part of form.querySelectorAll("[data-scale]")) part.hidden = part !== this.scale;
    form.querySelector("[data-plain]")?.remove();
    this.line = plan.scale === "vas" ? makeLine(this.scale) : null;
    this.previous = form.querySelector("[data-previous]");
    this.previous.querySelector("button").type = "button";
    this.previous.addEventListener("click", () => this.ask(this.at - 1));
    form.addEventListener("submit", (event) => this.answer(event));
  }

  begin({ moment, replaces }) {
    // A moment that was answered since the link was made is not asked again.
    this.task = { moment: moment && plans.missed(this.plan, moment) ? moment : null, replaces };
    this.answers = {};
    this.ask(0);
  }

  ask(at) {
    this.at = at;
    this.askedAt = performance.now();
    const site = this.plan.sites[at];
    find("question").textContent = this.task.moment ? site.question_late : site.question;
    const step = find("step");
    const all = this.plan.sites.length;
    const place = all > 1 ? step.dataset.of.replace("{at}", at + 1).replace("{all}", all) : "";
    step.textContent = [this.heading(), place].filter(Boolean).join(" · ");
    this.previous.hidden = at === 0;
    this.line?.clear();
    showView("question");
    if (at > 0 || inShell) find("question").focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /** Return what is answered: a moment, an extra measurement, or an earlier answer anew. */
  heading() {
    const words = find("step").dataset;
    if (this.task.replaces) return words.changing;
    const asked = this.task.moment ? plans.missed(this.plan, this.task.moment) : plans.openMoment(this.plan);
    return asked ? `${asked.label}, ${clock(asked.at, this.plan)}` : words.extra;
  }

  answer(event) {
    event.preventDefault();
    if (performance.now() - this.askedAt < DEAF_AFTER_QUESTION) return;
    const value = this.line ? this.line.value() : event.submitter?.value;
    const noMark = form.querySelector("[data-no-mark]");
    if (noMark) noMark.hidden = value !== null;
    if (value === null || value === undefined) return;
    this.answers[this.plan.sites[this.at].name] = String(value);
    if (this.at + 1 < this.plan.sites.length) this.ask(this.at + 1);
    else this.save();
  }

  async save() {
    if (this.saving) return;
    this.saving = true;
    const now = new Date();
    const { moment, replaces } = this.task;
    const entry = { id: crypto.randomUUID(), measured_at: withOffset(now), scores: this.answers };
    if (moment) Object.assign(entry, { late: true, moment });
    if (replaces) entry.replaces = replaces;
    try {
      // On this phone first: from here on a closed tab loses nothing.
      await outbox.add(this.plan.owner, entry);
    } catch {
      this.saving = false;
      sayFull();
      return;
    }
    const asked = moment ? plans.missed(this.plan, moment, now) : plans.openMoment(this.plan, now);
    // A correction answers what its first answer did, not what is open by now.
    const answered = asked && !replaces;
    if (answered) await plans.answered(this.plan, asked, moment ? "late" : "answered").catch(() => undefined);
    this.showSaved(entry, now);
    // It is kept: while it is being sent it may be changed already.
    this.saving = false;
    await sendLater();
    this.sayWhere(entry, await send());
  }

  showSaved(entry, now) {
    this.shown = entry.id;
    const answers = find("saved-answers");
    const shown = (score) => (this.line ? answers.dataset.vas.replace("{score}", score) : score);
    answers.replaceChildren(
      ...this.plan.sites.map((site) => row(site.label, shown(entry.scores[site.name]))),
      row(answers.dataset.when, clock(now, this.plan)),
    );
    const where = find("saved-where");
    where.textContent = where.dataset.here;
    const next = plans.nextMoment(this.plan, now);
    const line = find("saved-next");
    line.hidden = !next;
    if (next) line.textContent = line.dataset.text.replace("{moment}", momentWords(next, this.plan, now));
    find("change").onclick = () => this.begin({ moment: this.task.moment, replaces: entry.id });
    find("change").parentElement.hidden = false;
    find("withdraw").hidden = true;
    showView("saved");
    find("saved-title").focus({ preventScroll: true });
    scrollTo(0, 0);
    // A reload must not ask the same question again.
    history.replaceState(null, "", `/saved/${entry.id}`);
  }

  sayWhere(entry, left) {
    // Another answer is on the screen by now.
    if (this.shown !== entry.id) return;
    const where = find("saved-where");
    const refused = left.refused.some((item) => item.id === entry.id);
    const waiting = left.waiting.some((item) => item.id === entry.id);
    where.textContent = where.dataset[refused ? "failed" : waiting ? "here" : "there"];
    const withdraw = find("withdraw");
    withdraw.hidden = refused || waiting;
    withdraw.href = `/entries/${entry.id}/withdraw`;
    find("change").parentElement.hidden = refused;
  }
}

function row(name, value) {
  const group = document.createElement("div");
  const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
  term.textContent = name;
  detail.textContent = value;
  group.append(term, detail);
  return group;
}

/** The start of the app without a network: what is open now and what comes next. */
function showStart(plan) {
  showView("start");
  const open = plans.openMoment(plan);
  const next = plans.nextMoment(plan);
  find("start-now").hidden = !open;
  find("start-extra").hidden = Boolean(open) || plan.sites.length === 0;
  if (open) {
    const heading = find("start-now").querySelector("[data-text]");
    heading.textContent = heading.dataset.text.replace("{moment}", momentWords(open, plan));
  }
  find("start-next").hidden = !next;
  if (next) find("start-next").textContent = find("start-next").dataset.text.replace("{moment}", momentWords(next, plan));
}

async function begin() {
  if (!canKeep()) return;
  let plan = await plans.load().catch(() => null);
  if (!plan) {
    await appStarted;
    plan = await plans.load().catch(() => null);
  }
  const asking = !inShell || location.pathname === "/score";
  if (!plan || (asking && !plan.scale)) {
    // The page from the phone needs a plan; the server's page works without one.
    if (inShell && asking) location.replace("/score?from=server");
    return;
  }
  if (asking) new Scoring(plan).begin(task());
  else showStart(plan);
}

export const started = begin();
