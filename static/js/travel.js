// Asks whether the patient is travelling when this phone is on another time than the diary. It is
// asked once for each zone: what was answered stands on the page.

const question = document.querySelector("[data-travel]");

/** The wall-clock time of now in a zone, to the minute: zones with one time are one for a diary. */
const wall = (now, timeZone) => now.toLocaleString("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });

if (question) {
  const now = new Date();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { travel, answered } = question.dataset;
  if (own && own !== answered && wall(now, own) !== wall(now, travel)) {
    question.elements.zone.value = own;
    question.hidden = false;
  }
}
