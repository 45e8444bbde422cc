"""What the team writes of a patient: notes, consent, the facts of the intake; and who looked."""

from __future__ import annotations

from html import unescape

import pytest
from flask.testing import FlaskClient

from diary.protocol.indications.known import FACTS
from diary.store import reaching
from diary.store.database import Database
from diary.store.tables import Channel
from diary.wording import intake as wording
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page


@pytest.fixture
def desk(people: People, desk_of: DeskOf) -> FlaskClient:
    """Give the nurse's browser."""
    return desk_of(people.nurse)


@pytest.fixture
def base(people: People) -> str:
    """Give the address of the patient."""
    return f"/team/patients/{people.patient.id}"


def ask(desk: FlaskClient, path: str) -> Page:
    page = Page(desk.get(path).text)
    assert page.problems == []
    return page


def test_a_note_is_written_read_and_corrected(
    desk: FlaskClient, base: str, clock: SettableClock
) -> None:
    assert "Er is nog niets geschreven." in ask(desk, f"{base}/notes").text
    assert desk.post(f"{base}/notes", data={"text": "Belt <maandag>."}).status_code == 303
    clock.advance(minutes=5)
    page = ask(desk, f"{base}/notes")
    assert "Belt <maandag>." in page.text
    assert "Belt <maandag>." in ask(desk, base).text
    correct = next(a for a in page.root.all("a") if a.text.startswith("Verbeteren"))
    form = ask(desk, unescape(correct.attributes["href"] or ""))
    assert form.root.one("textarea").text.strip() == "Belt <maandag>."
    sent = {"corrects": form.fields()["corrects"], "text": "Belt dinsdag."}
    assert desk.post(f"{base}/notes", data=sent).status_code == 303
    after = ask(desk, f"{base}/notes").text
    assert "verbeterd" in after
    shown = ask(desk, base).text
    assert "Belt dinsdag." in shown
    assert "Belt <maandag>." not in shown
    second = desk.post(f"{base}/notes", data=sent)
    assert second.status_code == 409
    assert "Er is niets opgeslagen" in Page(second.text).text
    empty = desk.post(f"{base}/notes", data={"text": " "})
    assert empty.status_code == 422
    assert "Schrijf eerst iets." in Page(empty.text).text


def test_who_looked_is_read_with_the_ground(
    desk: FlaskClient, base: str, people: People, desk_of: DeskOf
) -> None:
    desk.get(base)
    desk_of(people.colleague).get(base)
    rows = ask(desk, f"{base}/looked").table("Wie er keek")[1:]
    assert rows[0][1:] == [
        "Nurse2, verpleegkundige",
        "Patiënt: keek",
        "geweigerd: er is niets getoond",
    ]
    assert rows[1][1:] == ["Nurse1, verpleegkundige", "Patiënt: keek", "behandelt de patiënt"]
    for _ in range(110):
        desk.get(f"{base}/notes")
    page = ask(desk, f"{base}/looked")
    assert len(page.table("Wie er keek")) == 101
    earlier = next(a for a in page.root.all("a") if a.text == "Eerder")
    rows = ask(desk, earlier.attributes["href"] or "").table("Wie er keek")
    assert any("geweigerd" in row[3] for row in rows)


def test_consent_is_written_down_and_withdrawn(
    desk: FlaskClient, base: str, people: People, database: Database, clock: SettableClock
) -> None:
    said = {"data": "yes", "email": "yes", "said_on": "2026-03-12"}
    assert desk.post(f"{base}/consent", data=said).status_code == 303
    clock.advance(minutes=1)
    desk.post(f"{base}/consent", data=said | {"email": "no"})
    page = ask(desk, f"{base}/consent")
    rows = page.table("Tot nu toe gezegd")[1:]
    assert rows[0][:3] == ["Herinneringen per e-mail", "ingetrokken", "12 mrt 2026"]
    assert "Nurse1" in rows[0][3]
    assert len(rows) == 3
    assert page.fields()["email"] == "no"
    with database.read(people.nurse.scope, now=clock()) as unit:
        assert reaching.stopped_at(unit, people.patient.id, Channel.EMAIL)
    for day, words in (("2026-03-13", "Kies vandaag of een eerdere dag."), ("", "Vul dit in.")):
        wrong = desk.post(f"{base}/consent", data=said | {"said_on": day})
        assert wrong.status_code == 422
        assert words in Page(wrong.text).text


def criteria(page: Page) -> dict[str, str]:
    return {row[0]: row[1] for row in page.table("Criteria")[1:]}


def test_the_checklist_is_filled_in_step_by_step(desk: FlaskClient, base: str) -> None:
    page = ask(desk, f"{base}/eligibility")
    before = criteria(page)
    assert before["Minstens 18 jaar oud"] == "✓ Voldaan"
    assert before["Niet zwanger"] == "? Onbekend"
    sent = page.fields() | {
        "pregnant": "no",
        "active_infection": "yes",
        "bmi": "31,5",
        "back_operations": "1",
        "technique": "scs",
        "result_physiotherapy": "not_enough",
        "on_physiotherapy": "2025-11-03",
    }
    assert desk.post(f"{base}/eligibility", data=sent).status_code == 303
    page = ask(desk, f"{base}/eligibility")
    after = criteria(page)
    assert after["Niet zwanger"] == "✓ Voldaan"
    assert after["Geen actieve infectie"] == "✗ Niet voldaan"
    assert {name: page.fields()[name] for name in sent if name != "number"} == {
        **{name: value for name, value in sent.items() if name != "number"},
        "bmi": "31.5",
    }
    # On the number that was seen: a colleague saved meanwhile.
    second = desk.post(f"{base}/eligibility", data=sent | {"pregnant": "yes"})
    assert second.status_code == 409
    assert criteria(ask(desk, f"{base}/eligibility"))["Niet zwanger"] == "✓ Voldaan"


@pytest.mark.parametrize(
    "sent,words",
    [
        ({"bmi": "900"}, "BMI (kg/m²): Dit getal kan hier niet."),
        ({"bmi": "a lot"}, "BMI (kg/m²): Dit getal kan hier niet."),
        ({"technique": "magic"}, "Techniek: Kies een van deze"),
        ({"on_physiotherapy": "2025-11-03"}, "Vul van elke behandeling het resultaat en de dag in"),
        ({"result_physiotherapy": "enough"}, "Vul van elke behandeling het resultaat en de dag in"),
        ({"on_physiotherapy": "soon", "result_physiotherapy": "enough"}, "Vul een datum in"),
    ],
)
def test_what_is_wrong_in_the_facts_is_said_and_the_rest_kept(
    sent: dict[str, str], words: str, desk: FlaskClient, base: str
) -> None:
    answer = desk.post(f"{base}/eligibility", data={"number": "0", "pregnant": "no"} | sent)
    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.problems == []
    assert words in page.root.one("div", class_="error-summary").text
    assert page.fields()["pregnant"] == "no"
    assert criteria(ask(desk, f"{base}/eligibility"))["Niet zwanger"] == "? Onbekend"


def test_every_fact_has_its_words() -> None:
    assert wording.FACTS.keys() == FACTS.keys()
