"""Why the verdict of a switch-off is what it is."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from diary.protocol.explaining import parts
from diary.protocol.shown import nearest
from diary.protocol.speaking import Speaker
from diary.protocol.verdicts import QualityOfLifePair, Status, SwitchOff, Verdict


def sentences(verdict: Verdict, speaker: Speaker) -> Iterator[str]:
    """Yield the explanation, sentence by sentence."""
    found = verdict.switch_off
    assert found is not None, "a verdict on a switch-off has what belongs to it"
    yield from _figures(verdict, speaker)
    yield from _outcome(verdict, found, speaker)
    if verdict.status in (Status.REACHED, Status.NOT_REACHED):
        yield _missing(verdict, speaker)
    if verdict.status is not Status.RUNNING:
        yield parts.agreement(verdict, speaker)
    if found.early_notices and verdict.status is not Status.REACHED:
        yield speaker.ngettext(
            "On %(num)d day the mean of that day alone was above the limit: %(first)s.",
            "On %(num)d days the mean of that day alone was above the limit, first on %(first)s.",
            len(found.early_notices),
            first=speaker.day(found.early_notices[0]),
        )
    yield from parts.those_with(("evenings_not_judged", "deviates_from"), verdict.cautions, speaker)


def _figures(verdict: Verdict, speaker: Speaker) -> Iterator[str]:
    before = parts.score(verdict.baseline, verdict.scale, speaker)
    after = parts.score(verdict.window, verdict.scale, speaker)
    if before is not None:
        yield speaker.gettext("Pain with the system on: %(score)s.", score=before)
    if after is not None and verdict.window is not None:
        yield speaker.gettext(
            "With it off, %(first)s to %(last)s: %(score)s.",
            first=speaker.day(verdict.window.first_day),
            last=speaker.day(verdict.window.last_day),
            score=after,
        )
    if verdict.change is not None:
        margin = speaker.with_unit(speaker.plain(verdict.threshold), verdict.scale)
        yield speaker.gettext(
            "That is %(change)s; it is worse when it is more than %(margin)s more.",
            change=_points_more(verdict.change, verdict, speaker),
            margin=margin,
        )


def _points_more(change: Fraction, verdict: Verdict, speaker: Speaker) -> str:
    """Return a change in words: "2.6 points more"."""
    if change == 0:
        return speaker.gettext("the same")
    written = speaker.number(abs(change), verdict.threshold)
    part = speaker.with_unit(written, verdict.scale)
    if change > 0:
        return speaker.gettext("%(part)s more", part=part)
    return speaker.gettext("%(part)s less", part=part)


def _outcome(verdict: Verdict, found: SwitchOff, speaker: Speaker) -> Iterator[str]:
    status, most = verdict.status, verdict.parameters.off_days_most
    if found.crossed_on is not None:
        yield speaker.gettext(
            "On %(day)s the limit was crossed: by the protocol the system is switched on again "
            "and the treatment goes on.",
            day=speaker.day(found.crossed_on),
        )
    elif status is Status.RUNNING:
        yield speaker.gettext(
            "%(days)d days off are over; without a worsening the protocol judges after %(most)d.",
            days=found.days,
            most=most,
        )
    elif status is Status.NOT_COMPARABLE:
        yield parts.not_comparable(speaker)
    elif status is Status.TOO_LITTLE_DATA:
        yield from parts.too_little(verdict.cautions, speaker)
    else:
        yield from _after_all_days(verdict, most, found.quality_of_life, speaker)


def _after_all_days(
    verdict: Verdict, most: int, pair: QualityOfLifePair | None, speaker: Speaker
) -> Iterator[str]:
    assert pair is not None, "without it there is too little data"
    margin = verdict.parameters.quality_of_life_fall
    pcs_before, pcs_after = _as_told(pair.before.pcs, pair.after.pcs, margin, speaker)
    mcs_before, mcs_after = _as_told(pair.before.mcs, pair.after.mcs, margin, speaker)
    yield speaker.gettext(
        "Quality of life (SF-12) before and after: physical %(pcs_before)s and %(pcs_after)s, "
        "mental %(mcs_before)s and %(mcs_after)s.",
        pcs_before=pcs_before,
        pcs_after=pcs_after,
        mcs_before=mcs_before,
        mcs_after=mcs_after,
    )
    if pair.fallen:
        yield from parts.those_with(("quality_of_life_fell",), verdict.cautions, speaker)
    else:
        yield speaker.gettext(
            "In %(most)d days the pain did not become worse and the quality of life did not fall: "
            "by the protocol the system stays off. Team and patient decide about removal.",
            most=most,
        )


def _as_told(
    before: Fraction, after: Fraction, margin: Fraction, speaker: Speaker
) -> tuple[str, str]:
    """Write two scores with so few decimals as tell truly whether they fell.

    A score of answers has five of them; one that was given with fewer keeps those it has.
    """
    decimals = 1
    while True:
        near = [nearest(value, decimals) for value in (before, after)]
        if _fell(near[0], near[1], margin) == _fell(before, after, margin):
            return speaker.plain(near[0]), speaker.plain(near[1])
        decimals += 1


def _fell(before: Fraction, after: Fraction, margin: Fraction) -> tuple[bool, bool]:
    return before - after > margin, before > after


def _missing(verdict: Verdict, speaker: Speaker) -> str:
    assert verdict.bounds is not None, "a decided verdict has two comparable windows"
    best, worst = (_points_more(bound, verdict, speaker) for bound in verdict.bounds)
    at_worst = verdict.status is Status.NOT_REACHED
    return parts.missing(verdict, worst, best, at_worst, speaker)
