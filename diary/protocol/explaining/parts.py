"""Sentences that the explanations of several rules share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from diary.protocol.messages import Caution
from diary.protocol.naming import choices_named
from diary.protocol.scales import Scale
from diary.protocol.speaking import Speaker
from diary.protocol.verdicts import Verdict, Window

# The cautions that say why there is no verdict.
_WHY_NOT = (
    *("no_intake", "intake_running", "intake_too_short", "no_trial", "trial_too_short"),
    *("no_pre_switch_off", "pre_switch_off_running", "pre_switch_off_too_short"),
    *("days_not_valid_baseline", "days_not_valid_window", "off_too_short", "no_quality_of_life"),
    *("unconfirmed_baseline", "unconfirmed_window"),
)


def score(window: Window | None, scale: Scale, speaker: Speaker) -> str | None:
    """Return the weighted score of a window, on a VAS with its unit; None without one."""
    if window is None or window.score is None:
        return None
    written = speaker.number(window.score)
    return speaker.with_unit(written, scale) if scale is Scale.VAS else written


def part_less(reduction: Fraction, needed: Fraction, speaker: Speaker) -> str:
    """Return a reduction in words: "52.7 % less"."""
    if reduction > 0:
        return speaker.gettext("%(part)s less", part=speaker.percent(reduction, needed))
    if reduction < 0:
        return speaker.gettext("%(part)s more", part=speaker.percent(-reduction))
    return speaker.gettext("the same")


def reduction_sentence(reduction: Fraction, needed: Fraction, speaker: Speaker) -> str:
    """Return a reduction beside the one that is needed."""
    return speaker.gettext(
        "That is %(change)s; %(needed)s less is needed.",
        change=part_less(reduction, needed, speaker),
        needed=f"{speaker.plain(needed * 100)} %",
    )


def too_little(cautions: Sequence[Caution], speaker: Speaker) -> Iterator[str]:
    """Yield that there is too little to judge by, and why."""
    yield speaker.gettext("There is too little to judge by.")
    yield from those_with(_WHY_NOT, cautions, speaker)


def not_comparable(speaker: Speaker) -> str:
    """Return why measurements on two scales give no verdict."""
    return speaker.gettext(
        "There are measurements on two scales, and scales are never converted: so there is no "
        "verdict."
    )


def those_with(
    codes: Sequence[str], cautions: Sequence[Caution], speaker: Speaker
) -> Iterator[str]:
    """Yield the texts of the cautions that have one of `codes`."""
    return (speaker.caution(caution) for caution in cautions if caution.code in codes)


def missing(verdict: Verdict, worst: str, best: str, at_worst: bool, speaker: Speaker) -> str:
    """Return what the missing measurements could have done to a decided verdict.

    `worst` and `best` are the rule's figure with the most and the least pain in their place, in
    words; `at_worst` says which of the two could turn the verdict.
    """
    num = sum(window.missing for window in (verdict.baseline, verdict.window) if window)
    if not num:
        return speaker.gettext("No measurement is missing.")
    if not verdict.robust:
        return speaker.ngettext(
            "%(num)d measurement is missing: in the worst case it is %(worst)s and in the best "
            "%(best)s, so the verdict could have been another.",
            "%(num)d measurements are missing: in the worst case it is %(worst)s and in the best "
            "%(best)s, so the verdict could have been another.",
            num,
            worst=worst,
            best=best,
        )
    if at_worst:
        return speaker.ngettext(
            "%(num)d measurement is missing; even in the worst case it is %(worst)s, so the "
            "verdict stands.",
            "%(num)d measurements are missing; even in the worst case it is %(worst)s, so the "
            "verdict stands.",
            num,
            worst=worst,
        )
    return speaker.ngettext(
        "%(num)d measurement is missing; even in the best case it is %(best)s, so the verdict "
        "stands.",
        "%(num)d measurements are missing; even in the best case it is %(best)s, so the verdict "
        "stands.",
        num,
        best=best,
    )


def agreement(verdict: Verdict, speaker: Speaker) -> str:
    """Return whether the ways of computing agree."""
    if verdict.agree:
        return speaker.gettext(
            "All %(num)d ways of computing give the same verdict.", num=len(verdict.sensitivity)
        )
    choices = choices_named(verdict.depends_on, speaker)
    return speaker.gettext(
        "Not every way of computing agrees: it depends on %(choices)s.", choices=choices
    )
