"""What stands beside a phase: why it was planned, and who ended it early, when and why."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from diary.language import N_
from diary.protocol.phases import Phase
from diary.store.phase_ends import Ending
from diary.wording.spoken import gettext, moment_in


def notes(phase: Phase, reason: str, ending: Ending | None, zone: ZoneInfo) -> list[str]:
    """Return a line for each; `reason` is why it was planned: of a switch-off the doubt (S3 l.237).

    Who ended an imported phase, and when, nobody knows: the row tells of the import.
    """
    found = []
    if reason:
        found.append(gettext(N_("Why it was planned: %(reason)s")) % {"reason": reason})
    if ending is None or not phase.ended_early:
        return found
    if ending.by:
        values = {"name": ending.by, "when": moment_in(ending.at, zone)}
        found.append(gettext(N_("Ended by %(name)s, %(when)s.")) % values)
    if ending.reason:
        found.append(gettext(N_("Why it was ended early: %(reason)s")) % {"reason": ending.reason})
    return found
