"""What the store says when it cannot do what was asked.

Texts are English message ids with named %-placeholders, marked for the catalogues; the web
translates them and fills `values` in.
"""

from __future__ import annotations

from collections.abc import Mapping

from diary.protocol.messages import N_


class StoreError(Exception):
    """Any expected failure; `text` filled with `values` may be shown to a person."""

    def __init__(self, text: str, values: Mapping[str, object] | None = None) -> None:
        self.text = text
        self.values = dict(values or {})
        super().__init__(text % self.values)


class NotFound(StoreError):  # noqa: N818 - reads as what it says
    """It does not exist, or it lies outside the scope: the two look exactly the same."""

    def __init__(self) -> None:
        super().__init__(N_("We cannot find this."))


class Conflict(StoreError):  # noqa: N818 - reads as what it says
    """Somebody else changed it first; the text says what it is now."""


class Refused(StoreError):  # noqa: N818 - reads as what it says
    """The command breaks a rule.

    `code` is for programs, `text` for people; `fields` gives the text for each field at fault.
    """

    def __init__(
        self,
        code: str,
        text: str,
        values: Mapping[str, object] | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(text, values)
        self.code = code
        self.fields = dict(fields or {})
