"""Who has looked at my diary, and the copy of all own data."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO

import pytest
from flask.testing import FlaskClient

from diary.exchange.case_files import read_case
from diary.store import audit, pins
from diary.store.database import Database
from diary.store.looks import looks
from diary.store.own_data import own_rows
from diary.store.tables import Action
from diary.web.patient.looks import EVENTS
from tests.store.diaries import add, entry
from tests.support.clock import SettableClock
from tests.support.people import PIN, People
from tests.web.conftest import PhoneOf, squeeze

Note = Callable[..., None]


@pytest.fixture
def phone(people: People, phone_of: PhoneOf) -> FlaskClient:
    client = phone_of(people.patient)
    client.post("/language", data={"language": "en"})
    return client


@pytest.fixture
def note(people: People, database: Database, clock: SettableClock) -> Note:
    """Give what writes a line about the patient into the log."""

    def write(who: str, event: str, action: Action = Action.READ, **more: bool) -> None:
        scope = people.product if who == "product" else getattr(people, who).scope
        with database.write(scope, now=clock()) as unit:
            audit.log(unit, event, action, access_point="t", patient_id=people.patient.id, **more)

    return write


def test_looks_are_told_in_plain_words(
    phone: FlaskClient, note: Note, clock: SettableClock
) -> None:
    assert "Nobody has looked yet." in phone.get("/looked").text
    note("nurse", "patient.read")
    clock.advance(minutes=4)
    note("nurse", "patient.chart")
    note("colleague", "patient.read", authorised=False, treatment_relation=False)
    note("product", "diary exported")
    note("nurse", "something.new", Action.UPDATE, emergency=True)
    page = squeeze(phone.get("/looked").text)
    assert "Thursday 12 March, 12:00 – 12:04 (2 times)" in page
    assert "<strong>Nurse1 (nurse)</strong></p><p>Looked at your diary</p>" in page
    assert "Treats you." in page
    assert 'class="refused"' in page
    assert "Tried to look. That was not allowed, and nothing was shown." in page
    assert "<strong>The computer of your pain centre</strong>" in page
    assert 'Changed something in your data</p><p class="what">There was an emergency.' in page
    # No codes, and nothing of the patient's own doing.
    for code in (*EVENTS, "something.new", "access_log", "GET "):
        assert code not in page


def test_a_long_list_goes_on_on_the_next_page(
    phone: FlaskClient,
    note: Note,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("diary.web.patient.access_log.PAGE", 2)
    for event in ("patient.read", "phase.read", "phone.letter"):
        note("nurse", event)
    first = phone.get("/looked").text
    assert "Looked at your diary" not in first
    address = first.split("/looked?before=")[1].split('"')[0]
    second = phone.get(f"/looked?before={address}").text
    assert "Looked at your diary" in second
    assert "Made a letter" not in second
    for odd in ("x", "999999999999", "9" * 30):
        assert phone.get(f"/looked?before={odd}").status_code == 200


def test_only_who_may_read_the_diary_reads_its_looks_and_rows(
    database: Database,
    people: People,
    clock: SettableClock,
    note: Note,
) -> None:
    note("nurse", "patient.read")
    for who, scope in (people.insiders | people.outsiders).items():
        with database.read(scope, now=clock()) as unit:
            sees = who in people.insiders
            assert bool(looks(unit, people.patient.id)) is sees, who
            assert bool(own_rows(unit, people.patient.id)) is sees, who


def test_the_copy_holds_everything_and_opens_nothing(
    phone: FlaskClient,
    people: People,
    database: Database,
    clock: SettableClock,
    note: Note,
) -> None:
    add(database, clock, people.patient, entry(clock()))
    add(database, clock, people.other, entry(clock()))
    note("nurse", "patient.read")
    with database.write(people.patient.scope, now=clock()) as unit:
        pins.choose(unit, people.patient.phone, PIN)
    assert "Download the file" in phone.get("/download").text
    answer = phone.post("/download/file", data={"owner": str(people.patient.id)})
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="diary-2026-03-12.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert set(files) == {
        *("README.txt", "diary.csv", "diary.json", "access.csv", "everything.json")
    }
    case, problems = read_case(files["diary.json"])
    assert (len(case.entries), problems) == (1, ())
    table = StringIO(files["access.csv"].decode("utf-8-sig"))
    lines = list(csv.reader(table, delimiter=";"))
    assert lines[0] == ["Day", "Time", "Who", "What", "Why"]
    assert any("Nurse1 (nurse)" in line for line in lines)
    rows = json.loads(files["everything.json"])
    (patient,) = rows["patient"]
    assert (patient["name"], patient["birth_date"]) == (
        "Anna Bakker",
        date(1971, 5, 2).isoformat(),
    )
    assert {row["patient_id"] for row in rows["entry"]} == {str(people.patient.id)}
    assert [row["site"] for row in rows["score"]] == ["leg"]
    assert not {key for kind in rows.values() for row in kind for key in row if "hash" in key}
    assert not {"pin", "activation_code", "push_subscription"} & set(rows)
    with database.read(people.patient.scope, now=clock()) as unit:
        latest = audit.of_patient(unit, people.patient.id)[0]
    assert (latest.event, latest.action) == ("patient.export", Action.READ)


def test_a_copy_of_before_the_diary_began_is_made_too(
    phone: FlaskClient, clock: SettableClock, people: People
) -> None:
    clock.set("2026-02-20T12:00:00+01:00")
    assert "has not started" in phone.get("/diary").text
    form = {"owner": str(people.patient.id)}
    assert phone.post("/download/file", data=form).status_code == 200


def test_each_page_is_found_in_two_ways(phone: FlaskClient) -> None:
    links: dict[str, set[str]] = {}
    for path in ("/", "/diary", "/settings"):
        for link in re.findall(r'<a[^>]*href="([^"#]+)', phone.get(path).text):
            links.setdefault(link, set()).add(path)
    for page in ("/", "/diary", "/settings", "/looked", "/download"):
        assert len(links[page] - {page}) >= 2, page
