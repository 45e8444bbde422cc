"""What the diary holds besides scores, a diary day a line: medicines, opioids, attacks, evening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from diary.charts.words import number
from diary.protocol.exact import decimal_text
from diary.protocol.opioids import MedStatus, OpioidDay, opioid_days
from diary.protocol.pathway import Case
from diary.protocol.scales import Source
from diary.protocol.shown import shown_number
from diary.store import event_reading, medicines
from diary.store.event_reading import EventView
from diary.store.pathways import EVENING
from diary.store.tables import EventKind
from diary.web.language import current, day_short, gettext
from diary.web.medicines import medicine_label
from diary.web.team.access import Opened

EMPTY = "–"


@dataclass(frozen=True, slots=True)
class EventDay:
    """One diary day; what was not said is a dash.

    `paper`: some of it was typed over. `med_high`: not below the limit.
    """

    day: str
    paper: bool
    taken: str
    doses: str
    med: str
    med_high: bool
    attacks: str
    evening: tuple[str, ...]


def event_days(found: Opened, case: Case) -> list[EventDay]:
    """Return the days of the opened patient that have any of it, the latest first."""
    pathway_id = found.pathway.id
    events = event_reading.standing(found.unit, [pathway_id]).get(pathway_id, [])
    own = medicines.medicines(found.unit, pathway_id) if events else []
    names = {str(medicine.id): medicine_label(medicine) for medicine in own}
    by_day: dict[date, list[EventView]] = {}
    for event in events:
        if event.kind is not EventKind.SYMPTOMS:
            by_day.setdefault(event.diary_day, []).append(event)
    meds = {
        day.diary_day: day for day in opioid_days(case.medication, case.med_table, case.parameters)
    }
    attacks = {day.diary_day: day.attacks for day in case.attack_days}
    return [
        _day(day, by_day.get(day, []), names, _med(case, meds.get(day)), attacks.get(day))
        for day in sorted({*by_day, *meds, *attacks}, reverse=True)
    ]


def _day(
    day: date,
    events: Sequence[EventView],
    names: dict[str, str],
    med: tuple[str, bool],
    attacks: int | None,
) -> EventDay:
    # The last answer of a day stands last.
    said = {event.kind: event.body for event in events}
    doses = [Fraction(e.body["count"]) for e in events if e.kind is EventKind.DOSE]
    begun = sum(event.kind is EventKind.ATTACK for event in events)
    evening = said.get(EventKind.EVENING, {})
    return EventDay(
        day=day_short(day),
        paper=any(event.source is Source.PAPER for event in events),
        taken=_taken(said[EventKind.MEDICINES], names) if EventKind.MEDICINES in said else EMPTY,
        doses=number(decimal_text(sum(doses, Fraction(0))), current()) if doses else EMPTY,
        med=med[0],
        med_high=med[1],
        attacks=_attacks(attacks, begun),
        evening=tuple(EMPTY if evening.get(q) is None else str(evening[q]) for q in EVENING),
    )


def _taken(tick: dict[str, list[str]], names: dict[str, str]) -> str:
    missed = [names[one] for one in tick["not_taken"] if one in names]
    changed = [names[one] for one in tick["patches_changed"] if one in names]
    parts = [gettext("not taken: %(what)s") % {"what": "; ".join(missed)}] if missed else []
    if changed:
        parts.append(gettext("new patch: %(what)s") % {"what": "; ".join(changed)})
    return ". ".join(parts) or gettext("all taken")


def _med(case: Case, day: OpioidDay | None) -> tuple[str, bool]:
    """Return the opioids of a day in words, and whether somebody should look at them."""
    if day is None:
        return EMPTY, False
    if day.med_mg is None:
        return gettext("a physician judges"), True
    shown = shown_number(day.med_mg, case.parameters.med_limit)
    return number(shown, current()), day.status is not MedStatus.BELOW


def _attacks(confirmed: int | None, begun: int) -> str:
    if confirmed is not None:
        return str(confirmed)
    return gettext("%(count)d, not confirmed") % {"count": begun} if begun else EMPTY
