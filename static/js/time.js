// Times as the diary wants them, and as the patient reads them.

const DAY_ENDS = 4;
// As on clocks and letters here: twenty-four hours, and Latin digits also in Arabic.
const HERE = "-u-nu-latn-hc-h23";
const pad = (number) => String(number).padStart(2, "0");

/** Return `date` as ISO 8601 with this phone's offset: "2026-03-02T08:04:11+01:00". */
export function withOffset(date) {
  const minutes = -date.getTimezoneOffset();
  const sign = minutes < 0 ? "-" : "+";
  const offset = `${sign}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
  const local = new Date(date.getTime() + minutes * 60000);
  return local.toISOString().slice(0, 19) + offset;
}

/** Return "08:04" on the clock of `plan`. */
export function clock(date, plan) {
  return new Intl.DateTimeFormat((plan.language === "en" ? "en-GB" : plan.language) + HERE, {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: plan.timezone,
  }).format(date);
}

/** Return the diary day of an instant ("2026-03-12"): it ends at four in the night. */
export function diaryDay(plan, instant = new Date()) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    hourCycle: "h23",
    timeZone: plan.timezone,
  }).formatToParts(instant);
  const part = (type) => Number(parts.find((one) => one.type === type).value);
  const early = part("hour") < DAY_ENDS ? 1 : 0;
  return new Date(Date.UTC(part("year"), part("month") - 1, part("day") - early)).toISOString().slice(0, 10);
}

/** Return a name as it stands inside a sentence: "ochtend". German names keep their capital. */
function inside(label, language) {
  return language === "de" ? label : label.slice(0, 1).toLocaleLowerCase(language) + label.slice(1);
}

/** Return `parts` after one another with the comma of the plan's language. */
export function joined(plan, ...parts) {
  return parts.join(plan.language === "ar" ? "، " : ", ");
}

/** Return "ochtend, 08:00", with the day before it when that is another: "maandag, ochtend, 08:00". */
export function momentWords(moment, plan, now = new Date()) {
  const words = joined(plan, inside(moment.label, plan.language), clock(moment.at, plan));
  if (moment.day === diaryDay(plan, now)) return words;
  const weekday = new Intl.DateTimeFormat(plan.language, { weekday: "long", timeZone: plan.timezone });
  return joined(plan, weekday.format(moment.at), words);
}

/** Return "17:12", with the day before it when that is another: "woensdag 11 maart, 17:12". */
export function sinceWords(instant, plan) {
  if (diaryDay(plan, instant) === diaryDay(plan)) return clock(instant, plan);
  const day = new Intl.DateTimeFormat((plan.language === "en" ? "en-GB" : plan.language) + HERE, {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone: plan.timezone,
  });
  return joined(plan, day.format(instant), clock(instant, plan));
}

/** Tell whether it is night on this phone's clock: the screen then stays dark and dim. */
export function isNight(now = new Date()) {
  return now.getHours() >= 22 || now.getHours() < 6;
}
