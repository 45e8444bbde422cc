// Before a session ends for lack of use, the page says so; a form that is sent after that is kept on
// the page until somebody has signed in again, in another tab. What was typed is stored nowhere.

const notice = document.querySelector("[data-staying]");
const WARN_BEFORE = 2 * 60 * 1000;
const LOOK_EVERY = 5 * 1000;
const TIMEOUT = 15 * 1000;

if (notice) {
  const idle = Number(notice.dataset.staying) * 1000;
  const { ask, who } = notice.dataset;
  const parts = ["soon", "over", "other", "unreached"].map((name) => notice.querySelector(`[data-${name}]`));
  const [soon, over, other, unreached] = parts;
  let used = Date.now();
  let isDoubtful = false;

  const show = (part) => {
    notice.hidden = !part;
    for (const one of parts) one.hidden = one !== part;
  };

  // Who is signed in on this browser now, null for nobody; asking counts as use.
  const signedIn = async () => {
    const answer = await fetch(ask, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT) });
    if (answer.type === "opaqueredirect") return null;
    if (!answer.ok) throw new Error(`no answer: ${answer.status}`);
    return answer.text();
  };

  const look = () => {
    const left = used + idle - Date.now();
    // What was said when a form was sent says more.
    if (left <= 0 && (notice.hidden || !soon.hidden)) show(over);
    else if (left > 0 && left <= WARN_BEFORE && notice.hidden) show(soon);
  };

  /** Go on as the person of this page, or say why that cannot be. */
  const stay = async () => {
    let found;
    try {
      found = await signedIn();
    } catch {
      return show(unreached);
    }
    if (found === null) return show(over);
    if (found !== who) return show(other);
    used = Date.now();
    isDoubtful = false;
    return show(null);
  };

  // Each page tells the others of this browser whose it is: a form of somebody else asks first.
  const channel = new BroadcastChannel("diary-staff");
  channel.onmessage = ({ data }) => {
    isDoubtful ||= data !== who;
  };
  channel.postMessage(who);

  notice.querySelector("[data-stay]").addEventListener("click", stay);
  setInterval(look, LOOK_EVERY);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.method !== "post" || (Date.now() < used + idle && !isDoubtful)) return;
    event.preventDefault();
    const button = event.submitter;
    await stay();
    if (notice.hidden) form.requestSubmit(button);
    else notice.focus();
  });
}
