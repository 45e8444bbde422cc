// A form is sent once. The second click of a double click, or of somebody in front of a slow line, would
// store a second note, or be told that a colleague was first.

const DEAF = 5 * 1000;
let sent = new WeakMap();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (Date.now() < (sent.get(form) ?? 0) + DEAF) event.preventDefault();
  else sent.set(form, Date.now());
});
// Back on the page, it may be sent again.
window.addEventListener("pageshow", () => {
  sent = new WeakMap();
});
