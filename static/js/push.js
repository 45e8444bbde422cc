// Reminders on this phone: offered once after an answer, set in the settings, renewed at every visit.

import { current, keyOf, subscribe, tell, untell, withEnd } from "./subscription.js";

const corner = document.querySelector("[data-push]");
const offer = document.querySelector("[data-push-offer]");
const hint = document.querySelector("[data-reminders-hint]");
const first = document.querySelector("[data-install-first]");
const KEY = "diary-reminders";

const able = () => "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
// An iPhone knows push only on the home screen; "standalone" is what Safari has and others have not.
const mustInstall = () => !able() && "standalone" in navigator && !navigator.standalone;

// What the patient chose on this phone: "on", "off" or "later".
const chosen = () => localStorage.getItem(KEY);
const choose = (word) => localStorage.setItem(KEY, word);

/**
 * Tell the diary again where this phone is reached: addresses change without a word. `key` is the diary's own;
 * `silent`: what it sent to the present address was never shown.
 */
export async function renew(key, silent) {
  const subscription = able() ? await again(key, silent).catch(() => null) : null;
  const open = able() && !subscription && Notification.permission === "default";
  if (hint) hint.hidden = !(open || mustInstall() || (able() && !subscription && chosen() === "off"));
  if (offer) offer.hidden = !(open && chosen() === null);
  if (corner) await draw();
}

async function again(key, silent) {
  const subscription = await current();
  const stale = key && subscription && (keyOf(subscription) ?? key) !== key;
  if (subscription && (stale || silent)) return anew(subscription);
  if (subscription) await tell(subscription);
  else if (Notification.permission === "granted" && chosen() === "on") return subscribe();
  // Blocked or cleared away in the phone's own settings: the diary has to know.
  else if (chosen() === "on") await untell().then(() => choose("later"));
  return subscription;
}

/** The diary has another key since, or shows nothing: what it sends to the old address does not arrive. */
async function anew(old) {
  // Chosen again first: if the making fails, the next visit makes it.
  choose("on");
  await withEnd(old.unsubscribe());
  return subscribe();
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return;
  await subscribe();
  choose("on");
}

async function turnOff() {
  choose("off");
  await withEnd((await current())?.unsubscribe());
  await untell();
}

async function state() {
  if (mustInstall()) return "install";
  if (!able()) return "unable";
  if (Notification.permission === "denied") return "denied";
  return (await current().catch(() => null)) ? "on" : "off";
}

async function draw(problem) {
  const now = problem ?? (await state());
  const words = corner.querySelector("[data-push-state]");
  words.textContent = words.dataset[now];
  const shown = { on: ["off", "failed"], off: ["on"], test: ["on"], denied: ["denied"], install: ["install"] };
  for (const [name, states] of Object.entries(shown)) {
    corner.querySelector(`[data-push-${name}]`).hidden = !states.includes(now);
  }
}

function bind(name, action) {
  const button = corner.querySelector(`[data-push-${name}]`);
  button.addEventListener("click", async () => {
    button.disabled = true;
    await action().then(
      () => draw(),
      () => draw("failed"),
    );
    button.disabled = false;
  });
}

function answer(word) {
  const told = offer.querySelector("[data-push-answer]");
  told.textContent = told.dataset[word];
  told.hidden = false;
}

// Before the code of the letter is used up: what is on the home screen has a memory of its own.
if (first) first.hidden = !mustInstall();

if (corner) {
  bind("on", turnOn);
  bind("off", turnOff);
  draw();
}

offer?.querySelector("[data-push-yes]").addEventListener("click", async () => {
  const word = await turnOn().then(state, () => "failed");
  // The question of the browser itself was waved away: it may be asked again another time.
  if (word === "off") return;
  answer(word);
  if (word !== "failed") offer.querySelectorAll("button").forEach((button) => (button.hidden = true));
});

offer?.querySelector("[data-push-later]").addEventListener("click", () => {
  choose("later");
  offer.hidden = true;
});
