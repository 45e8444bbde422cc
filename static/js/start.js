// The start of the app without a network: what applies now, what is done today, and what comes next.

import * as plans from "./plan.js";
import { clock, diaryDay, joined, momentWords, sinceWords } from "./time.js";
import { fillList, find, say, showView } from "./views.js";

const EVENING_FROM = 17;

/** Show the start by what this phone knows. */
export function showStart(plan) {
  const now = new Date();
  const open = plans.openMoment(plan, now);
  const next = plans.nextMoment(plan, now);
  const running = plan.running_attack;
  find("start-now").hidden = !open;
  if (open) say(find("start-now").querySelector("[data-text]"), { moment: momentWords(open, plan, now) });
  find("start-attack").hidden = !running;
  if (running) say(find("start-attack").querySelector("[data-text]"), { time: sinceWords(new Date(running.started_at), plan) });
  showDay(plan, now);
  showEntries(plan);
  find("start-next").hidden = !next;
  if (next) say(find("start-next"), { moment: momentWords(next, plan, now) });
  const late = isEvening(plan, now);
  const can = {
    extra: !open && plan.sites.length > 0,
    medicines: late && plan.medicines.some((one) => !one.as_needed) && !plan.today.medicines,
    evening: late && plan.evening.length > 0 && !plan.today.evening,
    dose: plan.medicines.some((one) => one.as_needed),
    attacks: plan.attacks && !running,
    symptoms: plan.symptoms.length > 0,
  };
  for (const link of document.querySelectorAll("[data-start-to]")) link.hidden = !can[link.dataset.startTo] || !plan.scale;
  showView("start");
}

/** Tell whether it is time for what is asked once a day: from five o'clock until the diary day ends. */
function isEvening(plan, now) {
  const hour = Number(clock(now, plan).slice(0, 2));
  return hour >= EVENING_FROM || hour < 4;
}

function showDay(plan, now) {
  const list = find("start-moments");
  const today = plans.moments(plan, now).filter((moment) => moment.day === diaryDay(plan, now));
  list.parentElement.hidden = today.length === 0;
  fillList(list, today, (row, moment) => {
    const asked = moment.state === "coming" || moment.state === "open" || moment.state === "missed";
    const state = !asked ? moment.state : moment.open ? "open" : now < moment.opens ? "coming" : "missed";
    row.querySelector(".sign").classList.add(state);
    find("label", row).textContent = joined(plan, moment.label, clock(moment.at, plan));
    find("what", row).textContent = list.dataset[state];
    const late = row.querySelector("a");
    late.hidden = state !== "missed";
    late.href = `/score?moment=${encodeURIComponent(moment.moment)}`;
  });
}

function showEntries(plan) {
  const list = find("start-entries");
  list.parentElement.hidden = plan.entries.length === 0;
  fillList(list, plan.entries, (row, entry) => {
    const what = entry.label ?? list.dataset[entry.kind] ?? list.dataset.extra;
    find("label", row).textContent = joined(plan, what, clock(new Date(entry.at), plan));
    const [change, withdraw] = row.querySelectorAll("a");
    const path = `/${entry.kind ? "events" : "entries"}/${entry.id}`;
    const asked = { medicines: "medicines", evening: "evening" }[entry.kind];
    // What the team typed over is the team's to mend.
    change.hidden = entry.paper || (Boolean(entry.kind) && !asked);
    withdraw.hidden = Boolean(entry.paper);
    change.href = asked ? `/${asked}?replaces=${entry.id}` : `${path}/correct`;
    withdraw.href = `${path}/withdraw`;
  });
}
