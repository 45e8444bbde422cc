// "/" goes to the search field; the button beside it says so, and turns it off for who speaks to
// the computer or presses keys by accident (WCAG 2.1.4). The page works without.

const field = document.querySelector("[data-search]");
const button = document.querySelector("[data-slash]");
const KEY = "no-slash";
const isOn = () => localStorage.getItem(KEY) === null;
const tell = () => button.setAttribute("aria-pressed", String(isOn()));

function turn() {
  if (isOn()) localStorage.setItem(KEY, "1");
  else localStorage.removeItem(KEY);
  tell();
}

function press(event) {
  const typing = event.target.closest("input, textarea, select");
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || typing || !isOn()) return;
  event.preventDefault();
  field.focus();
  field.select();
}

if (field) {
  button.hidden = false;
  tell();
  button.addEventListener("click", turn);
  document.addEventListener("keydown", press);
}
