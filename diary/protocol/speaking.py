"""Saying a verdict to people, in the language of the reader.

The protocol's texts are English templates. A `Speaker` gives them in another language, with the
numbers and dates of that language; `ENGLISH` needs no catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from diary.protocol.exact import decimal_text
from diary.protocol.messages import Caution
from diary.protocol.scales import Scale
from diary.protocol.shown import shown_number, shown_percent

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """How one language is spoken: its catalogue, its decimal sign, its dates in a sentence."""

    translate: Callable[[str], str]
    translate_plural: Callable[[str, str, int], str]
    decimal: str
    day: Callable[[date], str]

    def gettext(self, template: str, **values: object) -> str:
        """Return a template in this language, filled with `values`."""
        return self.translate(template) % values

    def ngettext(self, one: str, many: str, num: int, **values: object) -> str:
        """Return the template for `num` things, filled with it and with `values`."""
        return self.translate_plural(one, many, num) % {"num": num, **values}

    def caution(self, caution: Caution) -> str:
        """Return the text of a caution."""
        return self.gettext(caution.text, **caution.values)

    def number(self, value: Fraction, threshold: Fraction | None = None) -> str:
        """Write a number as `shown_number` does, with the decimal sign of the language."""
        return self._localised(shown_number(value, threshold))

    def percent(self, value: Fraction, threshold: Fraction | None = None) -> str:
        """Write a part of one as `shown_percent` does, with the decimal sign of the language."""
        return self._localised(shown_percent(value, threshold))

    def plain(self, value: Fraction) -> str:
        """Write a number that was given as a decimal one with no more digits than it has."""
        return self._localised(decimal_text(value))

    def with_unit(self, written: str, scale: Scale) -> str:
        """Return a written number with the unit of `scale`: "1 point", "2 points", "15 mm"."""
        if scale is Scale.VAS:
            return self.gettext("%(number)s mm", number=written)
        one_or_more = 1 if written == "1" else 2
        return self.ngettext("%(number)s point", "%(number)s points", one_or_more, number=written)

    def _localised(self, written: str) -> str:
        return written.replace(".", self.decimal)


def _plural(one: str, many: str, num: int) -> str:
    return one if num == 1 else many


ENGLISH = Speaker(
    translate=str,
    translate_plural=_plural,
    decimal=".",
    day=lambda day: f"{day.day} {_MONTHS[day.month - 1]}",
)
