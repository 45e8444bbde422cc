// Before a session ends for lack of use, the page says so; a form that is sent after that is kept on
// the page until somebody has signed in again, in another tab. What was typed is stored nowhere.

const notice = document.querySelector("[data-staying]");
const WARN_BEFORE = 2 * 60 * 1000;
const LOOK_EVERY = 5 * 1000;

if (notice) {
  const idle = Number(notice.dataset.staying) * 1000;
  const [soon, over] = ["soon", "over"].map((name) => notice.querySelector(`[data-${name}]`));
  let used = Date.now();

  const show = (part) => {
    notice.hidden = !part;
    soon.hidden = part !== soon;
    over.hidden = part !== over;
  };

  // Who is signed in is sent on from the sign-in page; asking counts as use.
  const isIn = async () => {
    const answer = await fetch(notice.dataset.ask, { redirect: "manual" });
    return answer.type === "opaqueredirect";
  };

  const look = () => {
    const left = used + idle - Date.now();
    if (left <= 0) show(over);
    else if (left <= WARN_BEFORE) show(soon);
  };

  const stay = async () => {
    if (!(await isIn())) return show(over);
    used = Date.now();
    return show(null);
  };

  notice.querySelector("[data-stay]").addEventListener("click", stay);
  setInterval(look, LOOK_EVERY);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.method !== "post" || Date.now() < used + idle) return;
    event.preventDefault();
    const button = event.submitter;
    await stay();
    if (notice.hidden) form.requestSubmit(button);
    else notice.focus();
  });
}
