"""After implantation: when the patient is seen and fills in questionnaires (S3 l.217-229)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from diary.protocol.months import months_later
from diary.protocol.versions import NVA_2020, Parameters

A_YEAR = 12


class FollowUpKind(StrEnum):
    """What is due after implantation."""

    CONTACT = "contact"
    """The patient is seen, or spoken to, by the pain team (S3 l.217, l.227)."""
    PROMS = "proms"
    """The patient fills in the questionnaires (S3 l.223)."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something due `month` months after implantation, on that calendar date."""

    kind: FollowUpKind
    month: int
    on: date

    @property
    def source(self) -> str:
        """The line of S3 that asks for it."""
        if self.kind is FollowUpKind.PROMS:
            return "S3 l.223"
        return "S3 l.217" if self.month <= A_YEAR else "S3 l.227"


def follow_up(implanted_on: date, parameters: Parameters = NVA_2020) -> tuple[FollowUp, ...]:
    """Return the contacts and then the questionnaires of the years planned ahead, in time order.

    Contacts after 3, 6 and 12 months and then every year; questionnaires after 6 and 12 months
    and then every year (S3 l.217-229).
    """
    yearly = [A_YEAR * year for year in range(1, parameters.follow_up_years + 1)]
    half_year = parameters.half_year_month
    due = {
        FollowUpKind.CONTACT: {parameters.first_contact_month, half_year, *yearly},
        FollowUpKind.PROMS: {half_year, *yearly},
    }
    return tuple(
        FollowUp(kind, month, months_later(implanted_on, month))
        for kind, months in due.items()
        for month in sorted(months)
    )
