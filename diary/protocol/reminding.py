"""How one patient is reminded: the steps after a moment, and the hours in which nobody is.

Not a rule of the protocol: a centre's custom, and a patient's wish. Both are laid out here, so that
what is sent and what the team is told about it cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from diary.protocol.days import ONE_DAY, wall_clock
from diary.protocol.messages import N_

MOST_STEPS = 4
LONGEST_AFTER = timedelta(hours=4)
NO_FIRST = N_("The first reminder goes out at the moment itself: 0 minutes.")
TOO_MANY = N_("At most four reminders are possible.")
NOT_LATER = N_("Each reminder goes out later than the one before, within four hours.")


class Step(NamedTuple):
    """A reminder, so long after the moment; `other`: by the patient's other channel."""

    after: timedelta
    other: bool


LADDER = (Step(timedelta(0), False), Step(timedelta(minutes=30), True))
"""What a centre begins with."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the patient's clock in which nothing is sent; they may go over midnight.

    `start` is inside, `end` is not; equal ones are no hours at all.
    """

    start: time
    end: time

    def holds(self, instant: datetime, zone: ZoneInfo) -> bool:
        """Tell whether an aware `instant` lies in these hours."""
        at = instant.astimezone(zone).time()
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def next_start(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """Return the first UTC instant after `instant` at which these hours begin."""
        day = instant.astimezone(zone).date()
        today = wall_clock(day, self.start, zone)
        return today if today > instant else wall_clock(day + ONE_DAY, self.start, zone)


class Sending(NamedTuple):
    """One reminder of one prompt: its step, from when and until when it may be sent (UTC)."""

    step: int
    other: bool
    send_at: datetime
    expires_at: datetime


def check_ladder(steps: Sequence[Step]) -> list[str]:
    """Return what is wrong with a ladder, as templates; empty when nothing is."""
    afters = [step.after for step in steps]
    wrong = {
        NO_FIRST: afters[:1] != [timedelta(0)],
        TOO_MANY: len(steps) > MOST_STEPS,
        NOT_LATER: afters != sorted(set(afters)) or afters[-1:] > [LONGEST_AFTER],
    }
    return [text for text, is_wrong in wrong.items() if is_wrong]


def sendings(
    steps: Sequence[Step],
    quiet: Quiet | None,
    zone: ZoneInfo,
    due: datetime,
    closes: datetime,
    *,
    night: bool,
) -> list[Sending]:
    """Return the reminders of a moment at `due` whose window ends at `closes` (both UTC).

    A step is over when the next one takes over, the quiet hours begin or the window closes. One
    in the quiet hours is not sent, neither then nor later. A night moment is what the patient
    agreed to be woken for: its first reminder goes out all the same, without a sound, and no
    other one in those hours does.
    """
    allowed = [
        (index, step, due + step.after)
        for index, step in enumerate(steps)
        if due + step.after < closes
        and (quiet is None or (night and index == 0) or not quiet.holds(due + step.after, zone))
    ]
    found = []
    for place, (index, step, send_at) in enumerate(allowed):
        ends = [closes, *(later for _, _, later in allowed[place + 1 :])]
        if quiet is not None and not (night and index == 0):
            ends.append(quiet.next_start(send_at, zone))
        found.append(Sending(index, step.other, send_at.astimezone(UTC), min(ends)))
    return found
