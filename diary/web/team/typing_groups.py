"""What a paper day holds besides scores, part by part; here the evening and the side effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from diary.language import N_
from diary.protocol.pathway import CLUSTER
from diary.store.event_reading import EventView
from diary.store.medicines import MedicineView
from diary.store.pathways import PathwayView
from diary.store.tables import EventKind
from diary.web.labels import evening_questions
from diary.web.language import gettext
from diary.web.symptoms import Symptom, are_asked, centre_list
from diary.web.team import typing_reading as reading
from diary.web.team.forms import Form
from diary.web.team.typing_attacks import attack_group
from diary.web.team.typing_events import EventSheet, Field, Group, of_paper, of_phone
from diary.web.team.typing_medicines import dose_group, medicine_group


def event_sheet(
    pathway: PathwayView,
    day: date,
    medicines: Sequence[MedicineView],
    events: Sequence[EventView],
    now: datetime,
) -> EventSheet:
    """Return the form of one day; `events` stand on it, `now` is on the patient's clock."""
    current = [one for one in medicines if one.is_current(day)]
    groups = [
        medicine_group([one for one in current if not one.as_needed], events),
        dose_group([one for one in current if one.as_needed], events),
        attack_group(events, day, pathway.zone, now) if pathway.indication == CLUSTER else None,
        _evening(pathway.evening, events),
        _symptoms(pathway, day, events),
    ]
    return EventSheet(day, [group for group in groups if group is not None and group.fields])


@dataclass(slots=True, kw_only=True)
class _Evening(Group):
    def contents(self, form: Form, errors: reading.Errors) -> list[dict[str, Any]]:
        given = {
            one.name: reading.read_field(form, one.name, reading.ten, errors) for one in self.fields
        }
        if errors or all(answer is None for answer in given.values()):
            return []
        return [{"kind": EventKind.EVENING.value, **given}]


def _evening(asked: Sequence[str], events: Sequence[EventView]) -> Group:
    kinds = (EventKind.EVENING,)
    old = of_paper(events, kinds)
    stands = old[-1].body if old else {}
    # A question that is not asked any more keeps its answer.
    names = {*asked, *(name for name, answer in stands.items() if answer is not None)}
    return _Evening(
        "evening",
        gettext(N_("Evening")),
        gettext(N_("0 to 10; nothing for a question that was skipped.")),
        kinds,
        [
            Field(one.name, one.text, reading.text_of(stands.get(one.name)), "ten")
            for one in evening_questions(names)
        ],
        old,
        of_phone(events, kinds),
        once=kinds,
    )


@dataclass(slots=True, kw_only=True)
class _Symptoms(Group):
    codes: Mapping[int, str]

    def contents(self, form: Form, errors: reading.Errors) -> list[dict[str, Any]]:
        ticked = reading.read_field(
            form, "symptoms", lambda text: reading.lines(text, self.codes), errors
        )
        if ticked is None:
            return []
        return [{"kind": EventKind.SYMPTOMS.value, "symptoms": ticked}]


def _symptoms(pathway: PathwayView, day: date, events: Sequence[EventView]) -> Group:
    kinds = (EventKind.SYMPTOMS,)
    # Also what is asked no more: it may stand on this day's booklet, or in the store.
    listed = centre_list() if are_asked(pathway.phase_on(day)) else []
    codes = {one.number: one.code for one in listed}
    old = of_paper(events, kinds)
    value = ""
    if old:
        said = old[-1].body["symptoms"]
        ticked = [str(number) for number, code in codes.items() if code in said]
        value = " ".join(ticked) or "0"
    asked = gettext(N_("Numbers of the ticked lines; none of these: 0"))
    return _Symptoms(
        "symptoms",
        gettext(N_("Side effects")),
        "",
        kinds,
        [Field("symptoms", asked, value, "lines")] if listed else [],
        old,
        of_phone(events, kinds),
        numbered=[(one.number, _line(one)) for one in listed],
        codes=codes,
    )


def _line(symptom: Symptom) -> str:
    if symptom.asked:
        return symptom.label
    return gettext(N_("%(symptom)s (asked no more)")) % {"symptom": symptom.label}
