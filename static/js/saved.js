// The page after saving: what was saved and where it is now, ten seconds to undo it, and what next.

import { takeBack } from "./actions.js";
import { send } from "./app.js";
import { buzz } from "./haptic.js";
import { nextMoment, openMoment } from "./plan.js";
import { sayFull } from "./status.js";
import { sendLater } from "./sync.js";
import { clock, momentWords } from "./time.js";
import { answerLine, find, say, showView } from "./views.js";

const UNDO = 10000;
let shown = null;
let timer;
let isOver = false;
let isUndoing = false;

/** Show that `item` is on this phone, then send it and say where it is.
 *
 * `what` says which measurement it is; `lines` are pairs of a question and its answer; `change` asks it again (null: it cannot be changed);
 * `undo` takes it back at once (null: it cannot be undone).
 */
export async function showSaved(plan, item, { what = "", lines = [], change, undo = () => takeBack(plan, item) }) {
  shown = item.id;
  buzz();
  const answers = find("saved-answers");
  // An attack has times of its own.
  const when = item.kind === "attack" ? [] : [[answers.dataset.when, clock(new Date(), plan)]];
  answers.replaceChildren(...[...lines, ...when].map((line) => answerLine(...line)));
  find("saved-what").textContent = what;
  find("saved-what").hidden = !what;
  sayNext(plan);
  // Reminders are of scores: they are offered once there is one.
  find("after-score").hidden = Boolean(item.kind);
  find("call").hidden = !item.symptoms?.length;
  find("worst").hidden = item.kind !== "attack" || !item.ended_at || item.intensity !== null;
  const again = find("change");
  again.onclick = change;
  again.parentElement.hidden = !change;
  sayIsAt(item, "here");
  offerUndo(undo);
  showView("saved");
  find("saved-title").focus({ preventScroll: true });
  // A reload must not ask the same question again.
  history.replaceState(null, "", `/${item.kind ? "events" : "saved"}/${item.id}`);
  await sendLater();
  sayWhere(item, await send());
}

/** Say where `item` is; of an alarm it counts whether the centre knows. */
function sayIsAt(item, place) {
  const words = find("saved-where").dataset;
  const report = item.symptoms?.length && { here: words.reportHere, there: words.reportThere }[place];
  find("saved-where").textContent = report || words[place];
}

/** Say what can be filled in now, or else what comes next. */
function sayNext(plan) {
  const [open, next] = [openMoment(plan), nextMoment(plan)];
  find("saved-open").hidden = !open;
  if (open) say(find("saved-open").querySelector("a"), { moment: momentWords(open, plan) });
  find("saved-next").hidden = Boolean(open) || !next;
  if (next) say(find("saved-next"), { moment: momentWords(next, plan) });
}

/** Show the one of both ways to take it back that holds now. */
function showWayBack() {
  const [button, withdraw] = [find("undo"), find("withdraw")];
  const hadFocus = document.activeElement === button;
  // While it is being taken back, what was sent meanwhile must not offer that a second time.
  button.hidden = isUndoing || !button.onclick || (isOver && withdraw.hasAttribute("href"));
  withdraw.hidden = isUndoing || !button.hidden || !withdraw.hasAttribute("href");
  if (hadFocus && button.hidden) withdraw.focus({ preventScroll: true });
}

function offerUndo(undo) {
  const button = find("undo");
  clearTimeout(timer);
  isOver = false;
  isUndoing = false;
  find("withdraw").removeAttribute("href");
  timer = setTimeout(() => {
    isOver = true;
    showWayBack();
  }, UNDO);
  const takeItBack = async () => {
    if (isUndoing) return;
    isUndoing = true;
    showWayBack();
    try {
      await undo();
    } catch {
      isUndoing = false;
      showWayBack();
      return sayFull();
    }
    shown = null;
    showView("undone");
    find("undone-title").focus({ preventScroll: true });
    history.replaceState(null, "", "/");
    await sendLater();
    await send();
  };
  button.onclick = undo && takeItBack;
  showWayBack();
}

function sayWhere(item, left) {
  // Another answer is on the screen by now.
  if (shown !== item.id) return;
  const is = (entry) => entry.id === item.id;
  const [refused, waiting] = [left.refused.some(is), left.waiting.some(is)];
  sayIsAt(item, refused ? "failed" : waiting ? "here" : "there");
  if (!refused) {
    find("withdraw").href = `/${item.kind ? "events" : "entries"}/${item.id}/withdraw`;
    showWayBack();
    return;
  }
  find("undo").onclick = null;
  showWayBack();
  find("change").parentElement.hidden = true;
}
