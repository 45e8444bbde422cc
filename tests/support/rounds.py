"""A round past every page of the patient's app, in every state that looks different.

Each page is opened once and handed to `look_at`. The patients come in by their phone's cookie, the
states by the same requests that the app makes, so the round takes seconds. A new page of the app
needs a line here: tests/browser/test_access.py fails until it has one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from playwright.sync_api import Page, expect

from tests.support.people import PIN, Somebody
from tests.support.phone import Phone

LookAt = Callable[[str], None]

NOON_BEFORE = "2026-03-11T13:10:00+01:00"
MORNING = "2026-03-12T08:10:00+01:00"
# In the moment of the evening, when all that is asked once a day is asked too.
EVENING = "2026-03-12T18:10:00+01:00"
BEFORE_TRIAL, AFTER_TRIAL = "2026-03-07T12:00:00+01:00", "2026-03-25T12:00:00+01:00"

_POST = """([path, fields]) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action: path });
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}"""
# The app's own modules, of the version that the page runs.
_MODULES = """const load = (name) => {
  const app = document.querySelector('script[src*="/js/"]').src;
  return import(app.replace(/[^/]+$/, `${name}.js`));
};
"""
_SHOW = f"""async (name) => {{
  {_MODULES}
  const [plans, events, views] = await Promise.all(["plan", "events", "views"].map(load));
  const plan = await plans.load();
  if (document.querySelector(`[data-view="${{name}}"] [data-event]`))
    await events.showForms(plan, name, null);
  else if (name === "question") {{
    const {{ Scoring }} = await load("score");
    await new Scoring(plan).begin({{ moment: null, replaces: null }});
  }}
  views.showView(name);
}}"""
# Everything that the line about this phone can say, below one another.
_STATUS = f"""async () => {{
  {_MODULES}
  const status = await load("status");
  const refused = [{{ position: 1, entry: {{}}, refused: "Too late." }}];
  status.show({{ problem: "offline", waiting: [1, 2], refused, others: [1] }}, () => undefined);
  document.querySelector("[data-push-offer]")?.removeAttribute("hidden");
}}"""


@dataclass
class Round:
    """The patients who go round, each with a phone: `anna` answers with numbers for two sites,
    `bram` has filled nothing in, `carla` has all that is asked beside scoring, `vera` the line.

    `stop_token` is of a link that stops `anna`'s e-mails, `too_late` her reminder of this midday.
    """

    phone: Phone
    language: str
    anna: Somebody
    bram: Somebody
    carla: Somebody
    vera: Somebody
    stop_token: str
    too_late: UUID
    look_at: LookAt

    @property
    def page(self) -> Page:
        """The page at hand."""
        return self.phone.page

    def walk(self) -> None:
        """Go round."""
        self._without_a_diary()
        self._scoring()
        self._behind_the_pin()
        self._pin()
        self._of_the_day()
        self._shell()
        self._on_the_line()
        self._nothing_asked()

    def _without_a_diary(self) -> None:
        self._see("activate", "/activate")
        self._unhide("[data-install-first]")
        self.look_at("activate on an iPhone")
        self._see("activate by the code of the letter", "/a/ABCD2345")
        self._submit("/activate")
        self.look_at("activate with what is wrong")
        self._submit("/score", owner=str(self.anna.id))
        self.look_at("not connected")
        self._see("no such page", "/nowhere")
        self._see("stop the e-mails", f"/stop/{self.stop_token}")
        self._submit(f"/stop/{self.stop_token}")
        self.look_at("e-mails stopped")
        self._see("a link that stops nothing", "/stop/nothing")

    def _scoring(self) -> None:
        self._be(self.anna)
        self._see("start with an open moment", "/")
        self._see("question", "/score")
        self._see("reminder opened too late", f"/score?p={self.too_late.hex}&s=0&c=web_push")
        self._see("late question", "/score?moment=morning")
        self._submit("/score", id=str(uuid4()), score="6")
        self.look_at("second question")
        self._submit("/score", id=str(uuid4()), score="no number")
        self.look_at("question with what is wrong")
        before = self._enter(NOON_BEFORE)
        first = self._enter(MORNING, scores={"leg": 9, "back": 4})
        today = self._enter(EVENING)
        self._enter(EVENING, replaces=first)
        gone = self._enter(MORNING)
        self._enter(EVENING, replaces=gone, withdrawn=True, scores=None)
        self._see("saved", f"/saved/{today}")
        self.page.evaluate(_STATUS)
        self.look_at("saved, with an offer and all that the phone can say")
        self._see("start with nothing open", "/")
        self._see("done already", "/score")
        self._see("change a measurement", f"/entries/{today}/correct")
        self._see("take a measurement back", f"/entries/{today}/withdraw")
        self._see("too late to change", f"/entries/{before}/correct")
        self._submit("/score", owner=str(self.bram.id))
        self.look_at("another diary on this phone")

    def _behind_the_pin(self) -> None:
        self._see("choose a PIN", "/pin?next=/")
        self._submit("/pin", pin="12345", again="12345")
        self.look_at("a PIN that anybody guesses")
        self._post("/pin", pin=PIN, again=PIN)
        self._see("my diary", "/diary")
        self._see("a week", "/diary/weeks/2026-03-05")
        self._see("a day", "/diary/days/2026-03-12")
        self._see("who has looked", "/looked")
        self._see("all my data", "/download")
        self._see("settings", "/settings")
        for part in ("[data-push] [hidden]", "[data-buzz]", "[data-reminders-hint]"):
            self._unhide(part)
        self.look_at("settings with every part")
        self._submit("/settings/email", email="nobody")
        self.look_at("settings with a message")
        self._see("another PIN", "/pin/change")
        self._see("disconnect", "/settings/disconnect")

    def _pin(self) -> None:
        self._post("/pin/lock")
        self._see("PIN", "/diary", led_to="/pin")
        self._submit("/pin", pin="86420")
        self.look_at("a wrong PIN")
        for _ in range(4):
            self._post("/pin", pin="86420")
        self._see("PIN locked", "/pin")
        self._be(self.bram)
        self._post("/pin", pin=PIN, again=PIN)
        self._see("my diary, still empty", "/diary")

    def _of_the_day(self) -> None:
        self._be(self.carla)
        self._see("start with all that can be done", "/")
        for form in ("medicines", "dose", "attacks", "evening"):
            self._see(form, f"/{form}")
        self._see("side effects", "/symptoms")
        self.page.locator("input[name=symptom]").first.check()
        self.look_at("side effects, one ticked")
        for form in ("evening", "symptoms"):
            self._submit(f"/{form}", id=str(uuid4()))
            self.look_at(f"{form} with nothing chosen")
        today = {"diary_day": EVENING[:10]}
        took = self._enter(EVENING, kind="medicines", not_taken=[], patches_changed=[], **today)
        self._see("saved medicines", f"/events/{took}")
        self._see("take medicines back", f"/events/{took}/withdraw")
        fever = self._enter(EVENING, kind="symptoms", symptoms=["fever"])
        self._see("saved symptoms: whom to call", f"/events/{fever}")
        attack = {"kind": "attack", "started_at": MORNING, "intensity": None}
        started = self._enter(EVENING, **attack, ended_at=None)
        self._see("start during an attack", "/")
        self._see("attack that runs", "/attacks")
        ended = self._enter(EVENING, **attack, ended_at=EVENING, replaces=started)
        self._see("how bad it was", f"/events/{ended}")
        self.phone.open("/dose")
        self.page.locator("[data-list=dose] button").first.click()
        self.page.locator("[data-undo]").wait_for()
        self.phone.settle()
        self.look_at("saved on the phone")

    def _shell(self) -> None:
        self._see("without network", f"/shell/{self.language}")
        views = self.page.locator("[data-view]").evaluate_all(
            "(views) => views.map((view) => view.dataset.view)"
        )
        for name in views:
            if name != "start":
                self.page.evaluate(_SHOW, name)
                self.look_at(f"without network: {name}")

    def _on_the_line(self) -> None:
        self._be(self.vera)
        self.phone.open("/")
        self._see("line", "/score")
        expect(self.page.locator(".line-image")).to_have_count(0)
        self.page.locator("[data-step-by='1']").click()
        self.page.locator("[data-no-mark]").evaluate("(one) => { one.hidden = false; }")
        self.look_at("line with a mark")
        self.page.route("**/js/*", lambda route: route.abort())
        self.page.goto(self.phone.server.url + "/score")
        expect(self.page.locator(".line-image")).to_be_visible()
        expect(self.page.locator("[data-line]")).to_be_hidden()
        self.look_at("line without scripts")
        self.page.unroute("**/js/*")

    def _nothing_asked(self) -> None:
        self._be(self.anna)
        for name, when in {"nothing asked yet": BEFORE_TRIAL, "all asked": AFTER_TRIAL}.items():
            self.phone.clock.set(when)
            self.phone.set_clock()
            self._see(name, "/")
            # A day on which nothing is asked is calm: nothing to press.
            expect(self.page.locator("main button, main .button")).to_have_count(0)

    def _see(self, name: str, path: str, led_to: str | None = None) -> None:
        self.page.goto(self.phone.server.url + path)
        self.phone.settle()
        # A page that leads to another one would be that one, twice.
        assert urlsplit(self.page.url).path == (led_to or urlsplit(path).path), name
        self.look_at(name)

    def _be(self, patient: Somebody) -> None:
        self.owner = patient
        url = self.phone.server.url
        # In quotes: the tokens of the tests have spaces.
        cookie = {"name": "diary_phone", "value": f'"{patient.token}"', "url": url}
        self.phone.context.add_cookies([cookie])  # type: ignore[list-item]

    def _unhide(self, selector: str) -> None:
        self.page.locator(selector).evaluate_all("(all) => all.map((one) => (one.hidden = false))")

    def _submit(self, path: str, **fields: str) -> None:
        """Send a form as a browser without scripts does, and stay on the page that comes."""
        if hasattr(self, "owner"):
            fields = {"owner": str(self.owner.id), **fields}
        with self.page.expect_navigation():
            self.page.evaluate(_POST, [path, fields])
        self.phone.settle()

    def _post(self, path: str, **fields: str) -> None:
        """Send a form without showing what comes of it."""
        form = {"owner": str(self.owner.id), **fields}
        answer = self.phone.context.request.post(self.phone.server.url + path, form=form)
        assert answer.status in {200, 422}, answer.text()

    def _enter(self, at: str, **item: Any) -> str:
        """Send an item as the scripts do, measured at `at`; returns its id."""
        new = str(uuid4())
        if "kind" not in item and not item.get("withdrawn"):
            item = {"scores": {"leg": 6, "back": 4}, **item}
        item = {name: value for name, value in item.items() if (name, value) != ("scores", None)}
        body = {"sent_at": EVENING, "entries": [{"id": new, "measured_at": at, **item}]}
        answer = self.phone.context.request.post(
            self.phone.server.url + "/api/v1/entries", data=body
        )
        assert answer.ok, answer.text()
        (result,) = answer.json()["results"]
        assert result["status"] == "stored", result
        return new
