"""Named, frozen sets of the protocol's parameters. A change is a new name, never an edit.

Each parameter says in its metadata where it comes from: a line of S3, or "choice" where S3 leaves
the matter open and this project decided (the value is then shown to the clinician).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction

from diary.protocol.scales import Scale


def _source(lines: str) -> dict[str, str]:
    return {"source": lines}


CHOICE = _source("choice")


class Mean(StrEnum):
    """How the measurements of a window become one score."""

    DAY = "day"
    """The mean of the day means: each day weighs the same."""
    POOLED = "pooled"
    """The plain mean of all measurements."""


@dataclass(frozen=True, slots=True)
class PerScale:
    """One value for each pain scale, in points and in millimetres."""

    nrs: Fraction
    vas: Fraction

    def on(self, scale: Scale) -> Fraction:
        """Return the value for `scale`."""
        return self.nrs if scale is Scale.NRS else self.vas


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything the protocol's rules can be told. `nva-2020` is `NVA_2020`."""

    name: str
    opens_before: timedelta = field(default=timedelta(minutes=60), metadata=CHOICE)
    """A moment's window opens so long before it."""
    closes_after: timedelta = field(default=timedelta(minutes=120), metadata=CHOICE)
    """A moment's window closes so long after it."""
    window_days: int = field(default=4, metadata=_source("S3 l.203"))
    """Consecutive diary days of a weighted score."""
    moments_in_a_valid_day: int = field(default=2, metadata=CHOICE)
    """Different moments with a counted entry that make a day valid (l.203 says "different")."""
    mean: Mean = field(default=Mean.DAY, metadata=CHOICE)
    """How a window's measurements become one score."""
    trial_days: int = field(default=7, metadata=_source("S3 l.184"))
    """A trial that is over after fewer days gives no verdict."""
    extension_least: int = field(default=7, metadata=_source("S3 l.186"))
    """Fewest days by which a trial may be extended."""
    extension_most: int = field(default=14, metadata=_source("S3 l.186"))
    """Most days by which a trial may be extended."""
    reduction_needed: Fraction = field(default=Fraction(1, 2), metadata=_source("S3 l.207"))
    """The part of the baseline pain that must be gone, this value included."""
    immpact_reduction: Fraction = field(default=Fraction(3, 10), metadata=_source("S3 l.272"))
    """IMMPACT's relative improvement, included."""
    immpact_fall: PerScale = field(
        default=PerScale(Fraction(2), Fraction(15)), metadata=_source("S3 l.272")
    )
    """IMMPACT's absolute improvement, included."""


NVA_2020 = Parameters("nva-2020")
VERSIONS = {NVA_2020.name: NVA_2020}


class UnknownVersionError(LookupError):
    """No set of parameters has that name."""


def version(name: str) -> Parameters:
    """Return the parameters called `name`. Raises UnknownVersionError."""
    try:
        return VERSIONS[name]
    except KeyError:
        raise UnknownVersionError(f"no protocol version has that name: {name}") from None
