// Typing paper over with one hand: the next field opens when nothing more can follow in this one.
// The page works without: Tab goes on, Enter saves.

const form = document.querySelector("[data-typing]");
const most = Number(form.dataset.most);
const halves = most === 10;
const fields = [...form.querySelectorAll("[data-score]")];
const COMMA = /^[.,]$/;

// Besides scores: which answers no further digit can change. The rest waits for Enter.
const WHOLE = {
  flag: /^[01]$/,
  ten: /^([02-9]|10)$/,
  count: /^([03-9]|\d\d|\d[.,]5)$/,
  attacks: /^([06-9]|\d\d)$/,
  clock: /^(\d{4}|[3-9]\d\d|\d{1,2}[:.,]\d\d)$/,
  lines: /^0$/,
  half: /^([02-9]|10|\d[.,][05])$/,
  total: /^\d{1,3}[.,]\d\d$/,
};
// Of these, in which a half may follow.
const HALVES = new Set(["count", "half"]);

/** Tell whether the text of `field` is a whole answer that no further digit can change. */
function isComplete(field) {
  const text = field.value.trim();
  if (field.dataset.keys) return WHOLE[field.dataset.keys].test(text);
  if (/^\d+$/.test(text)) {
    const highest = Number(field.dataset.most ?? most);
    if (Number(text) > highest) return false;
    // "1" may become 10, and "7" 70 where a line is measured; a 0 at the start stays alone.
    return text === "0" || Number(text) * 10 > highest;
  }
  return halves && /^\d[.,][05]$/.test(text);
}

/** Tell whether a field is asked: a medicine after "not all taken", an attack within the number. */
function isAsked(field) {
  const { gate, row } = field.dataset;
  if (!gate) return true;
  const said = form.elements[gate].value.trim();
  return row === "0" ? said === "0" : Number(row) <= Number(said);
}

/** Return the field that comes `by` (1 or -1) from `from`. */
function beside(from, by) {
  let at = fields.indexOf(from) + by;
  while (fields[at] && !isAsked(fields[at])) at += by;
  return fields[at];
}

function go(from, by) {
  const next = beside(from, by);
  if (next) next.focus();
  else if (by > 0) form.querySelector("[data-save]").focus();
}

// Where the last field was left by itself: a comma that follows still belongs there ("7" + ",5").
let left = null;

function tick(field) {
  const box = field.closest("tr")?.querySelector("input[type=checkbox]");
  if (box) box.checked = !box.checked;
}

form.addEventListener("focusin", ({ target }) => fields.includes(target) && target.select());

form.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const cameFrom = left;
  if (event.key !== "Shift") left = null;
  if (COMMA.test(event.key) && cameFrom) {
    event.preventDefault();
    cameFrom.focus();
    cameFrom.value += event.key;
    cameFrom.setSelectionRange(cameFrom.value.length, cameFrom.value.length);
    return;
  }
  if (!fields.includes(field)) return;
  const isLast = !beside(field, 1);
  const back = event.key === "-" || (event.key === "Backspace" && field.value === "");
  if (back || event.key === "*" || (event.key === "Enter" && !isLast)) {
    event.preventDefault();
    if (event.key === "*" && !field.dataset.keys) tick(field);
    else if (event.key !== "*") go(field, back ? -1 : 1);
  }
});

form.addEventListener("input", (event) => {
  const field = event.target;
  const typed = event.inputType === "insertText" && fields.includes(field);
  if (!typed || !isComplete(field)) return;
  const takesHalves = field.dataset.keys ? HALVES.has(field.dataset.keys) : halves;
  left = takesHalves && /^\d$/.test(field.value) ? field : null;
  go(field, 1);
});
