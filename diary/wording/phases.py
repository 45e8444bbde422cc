"""What stands beside a phase: why it was planned, and who ended it early, when and why."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from diary.language import N_
from diary.protocol.phases import Phase
from diary.store.phase_ends import Ending
from diary.wording.spoken import gettext, moment_in


def notes(
    phase: Phase, reason: str, ending: Ending | None, zone: ZoneInfo, *, over: bool
) -> list[str]:
    """Return a line for each; `reason` is why it was planned: of a switch-off the doubt (S3 l.237).

    An end may be set for a later day: until then the phase is not `over`, and nobody ended it.
    Who ended an imported phase, and when, nobody knows: the row tells of the import.
    """
    found = []
    if reason:
        found.append(gettext(N_("Why it was planned: %(reason)s")) % {"reason": reason})
    if ending is None or not phase.ended_early:
        return found
    if ending.by:
        values = {"name": ending.by, "when": moment_in(ending.at, zone)}
        by = N_("Ended by %(name)s, %(when)s.") if over else N_("End set by %(name)s, %(when)s.")
        found.append(gettext(by) % values)
    if ending.reason:
        why = N_("Why it was ended early: %(reason)s")
        if not over:
            why = N_("Why it ends early: %(reason)s")
        found.append(gettext(why) % {"reason": ending.reason})
    return found
