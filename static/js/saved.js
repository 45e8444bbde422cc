// The page after saving: what was saved and where it is now, ten seconds to undo it, and what next.

import { takeBack } from "./actions.js";
import { send } from "./app.js";
import { buzz } from "./haptic.js";
import { nextMoment } from "./plan.js";
import { sayFull } from "./status.js";
import { sendLater } from "./sync.js";
import { clock, momentWords } from "./time.js";
import { answerLine, find, say, showView } from "./views.js";

const UNDO = 10000;
let shown = null;
let timer;

/** Show that `item` is on this phone, then send it and say where it is.
 *
 * `lines` are pairs of a question and its answer; `change` asks it again (null: it cannot be changed);
 * `undo` takes it back at once (null: it cannot be undone).
 */
export async function showSaved(plan, item, { lines = [], change, undo = () => takeBack(plan, item) }) {
  shown = item.id;
  buzz();
  const answers = find("saved-answers");
  // An attack has times of its own.
  const when = item.kind === "attack" ? [] : [[answers.dataset.when, clock(new Date(), plan)]];
  answers.replaceChildren(...[...lines, ...when].map((line) => answerLine(...line)));
  sayNext(plan);
  // Reminders are of scores: they are offered once there is one.
  find("after-score").hidden = Boolean(item.kind);
  find("call").hidden = !item.symptoms?.length;
  find("worst").hidden = item.kind !== "attack" || !item.ended_at || item.intensity !== null;
  const again = find("change");
  again.onclick = change;
  again.parentElement.hidden = !change;
  find("saved-where").textContent = find("saved-where").dataset.here;
  offerUndo(undo);
  showView("saved");
  find("saved-title").focus({ preventScroll: true });
  // A reload must not ask the same question again.
  history.replaceState(null, "", `/${item.kind ? "events" : "saved"}/${item.id}`);
  await sendLater();
  sayWhere(item, await send());
}

function sayNext(plan) {
  const [line, next] = [find("saved-next"), nextMoment(plan)];
  line.hidden = !next;
  if (next) say(line, { moment: momentWords(next, plan) });
}

function offerUndo(undo) {
  const [button, withdraw] = [find("undo"), find("withdraw")];
  clearTimeout(timer);
  withdraw.hidden = true;
  withdraw.removeAttribute("href");
  button.hidden = !undo;
  timer = setTimeout(() => {
    button.hidden = true;
    withdraw.hidden = !withdraw.hasAttribute("href");
  }, UNDO);
  button.onclick = async () => {
    button.hidden = true;
    try {
      await undo();
    } catch {
      return sayFull();
    }
    shown = null;
    showView("undone");
    find("undone-title").focus({ preventScroll: true });
    history.replaceState(null, "", "/");
    await sendLater();
    await send();
  };
}

function sayWhere(item, left) {
  // Another answer is on the screen by now.
  if (shown !== item.id) return;
  const is = (entry) => entry.id === item.id;
  const [refused, waiting] = [left.refused.some(is), left.waiting.some(is)];
  const where = find("saved-where");
  where.textContent = where.dataset[refused ? "failed" : waiting ? "here" : "there"];
  const withdraw = find("withdraw");
  withdraw.hidden = refused || !find("undo").hidden;
  if (!refused) {
    withdraw.href = `/${item.kind ? "events" : "entries"}/${item.id}/withdraw`;
    return;
  }
  find("undo").hidden = true;
  find("change").parentElement.hidden = true;
}
