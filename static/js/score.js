// Scoring on the phone: one question after the other, then first onto this phone, then to the diary.

import { record } from "./actions.js";
import * as draft from "./draft.js";
import { makeLine } from "./line.js";
import * as plans from "./plan.js";
import { showSaved } from "./saved.js";
import { sayFull } from "./status.js";
import { clock, joined } from "./time.js";
import { find, inShell, showView, view } from "./views.js";

// A second tap of an unsteady hand must not answer the next question.
const DEAF_AFTER_QUESTION = 400;
const DRAFT = "score";
// A mark that is being dragged is kept once it rests.
const REST = 150;

/** The questions of the score form of this page. */
export class Scoring {
  constructor(plan) {
    this.plan = plan;
    this.form = find("score");
    this.scale = this.form.querySelector(`[data-scale="${plan.scale}"]`);
    for (const part of this.form.querySelectorAll("[data-scale]")) part.hidden = part !== this.scale;
    find("plain", this.form)?.remove();
    // The words at the ends of the scale are those of the diary's protocol version.
    for (const part of document.querySelectorAll("[data-end]")) part.textContent = plan.ends?.[part.dataset.end] ?? part.textContent;
    this.line = plan.scale === "vas" ? makeLine(this.scale, () => this.moved()) : null;
    this.previous = find("previous", this.form);
    this.previous.querySelector("button").type = "button";
    this.previous.addEventListener("click", () => this.ask(this.at - 1));
    this.form.addEventListener("submit", (event) => this.answer(event));
  }

  /** Ask for a missed `moment`, for an answer to take the place of `replaces`, or for now. */
  async begin({ moment, replaces }) {
    // A moment that was answered since the link was made is not asked again.
    this.task = { moment: moment && plans.missed(this.plan, moment) ? moment : null, replaces };
    const open = plans.openMoment(this.plan);
    this.about = JSON.stringify([this.task, open?.moment ?? null]);
    const kept = await draft.load(this.plan, DRAFT, this.about).catch(() => null);
    this.answers = kept?.answers ?? {};
    const first = this.plan.sites.findIndex((site) => !(site.name in this.answers));
    this.ask(Math.max(0, first));
    this.line?.put(kept?.mark ?? null);
  }

  /** Keep what is filled in so far; a mark on the line too, before it is an answer. */
  keep() {
    clearTimeout(this.resting);
    const mark = this.line?.value() ?? null;
    draft.keep(this.plan, DRAFT, this.about, { answers: this.answers, mark }).catch(() => undefined);
  }

  /** A mark is put or moved: nothing is missing any more. */
  moved() {
    find("no-mark", this.form).hidden = true;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.keep(), REST);
  }

  /** Tell whether the question of a moment is on the screen, neither saved nor a change. */
  isAsking() {
    return !this.saving && !this.task.replaces && !view("question").hidden;
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
    this.line?.put(null);
    const done = find("line-done", this.form);
    // Nothing is saved before the last question.
    if (done) done.textContent = done.dataset[at + 1 === all ? "save" : "next"];
    showView("question");
    if (at > 0 || inShell) find("question").focus({ preventScroll: true });
  }

  /** Return what is answered: a moment, an extra measurement, or an earlier answer anew. */
  heading() {
    const words = find("step").dataset;
    if (this.task.replaces) return words.changing;
    const asked = this.task.moment ? plans.missed(this.plan, this.task.moment) : plans.openMoment(this.plan);
    return asked ? joined(this.plan, asked.label, clock(asked.at, this.plan)) : words.extra;
  }

  answer(event) {
    event.preventDefault();
    if (performance.now() - this.askedAt < DEAF_AFTER_QUESTION) return;
    const value = this.line ? this.line.value() : event.submitter?.value;
    const noMark = find("no-mark", this.form);
    if (noMark) noMark.hidden = value !== null;
    if (value === null || value === undefined) return;
    clearTimeout(this.resting);
    this.answers[this.plan.sites[this.at].name] = String(value);
    if (this.at + 1 === this.plan.sites.length) {
      this.save();
      return;
    }
    this.ask(this.at + 1);
    this.keep();
  }

  /** Return which measurement is being saved; "" of a change, which is what it was. */
  what() {
    const { moment, replaces } = this.task;
    if (replaces) return "";
    const asked = moment ? plans.missed(this.plan, moment) : plans.openMoment(this.plan);
    if (moment) return find("saved-what").dataset.late.replace("{moment}", asked?.label ?? "");
    return asked?.label ?? find("step").dataset.extra;
  }

  async save() {
    if (this.saving) return;
    this.saving = true;
    const { moment, replaces } = this.task;
    const content = { scores: this.answers };
    if (moment) Object.assign(content, { late: true, moment });
    if (replaces) content.replaces = replaces;
    const what = this.what();
    let item;
    try {
      // On this phone first: from here on a closed tab loses nothing.
      item = await record(this.plan, content);
    } catch {
      sayFull();
      return;
    } finally {
      // It is kept: while it is being sent it may be changed already.
      this.saving = false;
    }
    await draft.wipe(DRAFT).catch(() => undefined);
    const words = find("saved-answers").dataset.vas;
    const shown = (score) => (this.line ? words.replace("{score}", score) : score);
    await showSaved(this.plan, item, {
      what,
      lines: this.plan.sites.map((site) => [site.label, shown(item.scores[site.name])]),
      change: () => this.begin({ moment, replaces: item.id }),
      // Undoing a change would not bring the first answer back, so it is not promised.
      undo: replaces ? null : undefined,
    });
  }
}
