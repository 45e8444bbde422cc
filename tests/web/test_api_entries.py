"""`POST /api/v1/entries`: each entry is judged by itself, kept once, and never echoed."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diary.language import catalogue
from diary.store import diary_reading, phones
from diary.store.database import Database
from diary.store.diary_reading import EntryView
from diary.web.api.schemas import MOST_ENTRIES
from diary.web.app import MAX_BODY
from diary.web.identity import PHONE_COOKIE, TEAM_COOKIE
from tests.support.clock import SettableClock
from tests.support.people import People, Somebody
from tests.support.server import make_app
from tests.web.conftest import PhoneOf

URL = "/api/v1/entries"
NOON = "2026-03-12T12:00:00+01:00"
CANARY = "kanarie-4711"


def entry(**changes: object) -> dict[str, Any]:
    """Return a good entry; a change to None leaves the key out."""
    whole = {"id": str(uuid4()), "measured_at": NOON, "scores": {"leg": 7, "back": 3}, **changes}
    return {key: value for key, value in whole.items() if value is not None}


def send(client: FlaskClient, *entries: object, sent_at: str = NOON, **more: object) -> Any:
    """Send a batch; return the results, or the error of a refused batch."""
    answer = client.post(URL, json={"sent_at": sent_at, "entries": list(entries), **more})
    body = answer.get_json()
    return body["results"] if answer.status_code == 200 else (answer.status_code, body["error"])


@pytest.fixture
def phone(people: People, phone_of: PhoneOf) -> FlaskClient:
    """Give the patient's phone."""
    return phone_of(people.patient)


def stored(database: Database, somebody: Somebody, clock: SettableClock) -> list[EntryView]:
    """Return what the store has of somebody."""
    with database.read(somebody.scope, now=clock()) as unit:
        return diary_reading.entries(unit, somebody.pathway)


