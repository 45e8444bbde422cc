"""The verdicts beside the trial's: of a switch-off, and on attacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from diary.protocol.attacks import AttackCount, AttackVerdict
from diary.protocol.cases import Assessment
from diary.protocol.current import attacks_of_now, current_verdict, switch_off_of_now
from diary.protocol.explaining.why import explain
from diary.protocol.naming import RULES
from diary.protocol.verdicts import SwitchOff, Verdict
from diary.speakers import speaker
from diary.wording import verdict, words
from diary.wording.spoken import current, day_short, gettext
from diary.wording.verdict import Figure, WayLine, WindowView
from diary.wording.words import Badge


@dataclass(frozen=True, slots=True)
class OtherView:
    """A verdict in a word, why it is so, its figures, whether to believe it, and its working.

    `primary`: of the primary pain site, or of the whole patient. `now`: it is that of the phase of
    now, and what stands beside the verdict is about it. `ways` and `windows` are empty where a
    rule has none: it counts attacks.
    """

    title: str
    primary: bool
    now: bool
    badge: Badge
    word: str
    doubt: str
    why: str
    facts: list[tuple[str, Figure]]
    lines: list[str]
    agree: str
    ways: list[WayLine]
    windows: list[WindowView]
    cautions: list[str]
    source: str
    protocol: str


def others(assessment: Assessment) -> list[OtherView]:
    """Return these verdicts of `assessment`, the primary pain site first."""
    now, attacks = current_verdict(assessment), attacks_of_now(assessment)
    found = [_of_switch_off(one, now=one is now) for one in _switch_offs(assessment)]
    return found if attacks is None else [*found, _of_attacks(attacks, now=attacks is now)]


def _switch_offs(assessment: Assessment) -> list[Verdict]:
    judged = (switch_off_of_now(assessment, site) for site in assessment.case.sites)
    found = [one for one in judged if one is not None]
    return sorted(found, key=lambda verdict: not verdict.primary)


def _of_switch_off(found: Verdict, *, now: bool) -> OtherView:
    badge = words.badge(found.rule, found.status)
    days = _days(found.switch_off) if found.switch_off else ()
    return OtherView(
        title=verdict.title(found),
        primary=found.primary,
        now=now,
        badge=badge,
        word=gettext(badge.word),
        doubt=verdict.doubt(found),
        why=explain(found, speaker(current())),
        facts=[
            (
                gettext("Weighted score with the system on"),
                verdict.score(found.baseline.score if found.baseline else None),
            ),
            (
                gettext("Weighted score with the system off"),
                verdict.score(found.window.score if found.window else None),
            ),
            (gettext("Difference"), verdict.judged(found.change, found)),
            (gettext("Worse above"), verdict.judged(found.threshold, found)),
            (gettext("Bounds of the difference"), verdict.bounds(found)),
        ],
        lines=[line for line in (verdict.robust(found), *days) if line],
        agree=verdict.agree(found),
        ways=verdict.ways(found),
        windows=verdict.windows(
            found,
            gettext("System on: the last four days before"),
            gettext("System off: the four days that are judged"),
        ),
        cautions=[words.caution(caution) for caution in found.cautions],
        source=found.source,
        protocol=found.protocol,
    )


def _days(found: SwitchOff) -> Iterator[str]:
    if found.crossed_on is not None:
        yield gettext("The limit was crossed at the end of %(day)s.") % {
            "day": day_short(found.crossed_on)
        }
    if found.early_notices:
        days = ", ".join(day_short(day) for day in found.early_notices)
        yield gettext("Days that asked for a call: %(days)s.") % {"days": days}


def _of_attacks(found: AttackVerdict, *, now: bool) -> OtherView:
    badge = words.badge(found.rule, found.status)
    return OtherView(
        title=gettext(RULES[found.rule]),
        primary=True,
        now=now,
        badge=badge,
        word=gettext(badge.word),
        doubt="",
        why=explain(found, speaker(current())),
        facts=[
            (
                gettext("Attacks a week at baseline"),
                verdict.score(found.baseline.per_week if found.baseline else None),
            ),
            (
                gettext("Attacks a week in the trial"),
                verdict.score(found.window.per_week if found.window else None),
            ),
            (gettext("Reduction"), verdict.percent(found.reduction, found.threshold)),
            (gettext("Needed"), verdict.percent(found.threshold, found.threshold)),
            (gettext("Confirmed days at baseline"), _confirmed(found.baseline)),
            (gettext("Confirmed days in the trial"), _confirmed(found.window)),
        ],
        lines=[],
        agree="",
        ways=[],
        windows=[],
        cautions=[words.caution(caution) for caution in found.cautions],
        source=found.source,
        protocol=found.protocol,
    )


def _confirmed(found: AttackCount | None) -> Figure:
    return Figure("–" if found is None else f"{found.confirmed_days} / {found.days}")
