"""What a paper day holds besides scores, as a form: what stands, what was typed, the new rows.

Each group of fields belongs to one or two kinds of diary events. What a form says becomes the
same events as on the phone; those that stand already are left, replaced, or taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from diary.language import N_
from diary.protocol.scales import Source
from diary.store.event_reading import EventView
from diary.store.events import NewEvent
from diary.store.tables import EventKind
from diary.web.api.event_reading import new_event, parse_event
from diary.web.language import gettext
from diary.web.team.forms import Form

CHANGED = N_("This was changed in the meantime. Look again; saving replaces it.")
ON_THE_PHONE = N_("The patient has answered this on the phone. That answer stays.")
# What is said once a day carries its day itself.
DAILY = frozenset({EventKind.MEDICINES, EventKind.ATTACK_DAY, EventKind.EVENING})


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `keys` says what may be typed, and so when the next field opens by itself.

    With `gate` it is passed over unless the field of that name asks for it: by 0 for `row` 0
    (not all was taken), else by a number of at least `row` (so many attacks).
    """

    name: str
    label: str
    value: str
    keys: str
    gate: str = ""
    row: int = 0


@dataclass(slots=True)
class Group:
    """Fields that belong together. `old` stands from paper, `phone` from the patient's phone.

    `once`: kinds that a day has one of; `numbered`: what each number of the paper stands for.
    """

    name: str
    title: str
    hint: str
    kinds: tuple[EventKind, ...]
    fields: list[Field]
    old: list[EventView]
    phone: list[EventView]
    once: tuple[EventKind, ...] = ()
    numbered: Sequence[tuple[int, str]] = ()

    @property
    def was(self) -> str:
        """What the form is about: tells of a change meanwhile."""
        return " ".join(sorted(str(event.id) for event in (*self.old, *self.phone)))

    @property
    def was_name(self) -> str:
        """Return the name of the field that carries `was`."""
        return f"was-{self.name}"

    @property
    def fixed(self) -> str:
        """Why nothing can be typed here, "" when it can."""
        answered = any(event.kind in self.once for event in self.phone)
        return gettext(ON_THE_PHONE) if answered else ""

    def contents(self, form: Form, errors: dict[str, str]) -> list[dict[str, Any]]:
        """Return the events that `form` says, as the phone sends them; notes what is wrong."""
        raise NotImplementedError

    def body(self, event: EventView) -> Mapping[str, Any]:
        """Return what of a standing event this form can say."""
        return event.body


@dataclass(slots=True)
class EventSheet:
    """A day besides its scores, over which a form can be laid."""

    diary_day: date
    groups: list[Group]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def labels(self) -> dict[str, str]:
        """Return the words for every field, in the order of the page."""
        return {
            one.name: f"{group.title}, {one.label}" for group in self.groups for one in group.fields
        }

    @property
    def fields(self) -> list[Field]:
        """Return the fields that take typing, in the order of the page."""
        return [one for group in self.groups if not group.fixed for one in group.fields]

    def lay_over(self, form: Form) -> None:
        """Put what was typed into the fields."""
        for group in self.groups:
            if not group.fixed:
                group.fields = [replace(one, value=form.value(one.name)) for one in group.fields]

    def changes(self, form: Form, now: datetime) -> list[NewEvent]:
        """Return the rows that make the store say what `form` says; `errors` tells what is wrong.

        `now` is on the patient's clock. What stays as it is makes no row.
        """
        self.errors = {}
        found: list[NewEvent] = []
        for group in self.groups:
            found += self._changes(group, form, now)
        return [] if self.errors else found

    def _changes(self, group: Group, form: Form, now: datetime) -> list[NewEvent]:
        first = group.fields[0].name
        if group.fixed:
            if any(form.value(one.name) for one in group.fields):
                self.errors[first] = group.fixed
            return []
        errors: dict[str, str] = {}
        contents = group.contents(form, errors)
        self.errors |= {name: gettext(text) for name, text in errors.items()}
        if errors:
            return []
        new = [_event(item, self.diary_day, now) for item in contents]
        steps = list(_steps(group, new, self.diary_day, now))
        if steps and form.value(group.was_name) != group.was:
            self.errors[first] = gettext(CHANGED)
        return steps


def _steps(group: Group, new: Iterable[NewEvent], day: date, now: datetime) -> Iterator[NewEvent]:
    """Yield the rows that lead from what stands to `new`."""
    left = list(group.old)
    missing = []
    for event in new:
        same = next((o for o in left if (o.kind, group.body(o)) == (event.kind, event.body)), None)
        if same is None:
            missing.append(event)
        else:
            left.remove(same)
    for event in missing:
        earlier = next((one for one in left if _about(one) == _about(event)), None)
        if earlier is not None:
            left.remove(earlier)
        yield replace(event, replaces_id=None if earlier is None else earlier.id)
    for gone in left:
        item = {"kind": gone.kind, "withdrawn": True, "replaces": str(gone.id)}
        yield _event(item, day, now)


def _about(event: EventView | NewEvent) -> tuple[EventKind, object]:
    return event.kind, event.body.get("medicine")


def _event(item: Mapping[str, Any], day: date, now: datetime) -> NewEvent:
    """Return what the phone would have sent, for a day of paper."""
    common: dict[str, Any] = {"id": str(uuid4()), "measured_at": now.isoformat(timespec="seconds")}
    if item["kind"] in DAILY and not item.get("withdrawn"):
        common["diary_day"] = day.isoformat()
    return replace(new_event(parse_event({**common, **item}), None), diary_day=day)


def of_paper(events: Sequence[EventView], kinds: Iterable[EventKind]) -> list[EventView]:
    """Return those of `kinds` that were typed over."""
    return [one for one in events if one.kind in kinds and one.source is Source.PAPER]


def of_phone(events: Sequence[EventView], kinds: Iterable[EventKind]) -> list[EventView]:
    """Return those of `kinds` that the patient's phone sent."""
    return [one for one in events if one.kind in kinds and one.source is Source.PHONE]


def listed_ids(ids: Iterable[str], listed: Iterable[UUID]) -> list[str]:
    """Return those of `ids` that stand on the list now, as a body keeps them."""
    known = {str(one) for one in listed}
    return sorted(known.intersection(ids))
