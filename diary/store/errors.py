"""What the store says when it cannot do what was asked.

Texts are English message ids, marked for the catalogues; the web translates them.
"""

from __future__ import annotations

from collections.abc import Mapping

from diary.protocol.messages import N_


class StoreError(Exception):
    """Any expected failure; its text may be shown to a person once translated."""


class NotFound(StoreError):  # noqa: N818 - reads as what it says
    """It does not exist, or it lies outside the scope: the two look exactly the same."""

    def __init__(self) -> None:
        super().__init__(N_("We cannot find this."))


class Conflict(StoreError):  # noqa: N818 - reads as what it says
    """Somebody else changed it first; `what_changed` says what it is now."""

    def __init__(self, what_changed: str) -> None:
        super().__init__(what_changed)
        self.what_changed = what_changed


class Refused(StoreError):  # noqa: N818 - reads as what it says
    """The command breaks a rule.

    `code` is for programs, `text` for people; `fields` gives the text for each field at fault.
    """

    def __init__(self, code: str, text: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.fields = dict(fields or {})
