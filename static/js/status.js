// The line that says what is on this phone and not yet in the diary. Always true, never a guess.

import * as outbox from "./outbox.js";
import { dialled } from "./views.js";

const box = document.querySelector("[data-status]");
const words = document.querySelector("[data-words]")?.dataset;
let cleared = false;
let clockWrong = false;

function line(text, count) {
  const paragraph = document.createElement("p");
  paragraph.textContent = count === undefined ? text : text.replace("{n}", count);
  return paragraph;
}

function call(telephone) {
  const [paragraph, link] = [document.createElement("p"), document.createElement("a")];
  paragraph.className = "lone-link";
  link.dir = "ltr";
  link.href = dialled(telephone);
  link.textContent = telephone;
  paragraph.append(link);
  return paragraph;
}

function refusal(item, again) {
  const paragraph = line(`${words.rejected} ${item.entry ? item.refused : words.unreadable} `);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = words.remove;
  button.addEventListener("click", async () => {
    await outbox.remove(item.position);
    again();
  });
  paragraph.append(button);
  return paragraph;
}

const PROBLEMS = { offline: "waiting", busy: "busy", "signed-out": "signedOut", sending: "sending" };

/** Show what is left after a flush, or (`problem` "sending") while one runs. */
export function show({ problem, waiting, refused, others, telephone }, again) {
  if (!box) return;
  const lines = [cleared && words.cleared, clockWrong && words.clock].filter(Boolean).map((text) => line(text));
  const actions = waiting.filter((item) => !item.part).length;
  const saved = actions === 1 ? words.one : words.more;
  if (waiting.length) lines.push(line(`${saved} ${words[PROBLEMS[problem] ?? "waiting"]}`, actions));
  lines.push(...refused.map((item) => refusal(item, again)));
  if (others.length) lines.push(line(words.others, others.length));
  // Whom these ask to call is known to the phone.
  if (telephone && (cleared || others.length || (waiting.length && problem === "signed-out"))) lines.push(call(telephone));
  box.classList.toggle("warn", Boolean(cleared || clockWrong || refused.length || others.length || problem === "signed-out"));
  box.classList.toggle("good", lines.length === 0);
  if (lines.length) {
    box.replaceChildren(...lines);
    box.hidden = false;
  } else if (!box.hidden) {
    // It said that something waited: now say that nothing does.
    box.replaceChildren(line(words.sent));
  }
}

/** Say, as long as this page is open, that the browser cleared away what waited. */
export function sayCleared() {
  cleared = true;
}

/** Say, as long as this page is open, that the clock of this phone is wrong. */
export function sayClock() {
  clockWrong = true;
}

/** Say that the phone itself could not keep an answer. */
export function sayFull() {
  box.replaceChildren(line(words.full));
  box.classList.add("warn");
  box.hidden = false;
}
