"""Entries come in: once, in their place, corrected by new rows, the bad ones told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import uuid4

import pytest

from diary.protocol.counting import order_key
from diary.protocol.entries import Kind
from diary.protocol.scales import Source
from diary.store import audit, cases, diary_reading, diary_writing, new_entries
from diary.store.database import Database
from diary.store.diary_reading import MomentState
from diary.store.diary_writing import NewEntry
from diary.store.errors import NotFound
from diary.store.scope import Scope
from diary.store.tables import EntryRow, ScoreRow
from tests.store.diaries import add, count, diary_of, entry, reread, statuses
from tests.support.clock import SettableClock
from tests.support.people import NOON, People

DAY = date(2026, 3, 12)


def test_an_entry_keeps_its_three_times_and_its_place(
    database: Database, clock: SettableClock, people: People
) -> None:
    clock.set("2026-03-12T20:00:00+01:00")
    new = entry("2026-03-12T05:04:00-02:00", 8, clock_error_seconds=-40, note="Ramen gelapt")
    assert statuses(add(database, clock, people.patient, new)) == ["stored"]
    (found,) = diary_of(database, clock, people.patient)
    assert found.measured_at is not None
    assert found.measured_at.isoformat() == "2026-03-12T05:04:00-02:00"
    assert (found.received_at, found.clock_error_seconds) == (clock(), -40)
    assert (found.diary_day, found.moment, found.kind) == (DAY, "morning", Kind.SCHEDULED)
    assert (found.scores, found.note) == ({"leg": Fraction(8)}, "Ramen gelapt")


@pytest.mark.parametrize(
    "at,more,kind,moment,day",
    [
        ("2026-03-12T03:10:00+01:00", {}, Kind.SCHEDULED, "night", date(2026, 3, 11)),
        ("2026-03-12T11:00:00+01:00", {}, Kind.EXTRA, None, DAY),
        ("2026-03-12T11:00:00+01:00", {"late": True}, Kind.LATE, "morning", DAY),
        ("2026-03-12T23:30:00+01:00", {"moment": "midday"}, Kind.LATE, "midday", DAY),
        (None, {"diary_day": DAY, "moment": "midday"}, Kind.SCHEDULED, "midday", DAY),
        (None, {"diary_day": DAY, "moment": "midday", "late": True}, Kind.LATE, "midday", DAY),
    ],
)
def test_places(
    database: Database,
    clock: SettableClock,
    people: People,
    at: str | None,
    more: dict[str, object],
    kind: Kind,
    moment: str | None,
    day: date,
) -> None:
    source = Source.PHONE if at else Source.PAPER
    assert statuses(add(database, clock, people.patient, entry(at, source=source, **more))) == [
        "stored"
    ]
    (found,) = diary_of(database, clock, people.patient)
    assert (found.kind, found.moment, found.diary_day) == (kind, moment, day)


BAD = [
    pytest.param(lambda: entry(NOON, 11), "Not on the scale: 0 to 10 is expected.", id="11"),
    pytest.param(lambda: entry(NOON, Fraction(15, 2)), "A whole number is expected.", id="7.5"),
    pytest.param(
        lambda: entry(None, Fraction(73, 10), diary_day=DAY, moment="midday", source=Source.PAPER),
        "A whole or a half number is expected.",
        id="7.3 on paper",
    ),
    pytest.param(lambda: entry(NOON, scores={}), "A score is needed.", id="no score"),
    pytest.param(
        lambda: entry(NOON, scores={"neck": Fraction(3)}),
        "This pain site is not in the diary.",
        id="other site",
    ),
    pytest.param(
        lambda: entry(NOON.replace(tzinfo=None)),
        "The time of the entry is needed, with its offset.",
        id="naive",
    ),
    pytest.param(
        lambda: entry(None), "The time of the entry is needed, with its offset.", id="no time"
    ),
    pytest.param(
        lambda: entry(NOON, moment="teatime"), "This moment is not in the diary.", id="no moment"
    ),
    pytest.param(
        lambda: entry(None, diary_day=DAY, moment="bedtime", source=Source.PAPER),
        "This moment has not come yet.",
        id="to come",
    ),
    pytest.param(
        lambda: entry(NOON, note="x" * 10_001),
        "The note is too long: at most 10000 characters.",
        id="long note",
    ),
    pytest.param(
        lambda: entry(NOON, replaces_id=uuid4()),
        "The entry to change cannot be found.",
        id="corrects nothing",
    ),
]


@pytest.mark.parametrize("make,text", BAD)
def test_a_bad_entry_stops_no_other(
    database: Database, clock: SettableClock, people: People, make: object, text: str
) -> None:
    assert callable(make)
    batch = [entry("2026-03-12T08:00:00+01:00"), make(), entry("2026-03-12T13:00:00+01:00")]
    clock.set("2026-03-12T13:30:00+01:00")
    outcomes = add(database, clock, people.patient, *batch)
    assert statuses(outcomes) == ["stored", "rejected", "stored"]
    assert outcomes[1].error is not None
    assert outcomes[1].error % outcomes[1].values == text
    assert [o.id for o in outcomes] == [e.id for e in batch]
    assert len(diary_of(database, clock, people.patient)) == 2


def test_the_same_entry_again_is_a_duplicate(
    database: Database, clock: SettableClock, people: People
) -> None:
    first = entry(NOON)
    assert statuses(add(database, clock, people.patient, first, first)) == ["stored", "duplicate"]
    revision = reread(database, clock, people.patient).revision
    assert statuses(add(database, clock, people.patient, first)) == ["duplicate"]
    assert reread(database, clock, people.patient).revision == revision
    assert count(database, EntryRow) == count(database, ScoreRow) == 1


def test_without_a_hash_the_content_is_compared(
    database: Database, clock: SettableClock, people: People
) -> None:
    first = NewEntry(uuid4(), NOON, scores={"leg": Fraction(7)})
    other = replace(first, scores={"leg": Fraction(6)})
    assert statuses(add(database, clock, people.patient, first, first, other)) == [
        "stored",
        "duplicate",
        "rejected",
    ]


def test_the_same_id_with_another_body_or_patient_is_rejected(
    database: Database, clock: SettableClock, people: People
) -> None:
    first = entry(NOON, 7)
    add(database, clock, people.patient, first)
    before = diary_of(database, clock, people.patient)
    other_body = add(database, clock, people.patient, entry(NOON, 1, id=first.id))
    other_patient = add(database, clock, people.other, first)
    assert statuses([*other_body, *other_patient]) == ["rejected", "rejected"]
    # The same words, whoever's it is: they do not tell that it exists.
    assert other_body[0].error == other_patient[0].error
    assert diary_of(database, clock, people.patient) == before
    assert diary_of(database, clock, people.other) == []
    with database.read(people.auditor.scope, now=clock()) as unit:
        lines = audit.of_patient(unit, people.other.id)
    assert (lines[0].event, lines[0].authorised) == ("entries.add", False)


def test_nobody_writes_in_a_diary_outside_the_scope(
    database: Database, clock: SettableClock, people: People
) -> None:
    for scope in people.outsiders.values():
        with pytest.raises(NotFound):
            add(database, clock, people.patient, entry(NOON), by=scope)
    assert count(database, EntryRow) == 0


def test_a_chain_of_corrections(database: Database, clock: SettableClock, people: People) -> None:
    first = entry("2026-03-12T08:10:00+01:00", 7, clock_error_seconds=3)
    second = entry("2026-03-12T11:50:00+01:00", 6, replaces_id=first.id)
    third = entry("2026-03-12T11:55:00+01:00", 5, replaces_id=second.id)
    # Offline, an entry and its corrections may well come in one batch.
    assert statuses(add(database, clock, people.patient, first, second, third)) == ["stored"] * 3
    views = diary_of(database, clock, people.patient)
    assert [v.id for v in views if v.stands] == [third.id]
    assert {v.id: v.replaced_by for v in views} == {
        first.id: second.id,
        second.id: third.id,
        third.id: None,
    }
    # All of them were measured when the first was.
    assert {v.measured_at for v in views} == {first.measured_at}
    assert {(v.moment, v.kind) for v in views} == {("morning", Kind.SCHEDULED)}
    again = add(database, clock, people.patient, entry(NOON, 4, replaces_id=first.id))
    assert again[0].error is not None
    assert again[0].error.startswith("This entry was changed already.")


def test_a_withdrawal_opens_the_moment_again(
    database: Database, clock: SettableClock, people: People
) -> None:
    clock.set("2026-03-12T08:20:00+01:00")
    first = entry(clock())
    back = entry(clock(), scores={}, replaces_id=first.id, withdrawn=True)
    add(database, clock, people.patient, first, back)
    assert state(database, clock, people, "morning") is MomentState.OPEN
    refused = add(database, clock, people.patient, entry(clock(), replaces_id=back.id))
    assert statuses(refused) == ["rejected"]
    assert statuses(add(database, clock, people.patient, entry(clock(), 3))) == ["stored"]
    assert state(database, clock, people, "morning") is MomentState.ANSWERED


@pytest.mark.parametrize(
    "corrected_at,received_at,status",
    [
        ("2026-03-13T03:59:00+01:00", "2026-03-13T03:59:00+01:00", "stored"),
        ("2026-03-12T20:00:00+01:00", "2026-03-14T09:00:00+01:00", "stored"),
        ("2026-03-13T04:00:00+01:00", "2026-03-13T04:00:00+01:00", "rejected"),
        (None, "2026-03-13T04:00:00+01:00", "rejected"),
    ],
    ids=["last minute", "offline, the same day", "next day", "no time: when it came in"],
)
def test_corrections_end_with_the_diary_day(
    database: Database,
    clock: SettableClock,
    people: People,
    corrected_at: str | None,
    received_at: str,
    status: str,
) -> None:
    first = entry(NOON)
    add(database, clock, people.patient, first)
    clock.set(received_at)
    changed = entry(corrected_at, 2, replaces_id=first.id)
    assert statuses(add(database, clock, people.patient, changed)) == [status]


def test_a_slip_in_typing_over_paper_is_mended_later(
    database: Database, clock: SettableClock, people: People
) -> None:
    half = Fraction(15, 2)
    paper = entry(None, half, diary_day=date(2026, 3, 10), moment="evening", source=Source.PAPER)
    nurse = {"by": people.nurse.scope, "typed_by": people.nurse.id}
    mended = entry(None, 5, replaces_id=paper.id)
    assert statuses(add(database, clock, people.patient, paper, mended, **nurse)) == ["stored"] * 2
    (stands,) = (view for view in diary_of(database, clock, people.patient) if view.stands)
    assert (stands.scores, stands.source) == ({"leg": 5}, Source.PAPER)
    assert stands.typed_by == people.nurse.id
    # The nurse mends what was typed, never what the patient said by phone.
    phone = entry("2026-03-11T08:00:00+01:00")
    add(database, clock, people.patient, phone)
    refused = add(database, clock, people.patient, entry(None, 1, replaces_id=phone.id), **nurse)
    assert statuses(refused) == ["rejected"]


def test_of_a_phone_and_a_paper_answer_the_day_shows_the_one_that_counts(
    database: Database, clock: SettableClock, people: People
) -> None:
    """Paper was typed over first; the phone had no network until then."""
    nurse = {"by": people.nurse.scope, "typed_by": people.nurse.id}
    paper = [
        entry(None, score, diary_day=DAY, moment="midday", source=Source.PAPER) for score in (7, 8)
    ]
    add(database, clock, people.patient, *paper, **nurse)
    phone = entry(NOON, 3)
    for counts in (min(paper, key=lambda one: str(one.id)), phone):
        if counts is phone:
            add(database, clock, people.patient, phone)
        with database.read(people.nurse.scope, now=clock()) as unit:
            (day,) = diary_reading.days(unit, people.patient.pathway, DAY, DAY)
            case = cases.case_of(unit, people.patient.id, clock())
        (shown,) = (one.entry for one in day.moments if one.planned.moment.name == "midday")
        assert case is not None
        assert shown is not None
        assert str(shown.id) == min(case.entries, key=order_key).id == str(counts.id)


def test_what_was_typed_over_is_not_changed_from_the_phone(
    database: Database, clock: SettableClock, people: People
) -> None:
    nurse = {"by": people.nurse.scope, "typed_by": people.nurse.id}
    paper = entry(None, diary_day=DAY, moment="morning", source=Source.PAPER)
    add(database, clock, people.patient, paper, **nurse)
    for changed in (
        entry(NOON, 1, replaces_id=paper.id),
        entry(NOON, scores={}, replaces_id=paper.id, withdrawn=True),
    ):
        (told,) = add(database, clock, people.patient, changed)
        assert told.error == diary_writing.FROM_PAPER
    (stands,) = diary_of(database, clock, people.patient)
    assert (stands.stands, stands.typed_by) == (True, people.nurse.id)


def test_an_entry_of_another_patient_cannot_be_corrected(
    database: Database, clock: SettableClock, people: People
) -> None:
    theirs = entry(NOON)
    add(database, clock, people.other, theirs)
    outcome = add(database, clock, people.patient, entry(NOON, replaces_id=theirs.id))
    assert outcome[0].error == "The entry to change cannot be found."


def test_a_batch_is_one_line_in_the_log(
    database: Database, clock: SettableClock, people: People
) -> None:
    batch = (entry(NOON), entry(NOON, 11))
    add(database, clock, people.patient, *batch, phone_id=people.patient.phone.phone_id)
    add(database, clock, people.patient, batch[0])
    with database.read(people.patient.scope, now=clock()) as unit:
        lines = audit.of_patient(unit, people.patient.id)
    (line,) = (line for line in lines if line.event == "entries.add")
    pathway = people.patient.pathway.id
    assert line.object == f"pathway {pathway}: 1 stored, 1 rejected"
    assert (line.actor_id, line.treatment_relation) == (people.patient.id, True)


def test_a_day_with_its_moments(database: Database, clock: SettableClock, people: People) -> None:
    clock.set("2026-03-12T18:30:00+01:00")
    morning, midday = entry("2026-03-12T08:00:00+01:00"), entry("2026-03-12T17:00:00+01:00")
    late = replace(midday, id=uuid4(), late=True, moment="midday")
    add(database, clock, people.patient, morning, late)
    with database.read(people.nurse.scope, now=clock()) as unit:
        day = diary_reading.day(unit, people.patient.pathway, DAY)
        outside = diary_reading.day(unit, people.patient.pathway, date(2026, 3, 8))
    assert {view.planned.moment.name: view.state.value for view in day.moments} == {
        "morning": "answered",
        "midday": "late",
        "evening": "open",
        "bedtime": "coming",
        "night": "coming",
    }
    assert (len(day.entries), day.finished) == (2, False)
    assert (outside.moments, outside.entries, outside.finished) == ((), (), True)


def state(database: Database, clock: SettableClock, people: People, moment: str) -> MomentState:
    with database.read(Scope(people.centre_id), now=clock()) as unit:
        day = diary_reading.day(unit, people.patient.pathway, DAY)
    return next(view.state for view in day.moments if view.planned.moment.name == moment)


def test_the_content_hash_sees_every_field() -> None:
    base = NewEntry(uuid4(), NOON, scores={"leg": Fraction(7)})
    changed = [
        replace(base, measured_at=None),
        replace(base, diary_day=DAY),
        replace(base, moment="midday"),
        replace(base, scores={"leg": Fraction(6)}),
        replace(base, late=True),
        replace(base, source=Source.PAPER),
        replace(base, note=""),
        replace(base, replaces_id=uuid4()),
        replace(base, withdrawn=True),
    ]
    hashes = {new_entries.content_hash(one) for one in (base, *changed)}
    assert len(hashes) == len(changed) + 1
    # Another estimate of the clock's error at the next try is still the same entry.
    assert new_entries.content_hash(
        replace(base, clock_error_seconds=5)
    ) == new_entries.content_hash(base)
