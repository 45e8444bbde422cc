"""Sites and people: from the account that the administrator makes to the first sign-in."""

from __future__ import annotations

import re

import pyotp
import pytest
from flask.testing import FlaskClient

from diary.store import audit, patients, staffing, untreated
from diary.store.database import Database
from diary.store.errors import NotFound
from tests.support.clock import SettableClock
from tests.support.people import PASSWORD, TOTP_SECRET, People
from tests.web.admin.conftest import See
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page

NEW_PASSWORD = "een zin die niemand raadt"


@pytest.fixture
def new(people: People) -> dict[str, str]:
    """Give the form of a new colleague."""
    return {
        "name": "Cor Visser",
        "login": " C.Visser ",
        "role": "nurse",
        "language": "nl",
        "site_id": str(people.site_id),
    }


def link(page: Page) -> str:
    found = re.search(r"/team/welcome/\S+", page.text)
    assert found is not None
    return found[0]


def codes(page: Page, clock: SettableClock) -> str:
    secret = page.root.one("code").text.replace(" ", "")
    return pyotp.TOTP(secret).at(clock())


def begin(client: FlaskClient, address: str, clock: SettableClock) -> None:
    """Open a welcome link and choose a password."""
    code = codes(Page(client.get(address).text), clock)
    data = {"password": NEW_PASSWORD, "again": NEW_PASSWORD, "code": code}
    assert client.post(address, data=data).status_code == 303


def test_a_colleague_begins_with_a_link_that_is_good_once(
    see: See, new: dict[str, str], nobody: FlaskClient, clock: SettableClock
) -> None:
    address = link(see("staff/new", new))
    page = Page(nobody.get(address).text)
    assert page.problems == []
    assert "c.visser" in page.text
    right = {"password": NEW_PASSWORD, "again": NEW_PASSWORD, "code": codes(page, clock)}
    for wrong, field in [
        ({"password": "kort", "again": "kort"}, "password"),
        ({"again": "iets anders dan dat"}, "again"),
        ({"code": "000000"}, "code"),
    ]:
        answer = nobody.post(address, data=right | wrong)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        assert NEW_PASSWORD not in answer.text
    assert nobody.post(address, data=right).status_code == 303
    # Good once: as is the code.
    for again in (nobody.get(address), nobody.post(address, data=right)):
        assert again.status_code == 404
        assert "maar één keer" in Page(again.text).text
    clock.advance(seconds=30)
    signed = {"login": "c.visser", "password": NEW_PASSWORD, "code": codes(page, clock)}
    assert nobody.post("/team/sign-in", data=signed).status_code == 303
    assert nobody.get("/team/").status_code == 200


def test_a_link_is_over_after_three_days_and_by_a_newer_one(
    see: See, people: People, nobody: FlaskClient, clock: SettableClock, desk_of: DeskOf
) -> None:
    nurse = desk_of(people.nurse)
    first = link(see(f"staff/{people.nurse.id}/reset", {}))
    assert nurse.get("/team/").status_code == 303
    signed = {"password": PASSWORD, "code": pyotp.TOTP(TOTP_SECRET).at(clock())}
    old = nobody.post("/team/sign-in", data=signed | {"login": people.nurse.login})
    assert old.status_code == 422
    second = link(see(f"staff/{people.nurse.id}/reset", {}))
    assert [nobody.get(one).status_code for one in (first, second)] == [404, 200]
    # Not the last sign of the signature: half of its bits are not looked at.
    forged = second[:-2] + ("A" if second[-2] != "A" else "B") + second[-1]
    assert nobody.get(forged).status_code == 404
    clock.advance(days=3)
    assert nobody.get(second).status_code == 404


def test_tries_at_a_closed_link_do_not_keep_it_closed(
    see: See, new: dict[str, str], nobody: FlaskClient, clock: SettableClock
) -> None:
    address = link(see("staff/new", new))
    wrong = {"password": NEW_PASSWORD, "again": NEW_PASSWORD, "code": "000000"}
    for _ in range(5):
        assert "Dit is te vaak geprobeerd" not in nobody.post(address, data=wrong).text
    for _ in range(3):
        clock.advance(minutes=4)
        for _try in range(2):
            assert "Dit is te vaak geprobeerd" in nobody.post(address, data=wrong).text
    clock.advance(minutes=4)
    begin(nobody, address, clock)


def test_a_form_that_is_not_right_keeps_what_was_typed(see: See, new: dict[str, str]) -> None:
    for wrong, field in [
        ({"name": ""}, "name"),
        ({"login": "cor visser"}, "login"),
        ({"login": "nurse1"}, "login"),
        ({"role": "patient"}, "role"),
        ({"site_id": ""}, "site_id"),
    ]:
        page = see("staff/new", new | wrong, 422)
        assert page.root.all("span", id=f"{field}-error")
        assert page.fields()["login"].casefold() == (new | wrong)["login"].strip().casefold()


