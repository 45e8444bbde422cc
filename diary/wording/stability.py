"""How little would have turned a verdict, in one line: which measurements, and how many points."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby

from diary.protocol.speaking import Speaker
from diary.protocol.verdicts import Stability, Turn, Verdict
from diary.wording.names import moment_label
from diary.wording.spoken import day_short, gettext, ngettext

# More than these do not help a reader; the table of entries has them all.
LISTED_DAYS = 4


def line(verdict: Verdict, speaker: Speaker) -> str:
    """Return what `verdict` can bear, "" when it is not decided."""
    found = verdict.stability
    if found is None:
        return ""
    return f"{_turns(found, verdict, speaker)} {_slack(found, verdict, speaker)}"


def _turns(found: Stability, verdict: Verdict, speaker: Speaker) -> str:
    step = speaker.with_unit(speaker.plain(found.step), verdict.scale)
    count = len({turn.answer.entry.id for turn in found.turns})
    if not count:
        return gettext("Stable: no single measurement, %(step)s different, turns the verdict.") % {
            "step": step
        }
    return ngettext(
        "Not stable: %(num)d measurement, %(step)s different, turns the verdict (%(which)s).",
        "Not stable: each of %(num)d measurements, %(step)s different, turns the verdict "
        "(%(which)s).",
        count,
    ) % {"num": count, "step": step, "which": _which(found.turns)}


def _which(turns: tuple[Turn, ...]) -> str:
    """Return the measurements by day: "18 mrt 2026: Ochtend, Avond; …"."""
    places = sorted((t.answer.placement for t in turns), key=lambda place: place.diary_day)
    days = [
        f"{day_short(day)}: {', '.join(dict.fromkeys(moment_label(p.moment or '') for p in same))}"
        for day, same in groupby(places, key=lambda place: place.diary_day)
    ]
    return "; ".join([*days[:LISTED_DAYS], *("…" for _ in days[LISTED_DAYS : LISTED_DAYS + 1])])


def _slack(found: Stability, verdict: Verdict, speaker: Speaker) -> str:
    if found.slack is None:
        return gettext("Slack: unlimited, no scores of the last days alone turn it.")
    # Beside 0, so that the least slack is never rounded away.
    slack = speaker.with_unit(speaker.number(found.slack, Fraction()), verdict.scale)
    return gettext("Slack: %(slack)s over the last days together.") % {"slack": slack}
