// Times as the diary wants them, and as the patient reads them.

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
  return new Intl.DateTimeFormat(plan.language === "en" ? "en-GB" : plan.language, {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: plan.timezone,
  }).format(date);
}

/** Return "ochtend, 08:00", with the day before it when that is another: "maandag, ochtend, 08:00". */
export function momentWords(moment, plan, now = new Date()) {
  const words = `${moment.label.toLocaleLowerCase(plan.language)}, ${clock(moment.at, plan)}`;
  // A diary day ends at four in the night.
  const lived = new Date(now.getTime() - 4 * 3600000);
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: plan.timezone }).format(lived);
  if (moment.day === today) return words;
  const weekday = new Intl.DateTimeFormat(plan.language, { weekday: "long", timeZone: plan.timezone });
  return `${weekday.format(moment.at)}, ${words}`;
}

/** Tell whether it is night on this phone's clock: the screen then stays dark and dim. */
export function isNight(now = new Date()) {
  return now.getHours() >= 22 || now.getHours() < 6;
}
