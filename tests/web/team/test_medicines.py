"""The medicines of a patient, the questions of the evening, and reported alarm symptoms."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from diary.store.database import Database
from tests.store.diaries import add_events, event, new_medicine, on_list
from tests.support.clock import SettableClock
from tests.support.databases import CountQueries
from tests.support.people import NOON, People
from tests.web.conftest import PhoneOf
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page

OXYCODONE = {
    "substance": "oxycodon",
    "strength": "2,5",
    "unit": "mg",
    "form": "tablet",
    "route": "oral",
    "as_needed": "regular",
    "times_a_day": "6",
    "started_on": "2026-03-01",
}
PATCH = OXYCODONE | {
    "substance": "fentanyl",
    "strength": "25",
    "unit": "ug_per_h",
    "form": "patch",
    "route": "patch",
    "patch_days": "3",
    "times_a_day": "",
}
AS_NEEDED = OXYCODONE | {"as_needed": "as_needed", "times_a_day": ""}


@pytest.fixture
def desk(desk_of: DeskOf, people: People) -> FlaskClient:
    """Give the desk of the patient's own nurse."""
    return desk_of(people.nurse)


@pytest.fixture
def url(people: People) -> str:
    """Give the address of the patient's medicines."""
    return f"/team/patients/{people.patient.id}/medicines"


def page(
    desk: FlaskClient, url: str, data: dict[str, str] | None = None, status: int = 200
) -> Page:
    """Return the page at `url`, or that which a form sent there leads to."""
    answer = desk.get(url) if data is None else desk.post(url, data=data, follow_redirects=True)
    assert answer.status_code == status
    found = Page(answer.text)
    assert found.problems == []
    return found


def test_what_the_nurse_adds_is_asked_of_the_patient_and_stops(
    desk: FlaskClient, url: str, people: People, phone_of: PhoneOf
) -> None:
    assert "geen medicijnen" in page(desk, url).text
    for one in (OXYCODONE, PATCH, AS_NEEDED):
        page(desk, url, one)
    rows = page(desk, url).table("Medicijnen")[1:]
    assert [row[:4] for row in rows] == [
        [
            *("Fentanyl 25 µg per uur, pleister", "pleister op de huid"),
            *("elke 3 dagen een nieuwe pleister", "1 mrt 2026"),
        ],
        ["Oxycodon 2,5 mg, tablet", "via de mond", "6 per dag", "1 mrt 2026"],
        ["Oxycodon 2,5 mg, tablet", "via de mond", "zo nodig", "1 mrt 2026"],
    ]
    phone = phone_of(people.patient)
    listed = phone.get("/api/v1/today").get_json()["medicines"]
    assert [(one["as_needed"], one["patch"]) for one in listed] == [
        (False, True),
        (False, False),
        (True, False),
    ]
    patch, regular = listed[0]["id"], listed[1]["id"]
    page(desk, f"{url}/{patch}/stop", {"stopped_on": "2026-03-11"})
    after = page(desk, f"{url}/{regular}/stop", {"mistake": "yes"})
    assert [row[-1] for row in after.table("Gestopte medicijnen")[1:]] == [
        "11 mrt 2026",
        "per ongeluk ingevoerd",
    ]
    (left,) = phone.get("/api/v1/today").get_json()["medicines"]
    assert left["as_needed"]


