"""The form of one questionnaire for the number keys: its answers, or the totals of another form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.protocol.exact import decimal_text, read_exact
from diary.protocol.questionnaires.filled_in import FilledIn
from diary.protocol.questionnaires.forms import Item, Questionnaire, Scale
from diary.protocol.questionnaires.known import QUESTIONNAIRES
from diary.protocol.questionnaires.scoring import Answers, total_limits
from diary.store.questionnaires import NewResult
from diary.store.tables import Instrument
from diary.web.language import gettext
from diary.web.team.forms import Form
from diary.web.team.typing_reading import NO_CLOCK, UnreadError, clock
from diary.wording import questionnaires as wording
from diary.wording.names import number
from diary.wording.spoken import current

NO_WHOLE = N_("Fill in a whole number from %(least)d to %(most)d, or leave it empty.")
NO_HALF = N_("Fill in a whole or a half number from %(least)d to %(most)d, or leave it empty.")
NO_NUMBER = N_("Fill in a number from %(least)d to %(most)d, or leave it empty.")
NO_TOTAL = N_("Fill in a number from %(least)d to %(most)d, with two decimals at most.")
ANSWERS, TOTALS = "answers", "totals"
# By the steps to a point of an item: what is said of another number, and how it is typed.
_NUMBERS: Mapping[int | None, tuple[str, str]] = {
    1: (NO_WHOLE, ""),
    2: (NO_HALF, "half"),
    None: (NO_NUMBER, "total"),
}
_CLOCKS = frozenset({"bed_time", "rising_time"})
_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `keys` is how it is typed (static/js/typing.js), "" for a whole number."""

    name: str
    label: str
    limits: str
    most: int
    keys: str


@dataclass(frozen=True, slots=True)
class Typed:
    """The form of one questionnaire, in one of its ways: "answers" or "totals"."""

    instrument: Instrument
    way: str

    @property
    def form(self) -> Questionnaire:
        """The questionnaire of the protocol."""
        return QUESTIONNAIRES[self.instrument.value]

    @property
    def fields(self) -> list[Field]:
        """The fields in the order of the paper."""
        if self.way == TOTALS:
            return [self._total(scale) for scale in self.form.reported_scales]
        return [self._field(index, item) for index, item in enumerate(self.form.items)]

    def _total(self, scale: Scale) -> Field:
        least, most = total_limits(scale)
        label = wording.scale_name(self.form, scale)
        return Field(f"total-{scale.name}", label, f"{least}–{most}", most, "total")

    def _field(self, index: int, item: Item) -> Field:
        label = wording.item_label(self.form, index)
        if item.name in _CLOCKS:
            return Field(f"item-{item.name}", label, gettext(N_("time")), item.most, "clock")
        limits, (_text, keys) = f"{item.least}–{item.most}", _NUMBERS[item.steps]
        return Field(f"item-{item.name}", label, limits, item.most, keys)

    def labels(self) -> dict[str, str]:
        """Return the label of each field that can be at fault, in the order of the page."""
        return {
            "on": gettext(N_("Filled in on")),
            **{field.name: field.label for field in self.fields},
            "reason": gettext(N_("Why it is corrected")),
        }

    def read(self, form: Form, old: FilledIn | None = None) -> NewResult | None:
        """Return what was typed; None, with what is wrong in the form, when that cannot be kept.

        `old` is what it corrects: a total of it that stays may have more decimals, as imported.
        """
        on = form.day("on")
        kept = (old.totals if old else None) or {}
        numbers = dict(self._totals(form, kept) if self.way == TOTALS else self._answers(form))
        if form.errors or on is None:
            return None
        return self.result(on, numbers)

    def result(self, on: date, numbers: Mapping[str, str]) -> NewResult:
        """Return the numbers as a result of that day."""
        answers, totals = (None, numbers) if self.way == TOTALS else (numbers, None)
        return NewResult(self.instrument, on, answers, totals)

    def field_of(self, name: str) -> str:
        """Return the field that the store means by `name`."""
        if name in {"on", "reason"}:
            return name
        return f"total-{name}" if self.way == TOTALS else f"item-{name}"

    def _answers(self, form: Form) -> Iterator[tuple[str, str]]:
        for item in self.form.items:
            name = f"item-{item.name}"
            text = form.value(name)
            if not text:
                continue
            found = _minutes(text) if item.name in _CLOCKS else _exact(text)
            if found is None or not item.takes(found):
                form.errors[name] = _said(item)
            else:
                yield item.name, decimal_text(found)

    def _totals(self, form: Form, kept: Answers) -> Iterator[tuple[str, str]]:
        for scale in self.form.reported_scales:
            name, (least, most) = f"total-{scale.name}", total_limits(scale)
            found = _exact(form.value(name))
            if found is None or not (found == kept.get(scale.name) or _fits(found, least, most)):
                form.errors[name] = gettext(NO_TOTAL) % {"least": least, "most": most}
            else:
                yield scale.name, decimal_text(found)


def typed_of(filled: FilledIn) -> Typed:
    """Return the form in the way in which `filled` was typed."""
    way = ANSWERS if filled.totals is None else TOTALS
    return Typed(Instrument(filled.form.name), way)


def shown_again(filled: FilledIn) -> Form:
    """Return a form that holds what was typed, to correct it."""
    values = {"on": filled.on.isoformat()}
    for name, value in (filled.answers or {}).items():
        values[f"item-{name}"] = _clock(value) if name in _CLOCKS else _number(value)
    for name, value in (filled.totals or {}).items():
        values[f"total-{name}"] = _number(value)
    return Form(MultiDict(values))


def _said(item: Item) -> str:
    if item.name in _CLOCKS:
        return gettext(NO_CLOCK)
    text, _keys = _NUMBERS[item.steps]
    return gettext(text) % {"least": item.least, "most": item.most}


def _fits(total: Fraction, least: int, most: int) -> bool:
    return least <= total <= most and (100 * total).denominator == 1


def _exact(text: str) -> Fraction | None:
    try:
        return read_exact(text.replace(",", "."))
    except ValueError:
        return None


def _minutes(text: str) -> Fraction | None:
    try:
        at = clock(text)
    except UnreadError:
        return None
    return None if at is None else Fraction(at.hour * _MINUTES + at.minute)


def _number(value: Fraction) -> str:
    return number(decimal_text(value), current())


def _clock(value: Fraction) -> str:
    hours, minutes = divmod(int(value), _MINUTES)
    return f"{hours:02}:{minutes:02}"
