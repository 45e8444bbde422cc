// Reminders on this phone (Web Push). Browsers can be slow or silent here: everything has an end.

const TIMEOUT = 15000;
const corner = document.querySelector("[data-push]");
const hint = document.querySelector("[data-reminders-hint]");

const able = () => "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;

function withEnd(promise) {
  const end = new Promise((_, reject) => setTimeout(() => reject(new Error("time-out")), TIMEOUT));
  return Promise.race([promise, end]);
}

async function current() {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

async function tell(subscription) {
  const response = await fetch("/api/v1/subscriptions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(subscription),
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (!response.ok) throw new Error(`refused: ${response.status}`);
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Tell the diary again where this phone is reached: addresses change without a word. */
export async function renew() {
  if (!able()) return;
  const subscription = await withEnd(current()).catch(() => null);
  if (subscription) await tell(subscription).catch(() => undefined);
  if (hint) hint.hidden = Boolean(subscription) || Notification.permission === "denied";
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return;
  const registration = await withEnd(navigator.serviceWorker.ready);
  const subscription = await withEnd(
    registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(corner.dataset.key) }),
  );
  await tell(subscription);
}

async function turnOff() {
  await withEnd((await current())?.unsubscribe());
}

async function draw(problem) {
  const words = corner.querySelector("[data-push-state]");
  const [on, off] = ["on", "off"].map((name) => corner.querySelector(`[data-push-${name}]`));
  let state = problem;
  if (!state && !able()) state = "standalone" in navigator && !navigator.standalone ? "install" : "unable";
  if (!state && Notification.permission === "denied") state = "denied";
  if (!state) state = (await withEnd(current()).catch(() => null)) ? "on" : "off";
  words.textContent = words.dataset[state];
  on.hidden = !["off", "failed"].includes(state);
  off.hidden = state !== "on";
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

if (corner) {
  bind("on", turnOn);
  bind("off", turnOff);
  draw();
}
