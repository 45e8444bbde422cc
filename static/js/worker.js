// The service worker: the app opens without a network, the queue is sent with the page closed, and
// reminders are shown. `/sw.js` imports it and says which files belong to this version.

import * as notices from "./notices.js";
import { forget } from "./db.js";
import { language } from "./plan.js";
import { subscribe } from "./subscription.js";
import { flush, sendLater } from "./sync.js";
import { isNight } from "./time.js";

const PREFIX = "diary-";
// A file says of which version it is in its path, so any cache that has it has the right one.
const KEPT = "/kept/";
const PATIENCE = 4000;
// Filling in opens from the phone at once, with or without a network.
const AT_ONCE = new Set(["/score", "/medicines", "/dose", "/attacks", "/evening", "/symptoms"]);
// Pages that must come from the diary itself: activation, the team, answers that need it.
const ACTIVATION = "/activate";
const NEVER = /^\/(team|admin|api|a|activate|sign|healthz|readyz|metrics)(\/|$)/;

/** Register everything; `version` names the cache, `files` are its addresses, `shells` by language. */
export function work({ version, files, shells }) {
  const cacheName = PREFIX + version;

  self.addEventListener("install", (event) => {
    const requests = [...files, ...Object.values(shells)].map((url) => new Request(url, { cache: "reload" }));
    event.waitUntil(
      caches
        .open(cacheName)
        .then((cache) => cache.addAll(requests))
        .then(() => self.skipWaiting())
        .catch(async (error) => {
          // Half a version is none: the old one stays, and the next visit tries again.
          await caches.delete(cacheName);
          throw error;
        }),
    );
  });

  self.addEventListener("activate", (event) => {
    event.waitUntil(
      caches
        .keys()
        .then((names) => names.filter((name) => name.startsWith(PREFIX) && name !== cacheName))
        // The version before, the last in the row, stays for the pages of it that are still open.
        .then((old) => Promise.all(old.slice(0, -1).map((name) => caches.delete(name))))
        .then(() => self.clients.claim()),
    );
  });

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method === "POST" && url.pathname === ACTIVATION) event.respondWith(activation(request));
    if (request.method !== "GET" || url.origin !== self.location.origin || NEVER.test(url.pathname)) return;
    if (request.mode === "navigate") event.respondWith(page(request, url));
    else if (url.pathname.startsWith(KEPT)) event.respondWith(file(request));
  });

  async function activation(request) {
    const response = await fetch(request);
    // Connected: nothing opens any more from the plan of the patient whose phone this was.
    if (response.type === "opaqueredirect") await forget("plan").catch(() => undefined);
    return response;
  }

  async function page(request, url) {
    if (AT_ONCE.has(url.pathname) && !url.searchParams.has("from")) {
      const kept = (await wanted()) && (await shell());
      if (kept) return kept;
    }
    try {
      const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
      if (response.status < 500) return response;
      return (await shell()) ?? response;
    } catch (error) {
      const kept = await shell();
      if (kept) return kept;
      throw error;
    }
  }

  async function shell() {
    const cache = await caches.open(cacheName);
    const kept = await cache.match(shells[await wanted()] ?? Object.values(shells)[0]);
    if (!kept || !isNight()) return kept;
    // Dark from the first paint on: no bright flash at three in the night.
    const dark = (await kept.text()).replace('<body class="patient', '<body class="patient night');
    return new Response(dark, { headers: kept.headers });
  }

  // Without a plan, or without access to what the phone keeps, pages come from the diary.
  const wanted = () => language().catch(() => null);

  async function file(request) {
    return (await caches.match(request)) ?? fetch(request);
  }
}

self.addEventListener("sync", (event) => {
  event.waitUntil(
    flush().then(({ problem }) => {
      if (!problem) return notices.send();
      // A failed promise makes the browser try again later.
      if (problem === "offline" || problem === "busy") throw new Error(problem);
    }),
  );
});

self.addEventListener("push", (event) => {
  const { title, body, tag, url, silent, step } = event.data.json();
  // What an older diary sent does not say which step it is.
  const reminder = step === undefined ? null : { prompt: tag, step, channel: "web_push" };
  const options = { body, tag, silent, icon: "/icon-192.png", data: { url: address(url, reminder) } };
  event.waitUntil(self.registration.showNotification(title, options).then(() => reminder && tellShown(reminder)));
});

async function tellShown(reminder) {
  await notices.note(reminder, "shown");
  await notices.send().catch(() => sendLater(self.registration));
}

/** The link of a reminder, with which one it is: the page reports that it was opened. */
function address(link, reminder) {
  const url = new URL(link, self.location.origin);
  // A reminder leads into this diary and nowhere else.
  if (url.origin !== self.location.origin) return self.location.origin;
  if (reminder) for (const key of ["prompt", "step", "channel"]) url.searchParams.set(key[0], reminder[key]);
  return url.href;
}

// The browser changed the address by itself: ask for a new one and tell the diary.
self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(subscribe(self.registration));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});

async function open(target) {
  const windows = await self.clients.matchAll({ type: "window" });
  const here = windows.find((client) => !new URL(client.url).pathname.startsWith("/team"));
  if (!here) return self.clients.openWindow(target);
  await here.focus();
  return here.navigate(target);
}
