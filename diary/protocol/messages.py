"""Texts that the protocol shows, as English templates the web translates.

`N_` marks a template for the message catalogue and gives it back untouched. A template has named
%-placeholders, so that a translation may put the values in another order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(template: str) -> str:  # noqa: N802 - the name that every catalogue tool knows
    """Mark `template` for translation; returns it unchanged."""
    return template


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that a reader of a verdict has to know.

    `code` is stable and for machines, `text` the English template, `values` what fills it.
    """

    code: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def english(self) -> str:
        """The template filled in, in English."""
        return self.text % self.values


CAUTIONS: Mapping[str, str] = {
    "phase_order": N_("The %(kind)s phase starts before the %(before)s phase has ended."),
    "extension_out_of_range": N_(
        "The trial was extended by %(days)d days; the protocol allows %(least)d to %(most)d."
    ),
}


def caution(code: str, **values: object) -> Caution:
    """Return the caution `code` with its template and `values`. KeyError: no such caution."""
    return Caution(code, CAUTIONS[code], values)