@pytest.mark.parametrize(
    "change,field",
    [
        ({"substance": ""}, "substance"),
        ({"strength": "veel"}, "strength"),
        ({"times_a_day": ""}, "times_a_day"),
        ({"times_a_day": "0"}, "times_a_day"),
        ({"unit": "ug_per_h"}, "unit"),
        ({"as_needed": ""}, "as_needed"),
        ({"started_on": "1 maart"}, "started_on"),
        (PATCH | {"patch_days": "99"}, "patch_days"),
        (PATCH | {"unit": "mg"}, "unit"),
        (PATCH | {"as_needed": "as_needed"}, "as_needed"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_right_is_kept(
    change: dict[str, str], field: str, desk: FlaskClient, url: str
) -> None:
    found = page(desk, url, OXYCODONE | change, 422)
    (link,) = found.root.one("div", class_="error-summary").all("a")
    assert link.attributes["href"] == f"#{field}"
    kept = found.fields()
    sent = OXYCODONE | change
    assert kept["substance"] == sent["substance"]
    assert kept["strength"] == sent["strength"]


def test_a_name_that_is_not_known_is_asked_about(desk: FlaskClient, url: str) -> None:
    """A brand or a slip of the pen would count as 0 mg of morphine, and nobody would know."""
    brand = page(desk, url, OXYCODONE | {"substance": "OxyContin"}, 422)
    assert "Dit is een merknaam van oxycodone" in brand.text
    assert "opioid" not in brand.fields()
    page(desk, url, OXYCODONE | {"substance": "OxyContin", "opioid": "no"}, 422)

    asked = page(desk, url, OXYCODONE | {"substance": "oxycodn"}, 422)
    assert "Deze naam is hier niet bekend" in asked.text
    assert "Wat voor medicijn dit is" in asked.text
    named = page(desk, url, OXYCODONE | {"substance": "oxycodn", "opioid": "yes:oxycodn"}, 422)
    assert "Vul in het eerste veld de naam van de stof in" in named.text
    assert "geen medicijnen" in page(desk, url).text
    page(desk, url, OXYCODONE | {"substance": "Nieuwepijn", "opioid": "no:Nieuwepijn"})
    assert page(desk, url).table("Medicijnen")[1][0] == "Nieuwepijn 2,5 mg, tablet"
    page(desk, url, OXYCODONE | {"substance": "paracetamol"})


@pytest.mark.parametrize(
    "name", ["fentanyl pleister", "tramadol/paracetamol", "oxycodon Sandoz", "morfine injectie"]
)
def test_an_opioid_that_would_have_no_number_is_asked_by_its_bare_name(
    name: str, desk: FlaskClient, url: str
) -> None:
    """With another word beside it every day would be one for a physician to judge."""
    for answer in ({}, {"opioid": f"no:{name}"}):
        asked = page(desk, url, OXYCODONE | {"substance": name} | answer, 422)
        assert "Vul alleen de naam van de stof in" in asked.text
        assert "Wat voor medicijn dit is" not in asked.text
    page(desk, url, OXYCODONE | {"substance": "oxycodon 10 mg"})
    page(desk, url, OXYCODONE | {"substance": "methadon"})


def test_that_it_is_no_opioid_was_said_of_one_name_only(desk: FlaskClient, url: str) -> None:
    asked = page(desk, url, OXYCODONE | {"substance": "Nieuwepijn"}, 422)
    radios = [
        one.attributes for one in asked.root.all("input") if one.attributes["name"] == "opioid"
    ]
    answered = asked.fields() | {"opioid": radios[0]["value"] or ""}
    again = page(desk, url, answered | {"substance": "oxycodn"}, 422)
    assert "Deze naam is hier niet bekend" in again.text
    assert "opioid" not in again.fields(), "it is asked anew"
    # What is wrong elsewhere leaves the answer as it was given.
    wrong = page(desk, url, answered | {"strength": "veel"}, 422)
    assert wrong.fields()["opioid"] == answered["opioid"]
    page(desk, url, answered)
    assert page(desk, url).table("Medicijnen")[1][0] == "Nieuwepijn 2,5 mg, tablet"


def test_a_stop_that_is_impossible_is_told(
    desk: FlaskClient, url: str, people: People, database: Database, clock: SettableClock
) -> None:
    new = new_medicine("morfine")
    own = on_list(database, clock, people.nurse.scope, people.patient, new)
    for day in ("", "gisteren", "2026-02-28"):
        page(desk, f"{url}/{own}/stop", {"stopped_on": day}, 422)
    page(desk, f"{url}/{own}/stop", {"stopped_on": "2026-03-12"})
    assert "al gestopt" in page(desk, f"{url}/{own}/stop", {"stopped_on": "2026-03-13"}, 422).text


def test_the_questions_of_the_evening_are_chosen(
    desk: FlaskClient, url: str, people: People, phone_of: PhoneOf
) -> None:
    def asked() -> Any:
        return phone_of(people.patient).get("/api/v1/today").get_json()["evening"]

    assert asked() == ["sleep", "activity", "goal"]
    page(desk, f"{url}/evening", {"evening": "goal"})
    assert asked() == ["goal"]
    page(desk, f"{url}/evening", {})
    assert asked() == []


def test_an_alarm_is_on_the_list_and_the_page_until_it_is_closed(
    desk: FlaskClient,
    people: People,
    database: Database,
    clock: SettableClock,
    count_queries: CountQueries,
) -> None:
    own = f"/team/patients/{people.patient.id}"
    assert "alarm" not in desk.get("/team/patients").text.casefold()
    with count_queries() as before:
        desk.get("/team/patients")
    report = event("symptoms", NOON, {"symptoms": ["fever", "wound"]})
    hers = event("symptoms", NOON, {"symptoms": ["fever"]})
    add_events(database, clock, people.patient, report)
    add_events(database, clock, people.other, hers)
    desk.get("/team/patients")
    with count_queries() as after:
        on_list_page = page(desk, "/team/patients")
    # The centre's own words of the symptoms, once for the page.
    assert len(after) == len(before) + 1
    for found in (on_list_page, page(desk, own)):
        banner = found.root.one("div", class_="error-summary alarms").text
        assert "Koorts" in banner
        assert "Bram" not in banner
    assert desk.get(f"{own}/alarms/{hers.id}").status_code == 404
    form = f"{own}/alarms/{report.id}"
    assert "Vul in wat er is gedaan." in page(desk, form, {"note": " "}, 422).text
    closed = page(desk, form, {"note": "Gebeld: komt om 14:00."})
    assert closed.root.all("div", class_="error-summary alarms") == []
    assert closed.table("Alarmklachten")[1][-1] == "Gebeld: komt om 14:00."
    assert "alarm" not in desk.get("/team/patients").text.casefold()
    page(desk, form, {"note": "Nog eens."}, 409)


def test_the_page_shows_what_was_filled_in_besides_the_pain(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    own = f"/team/patients/{people.patient.id}"
    assert "naast de pijn" in page(desk, own).text
    by = people.nurse.scope
    regular = on_list(database, clock, by, people.patient, new_medicine("morfine", "40"))
    needed = new_medicine("codeïne", as_needed=True, times_a_day=None)
    as_needed = on_list(database, clock, by, people.patient, needed)
    day, before = NOON.date(), date(2026, 3, 11)
    tick: dict[str, Any] = {"not_taken": [], "patches_changed": []}
    missed = tick | {"not_taken": [str(regular)]}
    began = {"started_at": NOON.isoformat(), "ended_at": None, "intensity": None}
    add_events(
        database,
        clock,
        people.patient,
        event("medicines", NOON, tick, diary_day=before),
        event("medicines", NOON, missed, diary_day=day),
        event("dose", NOON, {"medicine": str(as_needed), "count": "1.5"}),
        event("attack", NOON, began),
        event("evening", NOON, {"sleep": 3, "activity": None, "goal": 7}, diary_day=day),
        event("attack_day", NOON, {"attacks": 0}, diary_day=before),
    )
    rows = page(desk, own).table("Medicijnen, aanvallen en avond per dag")[1:]
    missed_words = "niet genomen: Morfine 40 mg, tablet"
    assert rows == [
        [
            *("12 mrt 2026", missed_words, "1,5", "een arts beoordeelt", "1, niet bevestigd"),
            *("3", "–", "7"),
        ],
        ["11 mrt 2026", "alles genomen", "–", "120,0", "0", "–", "–", "–"],
    ]
