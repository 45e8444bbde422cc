// On every patient page: the service worker, the queue, the plan and the reminders' address.

import { refresh } from "./actions.js";
import { canKeep } from "./db.js";
import * as outbox from "./outbox.js";
import * as plans from "./plan.js";
import { sayCleared, sayClock, show } from "./status.js";
import { flush, onFlush } from "./sync.js";
import { isNight } from "./time.js";
import { inShell, putTelephone, view } from "./views.js";

const TRY_AGAIN = 30000;
const SLOW = 1500;
// Not for the first view: what was shown and opened is told, and the address renewed, once the page is there.
const notices = () => import("./notices.js");
const push = () => import("./push.js");
const SPEAKS_OF_PUSH = "[data-push], [data-push-offer], [data-install-first]";
let timer;

/** Send what waits and say how it stands; tries again by itself while the page is looked at. */
export async function send() {
  clearTimeout(timer);
  const plan = await plans.load();
  const before = await outbox.sorted(plan?.owner);
  // Most sending is over before anybody could read that it goes on.
  const slow = setTimeout(() => before.waiting.length && show({ problem: "sending", telephone: plan?.telephone, ...before }, send), SLOW);
  const left = await flush();
  if (!left.problem) notices().then(({ send }) => send()).catch(() => undefined);
  await outbox.unmark();
  clearTimeout(slow);
  if (left.sent && isShellStart()) location.reload();
  show({ ...left, telephone: plan?.telephone }, send);
  if (left.waiting.length && document.visibilityState === "visible") timer = setTimeout(send, TRY_AGAIN);
  return left;
}

/** Tell whether this is the start that says "No connection": that is not so once something was sent. */
const isShellStart = () => inShell && location.pathname === "/" && !view("start").hidden;

async function start() {
  // Where the diary does not know whose clock it is, this phone does.
  if (!document.querySelector("[data-owner]")) document.body.classList.toggle("night", isNight());
  if (document.querySelector(SPEAKS_OF_PUSH)) push().catch(() => undefined);
  if (!canKeep()) return;
  navigator.serviceWorker?.register("/sw.js", { type: "module", updateViaCache: "none" }).catch(() => undefined);
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
  const home = document.querySelector("[data-home]");
  onFlush(async ({ problem, sent }) => {
    if (sent && (home || isShellStart())) return location.reload();
    const plan = await plans.load();
    show({ problem, telephone: plan?.telephone, ...(await outbox.sorted(plan?.owner)) }, send);
  });
  putTelephone((await plans.load())?.telephone ?? "");
  if (await outbox.wasCleared()) sayCleared();
  // Another patient's diary is on this phone since then: the old plan must ask nothing any more.
  const owner = document.querySelector("[data-owner]")?.dataset.owner;
  if (owner) await plans.forgetOthers(owner);
  // A page without an owner is of a phone that is not connected: there is no plan to read.
  const { plan } = owner || inShell ? await refresh() : { plan: null };
  // The first page of a phone may have come before any plan.
  if (plan) putTelephone(plan.telephone);
  if (plan && plans.isClockWrong(plan)) sayClock();
  const { sent } = await send();
  // The page was made before the diary had these answers, whoever sent them meanwhile.
  if (home && (sent || (plan && String(plan.revision) !== home.dataset.home))) location.reload();
  if (plan) await (await push()).renew(plan.push_key, plan.push_silent);
}

export const started = start();