def test_the_same_entry_again_is_a_duplicate_however_it_is_written(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    one = entry(note="slecht geslapen")
    same = dict(
        reversed(entry(**{**one, "scores": {"back": "3", "leg": 7.0}, "late": False}).items())
    )
    assert send(phone, one) == [{"id": one["id"], "status": "stored"}]
    assert send(phone, one, same) == [{"id": one["id"], "status": "duplicate"}] * 2
    (kept,) = stored(database, people.patient, clock)
    assert (kept.scores, kept.note) == ({"leg": 7, "back": 3}, "slecht geslapen")
    assert kept.measured_at == datetime.fromisoformat(NOON)


@pytest.mark.parametrize(
    "change",
    [
        {"scores": {"leg": 8, "back": 3}},
        {"scores": {"leg": 7}},
        {"measured_at": "2026-03-12T12:00:01+01:00"},
        {"late": True},
        {"note": "anders"},
    ],
)
def test_the_same_id_with_another_body_is_rejected(
    change: dict[str, Any],
    phone: FlaskClient,
    people: People,
    database: Database,
    clock: SettableClock,
) -> None:
    one = entry()
    send(phone, one)
    before = stored(database, people.patient, clock)
    (result,) = send(phone, {**one, **change})
    assert (result["id"], result["status"]) == (one["id"], "rejected")
    assert stored(database, people.patient, clock) == before


def test_an_id_of_another_patient_is_rejected_like_any_other_used_id(
    phone_of: PhoneOf, people: People, database: Database, clock: SettableClock
) -> None:
    mine, theirs = phone_of(people.patient), phone_of(people.other)
    one = entry()
    send(theirs, one)
    (foreign,) = send(mine, one)
    own = entry()
    send(mine, own)
    (used,) = send(mine, {**own, "note": "anders"})
    assert foreign["status"] == "rejected"
    assert foreign["error"] == used["error"]
    assert [kept.id for kept in stored(database, people.other, clock)] == [UUID(one["id"])]
    assert [kept.id for kept in stored(database, people.patient, clock)] == [UUID(own["id"])]


BAD_ENTRIES: dict[str, Any] = {
    "no id": entry(id=""),
    "id that is none": entry(id=CANARY),
    "id that is a number": entry(id=4711),
    "no time": {"id": str(uuid4()), "scores": {"leg": 7}},
    "time without offset": entry(measured_at="2026-03-12T12:00:00"),
    "time that is none": entry(measured_at=CANARY),
    "seconds since 1970": entry(measured_at=1773313200),
    "seconds since 1970 as text": entry(measured_at="1773313200"),
    "time before phones": entry(measured_at="1412-01-01T00:00:00+00:00"),
    "time far ahead": entry(measured_at="9999-12-31T23:59:59+00:00"),
    "no scores": entry(scores={}),
    "score off the scale": entry(scores={"leg": 11}),
    "negative score": entry(scores={"leg": -1}),
    "half a point": entry(scores={"leg": 7.5}),
    "almost a whole": entry(scores={"leg": "7.0000000000000000001"}),
    "score beyond all scales": entry(scores={"leg": 10**30}),
    "score with an exponent that is a number": entry(scores={"leg": 1e40}),
    "hardly any score": entry(scores={"leg": 1e-30}),
    "score as words": entry(scores={"leg": CANARY}),
    "score with an exponent": entry(scores={"leg": "1e0"}),
    "score that is true": entry(scores={"leg": True}),
    "score that is nothing": entry(scores={"leg": None, "back": 3}),
    "score that is a list": entry(scores={"leg": [7]}),
    "other pain site": entry(scores={CANARY: 7}),
    "scores as a list": entry(scores=[7, 3]),
    "moment that is not planned": entry(moment=CANARY, late=True),
    "late as a word": entry(late="yes"),
    "long note": entry(note=CANARY * 100),
    "medicine without substance": entry(medication=[{"route": "oral", "mg": 20}]),
    "dose as words": entry(medication=[{"substance": "x", "route": "oral", "mg": CANARY}]),
    "dose beyond all measure": entry(
        medication=[{"substance": "x", "route": "oral", "mg": 10**30}]
    ),
    "unknown key": entry(**{CANARY: CANARY}),
    "correction of nothing": entry(replaces=str(uuid4())),
}


def test_a_bad_entry_is_rejected_and_stops_no_other(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    good = []
    for what, bad in BAD_ENTRIES.items():
        first, last = entry(), entry()
        good += [UUID(first["id"]), UUID(last["id"])]
        answer = phone.post(URL, json={"sent_at": NOON, "entries": [first, bad, last]})
        assert answer.status_code == 200, what
        results = answer.get_json()["results"]
        statuses = [result["status"] for result in results]
        assert statuses == ["stored", "rejected", "stored"], what
        error = results[1]["error"]
        assert error["message"], what
        assert set(error) <= {"code", "message", "fields"}, what
        assert CANARY not in answer.text, what
    assert {kept.id for kept in stored(database, people.patient, clock)} == set(good)


BAD_BODIES: list[tuple[bytes, int]] = [
    (b"", 400),
    (b"{", 400),
    (b"[]", 400),
    (b"null", 400),
    (b'"text"', 400),
    (b"\xff\xfe", 400),
    (b"[" * 100_000, 400),
    (b'{"sent_at": "%s", "entries": NaN}' % NOON.encode(), 400),
    (b'{"sent_at": "%s", "entries": {}}' % NOON.encode(), 400),
    (b'{"sent_at": "%s", "entries": [7]}' % NOON.encode(), 400),
    (b'{"sent_at": "%s"}' % NOON.encode(), 400),
    (b'{"entries": []}', 400),
    (b'{"sent_at": "%s", "entries": [], "kanarie-4711": 1}' % NOON.encode(), 400),
    (b'{"sent_at": "%s", "entries": [%s]}' % (NOON.encode(), b"1" * 5000), 400),
    (b"x" * (MAX_BODY + 1), 413),
]


def test_a_body_that_cannot_be_read_is_refused_in_the_one_shape(phone: FlaskClient) -> None:
    for body, status in BAD_BODIES:
        answer = phone.post(URL, data=body, content_type="application/json")
        assert answer.status_code == status, body[:80]
        assert set(answer.get_json()["error"]) <= {"code", "message", "fields"}, body[:80]
        assert CANARY not in answer.text


def test_a_batch_has_an_end_and_is_json(phone: FlaskClient) -> None:
    status, error = send(phone, *[entry()] * (MOST_ENTRIES + 1))
    assert (status, set(error["fields"])) == (400, {"entries"})
    assert phone.post(URL, data={"sent_at": NOON}).status_code == 415


def test_errors_are_in_the_language_of_the_patient(phone: FlaskClient) -> None:
    (result,) = send(phone, entry(scores={"leg": "veel"}))
    in_dutch = catalogue("nl").gettext("This is not complete or not right.")
    assert result["error"]["message"] == in_dutch


@pytest.mark.parametrize("who", ["nobody", "nurse", "revoked"])
def test_only_a_connected_phone_may_send(
    who: str, app: Flask, people: People, database: Database, clock: SettableClock
) -> None:
    client = app.test_client()
    if who == "nurse":
        client.set_cookie(TEAM_COOKIE, "a session")
    if who == "revoked":
        client.set_cookie(PHONE_COOKIE, people.patient.token)
        with database.write(people.patient.scope, now=clock()) as unit:
            phones.revoke_phone(unit, people.patient.phone.phone_id)
    status, error = send(client, entry())
    assert (status, error["code"]) == (401, "signed_out")
    assert stored(database, people.patient, clock) == []


@pytest.mark.parametrize(
    "headers, status",
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_another_site_cannot_send_in_the_patients_name(
    headers: dict[str, str], status: int, phone: FlaskClient
) -> None:
    answer = phone.post(URL, json={"sent_at": NOON, "entries": [entry()]}, headers=headers)
    assert answer.status_code == status


def test_a_batch_of_another_owner_is_refused_as_a_whole(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    status, error = send(phone, entry(), owner=str(people.other.id))
    assert (status, error["code"]) == (409, "other_patient")
    assert stored(database, people.patient, clock) == []
    assert send(phone, entry(), owner=str(people.patient.id))[0]["status"] == "stored"


@pytest.mark.parametrize(
    "measured_at, sent_at, error_seconds",
    [
        ("2026-03-12T11:59:00+01:00", "2026-03-12T12:00:00+01:00", 0),
        ("2026-03-09T08:00:00+01:00", "2026-03-12T12:00:00+01:00", 0),
        ("2026-03-12T10:00:00+01:00", "2026-03-12T10:00:00+01:00", -2 * 3600),
        ("2026-03-13T11:00:00+01:00", "2026-03-13T12:00:00+01:00", 24 * 3600),
        # Set right, or wrong, between answering and sending.
        ("2026-03-12T11:00:00+01:00", "2026-03-12T10:00:00+01:00", -2 * 3600),
        ("1970-01-01T00:10:00+00:00", "1970-01-01T00:20:00+00:00", -1_773_312_000),
        # Ahead when answered, right when sent: ahead by that much at least.
        ("2026-03-13T11:00:00+01:00", "2026-03-12T12:00:00+01:00", 23 * 3600),
        ("2199-12-31T23:59:00+00:00", "2026-03-12T12:00:00+01:00", 2**31 - 1),
        # From long before the diary began: slow by that much at least, whatever came later.
        ("1970-01-01T00:10:00+00:00", "2026-03-12T12:00:00+01:00", -1_772_405_400),
        ("1970-01-01T00:10:00+00:00", "0001-01-01T00:00:00+14:00", -1_772_405_400),
        # The clock at sending is no clock: the answer does not suffer from it.
        ("2026-03-12T11:00:00+01:00", "0001-01-01T00:00:00+14:00", None),
        ("2026-03-12T11:00:00+01:00", "9999-12-31T23:59:59-14:00", None),
        ("2026-03-12T11:00:00+01:00", "+010000-01-01T00:00:00+01:00", None),
    ],
)
def test_a_wrong_clock_is_estimated_and_never_corrected(
    measured_at: str,
    sent_at: str,
    error_seconds: int | None,
    phone: FlaskClient,
    people: People,
    database: Database,
    clock: SettableClock,
) -> None:
    (result,) = send(phone, entry(measured_at=measured_at), sent_at=sent_at)
    assert result["status"] == "stored"
    (kept,) = stored(database, people.patient, clock)
    assert kept.measured_at == datetime.fromisoformat(measured_at)
    assert kept.received_at == clock()
    assert kept.clock_error_seconds == error_seconds
    # The diary goes on with it.
    for path in ("/", "/diary", "/diary/leg.svg?theme=light", "/score", "/api/v1/today"):
        assert phone.get(path).status_code == 200, path


def test_a_missed_moment_is_late_and_an_open_one_scheduled(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    late = entry(late=True, moment="morning")
    scheduled = entry(measured_at="2026-03-12T12:30:00+01:00")
    clock.set("2026-03-12T12:30:00+01:00")
    send(phone, late, scheduled, sent_at="2026-03-12T12:30:00+01:00")
    found = {kept.id: (kept.moment, kept.kind) for kept in stored(database, people.patient, clock)}
    assert found == {
        UUID(late["id"]): ("morning", "late"),
        UUID(scheduled["id"]): ("midday", "scheduled"),
    }


def test_a_batch_may_correct_and_take_back_what_came_before_in_it(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    wrong = entry(scores={"leg": 9, "back": 9})
    right = entry(scores={"leg": 2, "back": 2}, replaces=wrong["id"])
    other = entry()
    gone = entry(scores=None, replaces=other["id"], withdrawn=True)
    results = send(phone, wrong, right, other, gone)
    assert [result["status"] for result in results] == ["stored"] * 4
    assert [result["status"] for result in send(phone, wrong, right, other, gone)] == [
        "duplicate"
    ] * 4
    found = stored(database, people.patient, clock)
    assert [kept.id for kept in found if kept.stands] == [UUID(right["id"])]
    assert len(found) == 4


def test_medication_and_note_are_kept_with_their_answer(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    medication = [{"substance": "oxycodone", "route": "oral", "mg": "7.50"}]
    one = entry(note="na de wandeling", medication=medication)
    assert send(phone, one)[0]["status"] == "stored"
    (kept,) = stored(database, people.patient, clock)
    note, line = (kept.note or "").split("\n")
    assert note == "na de wandeling"
    assert json.loads(line.removeprefix("medication: ")) == medication[0]
    medication[0]["mg"] = "8"
    assert send(phone, {**one, "medication": medication})[0]["status"] == "rejected"


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_same_batch_a_hundred_times_in_parallel_is_one_row_each(
    engine: str, request: pytest.FixtureRequest, clock: SettableClock
) -> None:
    from tests.support.people import Maker

    database: Database = request.getfixturevalue(f"{engine}_database")
    people = Maker(database, clock).people()
    app = make_app(database, clock)
    batch = [entry(), entry(measured_at="2026-03-12T11:00:00+01:00"), entry(scores={"leg": 11})]

    def post(_number: int) -> list[str]:
        client = app.test_client()
        client.set_cookie(PHONE_COOKIE, people.patient.token)
        return [result["status"] for result in send(client, *batch)]

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(post, range(100)))
    assert sorted(answers)[-1] == ["stored", "stored", "rejected"]
    assert answers.count(["duplicate", "duplicate", "rejected"]) == 99
    assert len(stored(database, people.patient, clock)) == 2


def test_phones_far_from_utc_keep_their_offset(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    instant = datetime.fromisoformat(NOON).astimezone(UTC)
    measured_at = (instant + timedelta(hours=14)).replace(tzinfo=None).isoformat() + "+14:00"
    send(phone, entry(measured_at=measured_at))
    (kept,) = stored(database, people.patient, clock)
    assert kept.measured_at is not None
    assert kept.measured_at.isoformat() == measured_at


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(sorted(entry())) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


ODD_ENTRIES = st.builds(entry, scores=JSON, measured_at=JSON, note=JSON)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(items=st.lists(JSON | ODD_ENTRIES, max_size=3))
def test_no_body_at_all_is_an_error_of_ours(phone: FlaskClient, items: list[Any]) -> None:
    body = json.dumps({"sent_at": NOON, "entries": items})
    answer = phone.post(URL, data=body, content_type="application/json")
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        assert len(answer.get_json()["results"]) == len(items)
