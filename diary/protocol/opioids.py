"""Opioids a day in oral morphine equivalents, MED (S3 l.160-166; protocol.md, section 8).

Exact, and never a guess: a day with an opioid or a route that the table does not know has no
number; a physician judges it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from diary.protocol.messages import N_, Caution, caution
from diary.protocol.opioid_tables import OPIOIDS, PATCH, SPELLINGS, TABLES, OpioidTable
from diary.protocol.pathway import Medication
from diary.protocol.shown import shown_number
from diary.protocol.substances import brand_of, unknown, without_strength, words_of
from diary.protocol.versions import NVA_2020, Parameters

NO_FACTOR = N_("A physician judges this day: the table %(table)s has no factor for %(medicines)s.")
OTHER_TABLE = N_(
    "By the other table, %(other)s, this day is on the other side of the limit of %(limit)s mg."
)


class MedStatus(StrEnum):
    """A day's opioids against the limit of 90 mg, which may not be reached."""

    BELOW = "below"
    NOT_BELOW = "not_below"
    PHYSICIAN = "physician"


@dataclass(frozen=True, slots=True)
class OpioidDay:
    """The opioids of one diary day: `med_mg` in mg of oral morphine, None for a physician."""

    diary_day: date
    med_mg: Fraction | None
    table: OpioidTable
    status: MedStatus
    cautions: tuple[Caution, ...]


def opioid_in(substance: str) -> str | None:
    """Return the opioid that a medicine's name stands for, "" one of several words, or None.

    Names are English or Dutch, in any case, and may have a strength ("oxycodon 10 mg retard"). A
    name that holds an opioid among other words ("tramadol/paracetamol"), and a brand of one, is an
    opioid that no table knows by that name: "". Other substances are no opioids: None.
    """
    if brand_of(substance) is not None:
        return ""
    words = [SPELLINGS.get(word, word) for word in without_strength(words_of(substance))]
    if not OPIOIDS.intersection(words):
        return None
    return words[0] if len(words) == 1 else ""


def opioid_days(
    medication: Iterable[Medication], table: str, parameters: Parameters = NVA_2020
) -> tuple[OpioidDay, ...]:
    """Return one row for each day that lists an opioid, in time order (S3 l.160).

    `table` names the centre's table. KeyError: there is no such table.
    """
    by_day: dict[date, list[Medication]] = {}
    for taken in medication:
        if opioid_in(taken.substance) is not None:
            by_day.setdefault(taken.diary_day, []).append(taken)
    return tuple(_judge(day, by_day[day], TABLES[table], parameters) for day in sorted(by_day))


def unknown_cautions(substances: Iterable[str]) -> tuple[Caution, ...]:
    """Return which names beside an amount of opioids may be an opioid that was not counted.

    A brand of one, or one beside another word, is not among them: a physician judges its day.
    """
    names = [name for name in unknown(substances) if opioid_in(name) is None]
    return (caution("unknown_substances", names=", ".join(names)),) if names else ()


def _judge(
    day: date, taken: Sequence[Medication], table: OpioidTable, parameters: Parameters
) -> OpioidDay:
    limit = parameters.med_limit
    amount = _med(taken, table)
    if amount is None:
        unknown = sorted({one.substance for one in taken if _worth(one, table) is None})
        values = {"table": table.name, "medicines": ", ".join(unknown)}
        no_factor = Caution("no_factor", NO_FACTOR, values)
        return OpioidDay(day, None, table, MedStatus.PHYSICIAN, (no_factor,))
    others = (other for other in TABLES.values() if other is not table)
    found = ((other, _med(taken, other)) for other in others)
    cautions = tuple(
        Caution("other_table", OTHER_TABLE, {"other": other.name, "limit": shown_number(limit)})
        for other, theirs in found
        if theirs is not None and (theirs < limit) is not (amount < limit)
    )
    status = MedStatus.BELOW if amount < limit else MedStatus.NOT_BELOW
    return OpioidDay(day, amount, table, status, cautions)


def _med(taken: Iterable[Medication], table: OpioidTable) -> Fraction | None:
    total = Fraction(0)
    for one in taken:
        worth = _worth(one, table)
        if worth is None:
            return None
        total += worth
    return total


def _worth(taken: Medication, table: OpioidTable) -> Fraction | None:
    """Return mg of oral morphine, None where the table has no factor for this kind of dose."""
    factor = table.factors.get((opioid_in(taken.substance) or "", taken.route))
    dose = taken.ug_per_h if taken.route == PATCH else taken.mg
    return None if factor is None or dose is None else dose * factor