def test_nobody_leaves_a_patient_alone(
    see: See,
    people: People,
    desk_of: DeskOf,
    database: Database,
    clock: SettableClock,
) -> None:
    nurse = desk_of(people.nurse)
    url = f"staff/{people.nurse.id}"
    page = see(f"{url}/deactivate", {}, 422)
    assert "1 patiënt" in page.text
    assert "Bakker" not in page.text
    assert nurse.get("/team/").status_code == 200
    # Nor by another role; an auditor takes no patients over.
    duties = {"name": "Nu auditor", "role": "auditor", "site_id": str(people.site_id)}
    see(url, duties, 422)
    see(url, duties | {"successor": str(people.auditor.id)}, 422)
    see(f"{url}/deactivate", {"successor": str(people.colleague.id)})
    assert nurse.get("/team/").status_code == 303
    colleague = desk_of(people.colleague)
    assert colleague.get(f"/team/patients/{people.patient.id}").status_code == 200
    with database.read(people.colleague.scope, now=clock()) as unit:
        events = [line.event for line in audit.of_patient(unit, people.patient.id)]
    assert "relation.hand_over" in events
    see(f"{url}/reactivate", {})
    back = desk_of(people.nurse)
    assert back.get("/team/").status_code == 200
    assert back.get(f"/team/patients/{people.patient.id}").status_code == 404


def test_patients_whom_nobody_treats_find_somebody(
    see: See, people: People, desk_of: DeskOf, database: Database, clock: SettableClock
) -> None:
    assert "door niemand behandeld" not in see("staff").text
    # What no page does any more; it could happen, and then nobody had a way back.
    with database.write(people.nurse.scope, now=clock()) as unit:
        patients.end_relation(unit, people.nurse.id, people.patient.id)
    page = see("staff")
    assert "1 patiënt wordt sinds 12 mrt 2026 door niemand behandeld" in page.text
    assert "Bakker" not in page.text
    able = [one.text for one in page.root.one("select").all("option")]
    assert able == ["kies…", "Nurse1", "Nurse2"]
    assert see("staff/untreated", {"successor": ""}, 422).root.all("span", id="successor-error")
    see("staff/untreated", {"successor": str(people.auditor.id)}, 404)
    given = see("staff/untreated", {"successor": str(people.colleague.id)})
    assert "1 patiënt is overgedragen" in given.text
    assert "door niemand behandeld" not in given.text
    opened = desk_of(people.colleague).get(f"/team/patients/{people.patient.id}")
    assert opened.status_code == 200
    with database.read(people.colleague.scope, now=clock()) as unit:
        events = [line.event for line in audit.of_patient(unit, people.patient.id)]
    assert "relation.hand_over" in events


def test_the_only_administrator_keeps_the_own_password(
    see: See, people: People, new: dict[str, str], nobody: FlaskClient, clock: SettableClock
) -> None:
    url = f"staff/{people.administrator.id}"
    assert "uw eigen account" in see(url).text
    assert "uw eigen account" not in see(f"staff/{people.nurse.id}").text
    page = see(f"{url}/reset", {}, 422)
    assert "Geen andere beheerder" in page.root.one("span", id="reset-error").text
    assert page.root.all("a", href="#reset")
    begin(nobody, link(see("staff/new", new | {"role": "administrator"})), clock)
    assert "/team/welcome/" in see(f"{url}/reset", {}).text


def test_the_last_administrator_stays(
    see: See, people: People, new: dict[str, str], nobody: FlaskClient, clock: SettableClock
) -> None:
    url = f"staff/{people.administrator.id}"
    duties = {"name": "Admin", "role": "auditor", "site_id": str(people.site_id)}
    for path, data in ((f"{url}/deactivate", {}), (url, duties)):
        assert "Geen andere beheerder" in see(path, data, 422).text
    # One who never came is none.
    address = link(see("staff/new", new | {"role": "administrator"}))
    assert "Geen andere beheerder" in see(f"{url}/deactivate", {}, 422).text
    begin(nobody, address, clock)
    # Now there is another one; who left is signed out.
    assert see(f"{url}/deactivate", {}).root.one("h1").text == "Inloggen voor het team"


def test_sites(see: See, people: People) -> None:
    added = see("sites", {"site": " Zuid "}).root.all("input")
    assert "Zuid" in [one.attributes.get("value") for one in added]
    for name in ("", "zuid", "x" * 201):
        assert see("sites", {"site": name}, 422).root.all("span", id="site-error")
        page = see(f"sites/{people.site_id}", {"name": name}, 422)
        assert page.root.all("span", id=f"name-{people.site_id}-error")
    assert "Oost" in str(see(f"sites/{people.site_id}", {"name": "Oost"}).root)


def test_who_treats_this_patient(people: People, desk_of: DeskOf) -> None:
    desk, url = desk_of(people.nurse), f"/team/patients/{people.patient.id}/treating"
    page = Page(desk.get(url).text)
    assert page.problems == []
    assert len(page.table("Wie deze patiënt behandelt")) == 2
    # The last one stays, and an administrator treats nobody.
    assert desk.post(f"{url}/leave").status_code == 422
    for who in (people.administrator.id, people.stranger.id, ""):
        assert desk.post(url, data={"colleague": str(who)}).status_code == 422
    assert desk.post(url, data={"colleague": str(people.colleague.id)}).status_code == 303
    assert desk_of(people.colleague).get(url).status_code == 200
    assert desk.post(f"{url}/leave").status_code == 303
    assert desk.get(url).status_code == 404


@pytest.mark.parametrize("who", ["nurse", "auditor", "stranger", "patient"])
def test_only_administrators_look_after_people(
    who: str, database: Database, clock: SettableClock, people: People
) -> None:
    scope = getattr(people, who).scope
    with database.read(scope, now=clock()) as unit, pytest.raises(NotFound):
        staffing.staff(unit)
    with database.write(scope, now=clock()) as unit, pytest.raises(NotFound):
        staffing.deactivate(unit, people.nurse.id)
    with database.write(scope, now=clock()) as unit, pytest.raises(NotFound):
        untreated.give(unit, people.nurse.id)
