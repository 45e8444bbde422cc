// The VAS: a line without numbers and without a mark, until a finger, a key or a button puts one.

const MOST = 100;
const HOLD = { before: 400, every: 60 };
const KEYS = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
  Home: -MOST,
  End: MOST,
};

/** Make the line in `root` answer; returns {value(), put(value)}, null being no mark.
 *
 * `placed` is called whenever the patient has put the mark somewhere.
 */
export function makeLine(root, placed) {
  const line = root.querySelector("[data-line]");
  const mark = line.querySelector(".mark");
  const emptyText = line.getAttribute("aria-valuetext");
  const fromRight = () => getComputedStyle(line).direction === "rtl";
  let value = null;

  function put(next) {
    value = next === null ? null : Math.max(0, Math.min(MOST, Math.round(next)));
    mark.hidden = value === null;
    mark.style.insetInlineStart = `${value ?? 0}%`;
    line.setAttribute("aria-valuenow", value ?? 0);
    line.setAttribute("aria-valuetext", value === null ? emptyText : line.dataset.placed.replace("{n}", value));
  }

  // Without a mark the first step starts at the end that it leads away from: no preset in between.
  const step = (by) => place(value === null ? (by > 0 ? 0 : MOST) : value + by);

  function place(next) {
    put(next);
    placed();
  }

  function follow(event) {
    const box = line.getBoundingClientRect();
    const part = (event.clientX - box.left) / box.width;
    place((fromRight() ? 1 - part : part) * MOST);
  }

  line.addEventListener("pointerdown", (event) => {
    line.setPointerCapture(event.pointerId);
    follow(event);
  });
  line.addEventListener("pointermove", (event) => line.hasPointerCapture(event.pointerId) && follow(event));
  line.addEventListener("keydown", (event) => {
    const by = KEYS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    if (event.key === "Home" || event.key === "End") place(by > 0 ? MOST : 0);
    else step(sideways && fromRight() ? -by : by);
  });
  for (const button of root.querySelectorAll("[data-step-by]")) hold(button, () => step(Number(button.dataset.stepBy)));

  return { value: () => value, put };
}

/** Call `action` on a click, and again and again while the button is held down. */
function hold(button, action) {
  let timer;
  let repeated = false;
  const stop = () => clearTimeout(timer);
  button.addEventListener("pointerdown", () => {
    repeated = false;
    const again = () => {
      repeated = true;
      action();
      timer = setTimeout(again, HOLD.every);
    };
    timer = setTimeout(again, HOLD.before);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) button.addEventListener(end, stop);
  button.addEventListener("click", () => {
    if (!repeated) action();
    repeated = false;
  });
}
