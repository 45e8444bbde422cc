// The parts of a page that are shown one at a time, and how a script finds them.

/** Return the element marked `data-<name>`, in the whole page or within `root`. */
export const find = (name, root = document) => root.querySelector(`[data-${name}]`);

/** Whether this is the page from the phone, with every part in it. */
export const inShell = Boolean(find("shell"));

const views = [...document.querySelectorAll("[data-view]")];
// Where the button was that saved an answer or took one back, another may be now: a second tap of an
// unsteady hand, or a key that is held, must not take the answer back, nor begin another one.
const DEAF = 700;
// The start only when it takes the place of another part: that is after an answer was taken back.
const AFTER_A_STEP = new Set(["saved", "undone", "start"]);
const QUIET = new Set(["start", "saved", "undone", "done", "closed"]);

let deafUntil = 0;

// Nothing is disabled meanwhile: a reader of screens finds the buttons as they will be.
addEventListener("click", (event) => performance.now() < deafUntil && swallow(event), { capture: true });

function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** Show one part and no other, from its top. */
export function showView(name) {
  if (AFTER_A_STEP.has(name) && view(name).hidden) deafUntil = performance.now() + DEAF;
  for (const view of views) view.hidden = view.dataset.view !== name;
  if (inShell) {
    find("stop").hidden = QUIET.has(name);
    find("brand").hidden = !QUIET.has(name);
  }
  scrollTo(0, 0);
}

/** Return the part that is called `name`, or null. */
export const view = (name) => find(`view="${name}"`);

/** Fill `list` with a copy of its template for each of `items`, each made ready by `fill(copy, item)`. */
export function fillList(list, items, fill) {
  const template = list.querySelector("template");
  const rows = items.map((item) => {
    const copy = template.content.firstElementChild.cloneNode(true);
    fill(copy, item);
    return copy;
  });
  list.replaceChildren(template, ...rows);
}

/** Put `values` into the words of `element`: "Next: {moment}." */
export function say(element, values = {}) {
  let text = element.dataset.text;
  for (const [name, value] of Object.entries(values)) text = text.replace(`{${name}}`, value);
  element.textContent = text;
}

/** Return a line of a list of answers. */
export function answerLine(name, value) {
  const group = document.createElement("div");
  const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
  term.textContent = name;
  detail.textContent = value;
  group.append(term, detail);
  return group;
}

/** Return the address that calls `number`. */
export const dialled = (number) => `tel:${number.replace(/[^+0-9]/g, "")}`;

/** Put the centre's `number` where this page, which is nobody's, has none: it is in the plan of the phone. */
export function putTelephone(number) {
  for (const link of document.querySelectorAll('[data-telephone][href="tel:"]')) {
    link.href = dialled(number);
    find("number", link).textContent = number;
    (link.closest("[data-known-telephone]") ?? link).hidden = !number;
  }
}
