"""Diary events in the patient's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from diary.protocol.days import diary_day_of
from diary.protocol.scales import Source
from diary.store import medicines
from diary.store.event_reading import EventView
from diary.store.pathways import PathwayView
from diary.store.tables import EventKind
from diary.web.language import clock, day_short, joined, number
from diary.web.language import gettext as _
from diary.web.medicines import medicine_label
from diary.web.patient.access import Visit
from diary.web.patient.views import Answer
from diary.web.symptoms import symptom_label

# Only what is asked once a day can be asked again (static/js/events.js knows them too); the rest is
# taken back and done anew.
CHANGED_AT = {EventKind.MEDICINES: "patient.medicines", EventKind.EVENING: "patient.evening"}


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """One event as the patient sees it.

    `changeable`: it may be taken back, and at the page `asked_at` ("" for none) asked again.
    `gone`: it was taken back, and stands no more.
    """

    id: UUID
    kind: EventKind
    when: str
    answers: tuple[Answer, ...]
    changeable: bool
    asked_at: str
    gone: bool = False


def shown(seen: Visit, pathway: PathwayView, event: EventView, *, gone: bool = False) -> ShownEvent:
    """Return `event` in words."""
    local = event.measured_at.astimezone(pathway.zone)
    answers = _WORDS[event.kind](seen, pathway, event)
    when = joined(day_short(local.date()), clock(local))
    if event.source is Source.PAPER:
        from_paper = _("From your paper diary.")
        when = f"{day_short(event.diary_day)}. {from_paper}"
    may = not gone and changeable(seen, pathway, event)
    asked_at = CHANGED_AT.get(event.kind, "") if may else ""
    return ShownEvent(event.id, event.kind, when, tuple(answers), may, asked_at, gone)


def changeable(seen: Visit, pathway: PathwayView, event: EventView) -> bool:
    """Tell whether the patient may still change or take back what stands: on its own day.

    What the team typed over from paper is the team's to mend.
    """
    if event.source is Source.PAPER:
        return False
    now = diary_day_of(seen.unit.now, pathway.zone)
    made = diary_day_of(event.measured_at, pathway.zone)
    return pathway.ended_at is None and (event.runs or now in {event.diary_day, made})


def _medicines(seen: Visit, pathway: PathwayView, event: EventView) -> list[Answer]:
    names = _names(seen, pathway)
    missed = [names[one] for one in event.body["not_taken"] if one in names]
    changed = [names[one] for one in event.body["patches_changed"] if one in names]
    answers = [Answer(_("Not taken"), joined(*missed))] if missed else []
    if changed:
        answers.append(Answer(_("New patch"), joined(*changed)))
    return answers or [Answer(_("Medicines"), _("All taken"))]


def _dose(seen: Visit, pathway: PathwayView, event: EventView) -> list[Answer]:
    label = _names(seen, pathway).get(event.body["medicine"], _("Medicine"))
    return [Answer(label, f"{number(float(event.body['count']))}×")]


def _attack(_seen: Visit, pathway: PathwayView, event: EventView) -> list[Answer]:
    def at(written: str) -> str:
        return clock(datetime.fromisoformat(written).astimezone(pathway.zone))

    answers = [Answer(_("Started"), at(event.body["started_at"]))]
    if event.body["ended_at"] is not None:
        answers.append(Answer(_("Over"), at(event.body["ended_at"])))
    if event.body["intensity"] is not None:
        answers.append(Answer(_("Worst pain"), number(event.body["intensity"])))
    return answers


def _attack_day(_seen: Visit, _pathway: PathwayView, event: EventView) -> list[Answer]:
    return [Answer(_("Attacks today"), number(event.body["attacks"]))]


def _evening(_seen: Visit, _pathway: PathwayView, event: EventView) -> list[Answer]:
    words = {"sleep": _("Sleep"), "activity": _("Activities"), "goal": _("Own goal")}
    given = {name: event.body[name] for name in words}
    return [Answer(words[name], number(n)) for name, n in given.items() if n is not None]


def _symptoms(_seen: Visit, _pathway: PathwayView, event: EventView) -> list[Answer]:
    told = [symptom_label(code, event.measured_at) for code in event.body["symptoms"]]
    return [Answer(_("Side effects"), joined(*told) or _("None of these"))]


def _names(seen: Visit, pathway: PathwayView) -> dict[str, str]:
    own = medicines.medicines(seen.unit, pathway.id)
    return {str(medicine.id): medicine_label(medicine) for medicine in own}


_WORDS: dict[EventKind, Callable[[Visit, PathwayView, EventView], list[Answer]]] = {
    EventKind.MEDICINES: _medicines,
    EventKind.DOSE: _dose,
    EventKind.ATTACK: _attack,
    EventKind.ATTACK_DAY: _attack_day,
    EventKind.EVENING: _evening,
    EventKind.SYMPTOMS: _symptoms,
}
