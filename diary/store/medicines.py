"""The medicines of a patient's own list: the team adds and stops them, and never edits one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, bindparam, insert, select, update
from sqlmodel import col

from diary.protocol.days import ONE_DAY
from diary.protocol.exact import decimal_text
from diary.protocol.messages import N_
from diary.protocol.opioid_tables import PATCH
from diary.protocol.opioids import opioid_in
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.pathways import PathwayView, bump, to_change
from diary.store.scope import Sight
from diary.store.tables import Medicine, StrengthUnit, table_of

FORMS = ("tablet", "capsule", "liquid", "patch", "injection", "spray", "suppository", "other")
ROUTES = ("oral", PATCH, "sc", "iv", "buccal", "nasal", "rectal", "inhaled", "skin")
LONGEST_SUBSTANCE = 60
MOST_STRENGTH = 100_000
MOST_TIMES = 48
MOST_PATCH_DAYS = 31

NO_SUBSTANCE = N_("Fill in the name of the medicine: at most 60 characters.")
NO_STRENGTH = N_("Fill in a number above 0, such as 10 or 2.5.")
PATCH_UNIT = N_("Only a patch has a strength in µg an hour.")
OPIOID_PATCH = N_("Fill in the strength of this patch in µg an hour: it stands on the box.")
PATCH_AS_NEEDED = N_("A patch is worn all the time: choose regular.")
NO_TIMES = N_("Fill in how many a day: 1 to 48.")
NO_PATCH_DAYS = N_("Fill in after how many days the patch is changed: 1 to 31.")
NOT_RIGHT = N_("Something is not right yet.")
STOPPED_BEFORE = N_("This medicine was stopped already.")
STOP_EARLY = N_("Choose the first day of this medicine or a later one.")


@dataclass(frozen=True, slots=True)
class NewMedicine:
    """A medicine to put on the list. `times_a_day` counts pieces (tablets, puffs)."""

    substance: str
    strength: Fraction | None
    unit: StrengthUnit
    form: str
    route: str
    as_needed: bool
    times_a_day: int | None
    patch_days: int | None
    started_on: date


@dataclass(frozen=True, slots=True)
class MedicineView:
    """A medicine of the list; taken on the diary days from `started_on` to `stopped_on`."""

    id: UUID
    substance: str
    strength: Fraction
    unit: StrengthUnit
    form: str
    route: str
    as_needed: bool
    times_a_day: int | None
    patch_days: int | None
    started_on: date
    stopped_on: date | None

    @property
    def is_patch(self) -> bool:
        """True for what is worn for days."""
        return self.route == PATCH

    @property
    def mistaken(self) -> bool:
        """True when it was entered by mistake: it counts on no day."""
        return self.stopped_on is not None and self.stopped_on < self.started_on

    def is_current(self, day: date) -> bool:
        """Tell whether it is taken on diary day `day`."""
        return self.started_on <= day and (self.stopped_on is None or day <= self.stopped_on)


_MEDICINE = table_of(Medicine).c
_COLUMNS = tuple(MedicineView.__dataclass_fields__)


@cache
def _medicines(sight: Sight) -> Select[Any]:
    return (
        select(_MEDICINE.pathway_id, *(_MEDICINE[name] for name in _COLUMNS))
        .where(
            sight.of(_MEDICINE.centre_id, _MEDICINE.patient_id),
            _MEDICINE.pathway_id.in_(bindparam("some", expanding=True)),
        )
        .order_by(_MEDICINE.as_needed, _MEDICINE.substance, _MEDICINE.started_on, _MEDICINE.id)
    )


def medicines_of(unit: Unit, pathway_ids: Iterable[UUID]) -> dict[UUID, list[MedicineView]]:
    """Return the lists of every pathway that the scope sees, stopped ones too, regular first."""
    found: dict[UUID, list[MedicineView]] = {}
    scope = unit.within
    for some in chunks(pathway_ids):
        rows = unit.session.execute(_medicines(scope.sight), scope.values | {"some": some})
        for row in rows:
            values = row._asdict()
            pathway_id = values.pop("pathway_id")
            values["strength"] = Fraction(values["strength"])
            found.setdefault(pathway_id, []).append(MedicineView(**values))
    return found


def medicines(unit: Unit, pathway_id: UUID) -> list[MedicineView]:
    """Return the list of one pathway, stopped ones too; empty outside the scope."""
    return medicines_of(unit, [pathway_id]).get(pathway_id, [])


def medicine_ids(unit: Unit, pathway_id: UUID) -> set[UUID]:
    """Return the ids of a pathway that the caller has found within the scope."""
    rows = unit.session.execute(
        select(_MEDICINE.id).where(
            _MEDICINE.centre_id == unit.within.centre_id, _MEDICINE.pathway_id == pathway_id
        )
    )
    return set(rows.scalars())


def add_medicine(unit: Unit, pathway: PathwayView, new: NewMedicine) -> UUID:
    """Put a medicine on the list; for treating staff.

    Raises Refused ("medicine", with a text for each field at fault); NotFound outside the scope.
    """
    to_change(unit, pathway.id)
    wrong = _wrong(new)
    if wrong:
        raise Refused("medicine", NOT_RIGHT, fields=wrong)
    assert new.strength is not None
    medicine_id = uuid4()
    unit.session.execute(
        insert(Medicine).values(
            centre_id=unit.within.centre_id,
            id=medicine_id,
            patient_id=pathway.patient_id,
            pathway_id=pathway.id,
            substance=new.substance.strip(),
            strength=decimal_text(new.strength),
            unit=new.unit,
            form=new.form,
            route=new.route,
            as_needed=new.as_needed,
            times_a_day=None if new.as_needed or new.route == PATCH else new.times_a_day,
            patch_days=new.patch_days if new.route == PATCH else None,
            started_on=new.started_on,
        )
    )
    bump(unit, pathway.id)
    return medicine_id


def stop_medicine(
    unit: Unit, pathway: PathwayView, medicine_id: UUID, stopped_on: date | None
) -> None:
    """Note the last day of a medicine; None: it was entered by mistake and counts on no day.

    Raises Refused for a day before it started, Conflict when it was stopped already, NotFound
    outside the scope.
    """
    to_change(unit, pathway.id)
    found = {one.id: one for one in medicines(unit, pathway.id)}.get(medicine_id)
    if found is None:
        raise NotFound
    if found.stopped_on is not None:
        raise Conflict(STOPPED_BEFORE)
    if stopped_on is not None and stopped_on < found.started_on:
        raise Refused("stopped_on", STOP_EARLY, fields={"stopped_on": STOP_EARLY})
    unit.session.execute(
        update(Medicine)
        .where(
            col(Medicine.centre_id) == unit.within.centre_id,
            col(Medicine.id) == medicine_id,
        )
        .values(stopped_on=stopped_on or found.started_on - ONE_DAY)
    )
    bump(unit, pathway.id)


def _wrong(new: NewMedicine) -> dict[str, str]:
    """Return what is wrong, by field."""
    patch = new.route == PATCH
    pieces = not patch and not new.as_needed
    opioid = opioid_in(new.substance) is not None
    checks = {
        "substance": (
            0 < len(new.substance.strip()) <= LONGEST_SUBSTANCE and new.substance.isprintable(),
            NO_SUBSTANCE,
        ),
        "strength": (
            new.strength is not None and 0 < new.strength <= MOST_STRENGTH,
            NO_STRENGTH,
        ),
        "unit": _right_unit(new.unit, patch, opioid),
        "form": (new.form in FORMS, NOT_RIGHT),
        "route": (new.route in ROUTES, NOT_RIGHT),
        "as_needed": (not (patch and new.as_needed), PATCH_AS_NEEDED),
        "times_a_day": (
            not pieces or _within(new.times_a_day, MOST_TIMES),
            NO_TIMES,
        ),
        "patch_days": (
            not patch or _within(new.patch_days, MOST_PATCH_DAYS),
            NO_PATCH_DAYS,
        ),
    }
    return {field: text for field, (right, text) in checks.items() if not right}


def _right_unit(unit: StrengthUnit, patch: bool, opioid: bool) -> tuple[bool, str]:
    if patch:
        # The tables of opioids know a patch by what it gives an hour (protocol.md, section 8).
        return unit is StrengthUnit.UG_PER_H or not opioid, OPIOID_PATCH
    return unit is StrengthUnit.MG, PATCH_UNIT


def _within(number: int | None, most: int) -> bool:
    return number is not None and 1 <= number <= most
