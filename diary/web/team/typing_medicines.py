"""The medicines of a paper day: the tick by exception, new patches, and as-needed doses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from diary.language import N_
from diary.store.event_reading import EventView
from diary.store.medicines import MedicineView
from diary.store.tables import EventKind
from diary.web.language import gettext, number
from diary.web.medicines import medicine_label
from diary.web.team import typing_reading as reading
from diary.web.team.forms import Form
from diary.web.team.typing_events import Field, Group, listed_ids, of_paper, of_phone

ALL_OR_NOT = N_("Fill in 1 (all taken) or 0 here too.")
WHICH_NOT = N_("Fill in a 0 at each medicine that was not taken.")
NOT_ALL = N_("“All taken” says 1: change one of the two.")


@dataclass(slots=True, kw_only=True)
class _Medicines(Group):
    regular: Sequence[UUID] = ()
    patches: Sequence[UUID] = ()

    def contents(self, form: Form, errors: reading.Errors) -> list[dict[str, Any]]:
        said = {
            one.name: reading.read_field(form, one.name, reading.flag, errors)
            for one in self.fields
        }
        if errors or all(answer is None for answer in said.values()):
            return []
        not_taken = [one for one in self.regular if said[f"medicine-{one}"] is False]
        if self.regular:
            taken = said["taken"]
            if taken is None:
                errors["taken"] = ALL_OR_NOT
            elif taken and not_taken:
                errors[f"medicine-{not_taken[0]}"] = NOT_ALL
            elif not taken and not not_taken:
                errors["taken"] = WHICH_NOT
        changed = [one for one in self.patches if said[f"medicine-{one}"]]
        return [
            {
                "kind": EventKind.MEDICINES.value,
                "not_taken": [str(one) for one in not_taken],
                "patches_changed": [str(one) for one in changed],
            }
        ]

    def body(self, event: EventView) -> dict[str, Any]:
        return {
            "not_taken": listed_ids(event.body["not_taken"], self.regular),
            "patches_changed": listed_ids(event.body["patches_changed"], self.patches),
        }


def medicine_group(listed: Sequence[MedicineView], events: Sequence[EventView]) -> Group:
    """Return the daily tick of the regular medicines, by exception, and of new patches."""
    kinds = (EventKind.MEDICINES,)
    old = of_paper(events, kinds)
    stands = old[-1].body if old else None
    regular = [one for one in listed if not one.is_patch]
    fields = []
    if regular:
        known = stands and listed_ids(stands["not_taken"], [one.id for one in regular])
        value = "" if stands is None else "0" if known else "1"
        fields.append(Field("taken", gettext(N_("All taken: 1, not all: 0")), value, "flag"))
    for one in listed:
        label, gate, value = medicine_label(one), "", ""
        if one.is_patch:
            label = gettext(N_("New patch: %(what)s")) % {"what": label}
            if stands is not None:
                value = "1" if str(one.id) in stands["patches_changed"] else "0"
        else:
            gate = "taken"
            value = "0" if stands is not None and str(one.id) in stands["not_taken"] else ""
        fields.append(Field(f"medicine-{one.id}", label, value, "flag", gate))
    return _Medicines(
        "medicines",
        gettext(N_("Regular medicines")),
        gettext(N_("Not all: 0 at each medicine that was not taken.")) if regular else "",
        kinds,
        fields,
        old,
        of_phone(events, kinds),
        once=kinds,
        regular=[one.id for one in regular],
        patches=[one.id for one in listed if one.is_patch],
    )


@dataclass(slots=True, kw_only=True)
class _Doses(Group):
    listed: Sequence[UUID] = ()

    def contents(self, form: Form, errors: reading.Errors) -> list[dict[str, Any]]:
        found = []
        for one in self.listed:
            count = reading.read_field(form, f"dose-{one}", reading.pieces, errors)
            # A box of the paper is a dose: two at once cannot be told from one after the other.
            whole, half = divmod(count or Fraction(0), 1)
            doses = ["1"] * whole + ["0.5"] * bool(half)
            dose = {"kind": EventKind.DOSE.value, "medicine": str(one)}
            found += [dose | {"count": pieces} for pieces in doses]
        return found


def dose_group(listed: Sequence[MedicineView], events: Sequence[EventView]) -> Group:
    """Return how much of each as-needed medicine was taken on the day."""
    kinds = (EventKind.DOSE,)
    ids = {str(one.id) for one in listed}
    old = [one for one in of_paper(events, kinds) if one.body["medicine"] in ids]
    counts: dict[str, Fraction] = {}
    for event in old:
        medicine = event.body["medicine"]
        counts[medicine] = counts.get(medicine, Fraction(0)) + Fraction(event.body["count"])
    return _Doses(
        "doses",
        gettext(N_("As-needed doses")),
        gettext(N_("How many of each on this day; nothing for none.")),
        kinds,
        [
            Field(f"dose-{one.id}", medicine_label(one), _pieces(counts.get(str(one.id))), "count")
            for one in listed
        ],
        old,
        of_phone(events, kinds),
        listed=[one.id for one in listed],
    )


def _pieces(count: Fraction | None) -> str:
    return "" if count is None else number(float(count))
