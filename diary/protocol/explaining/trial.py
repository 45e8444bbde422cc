"""Why the verdict of a trial is what it is."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from diary.protocol.explaining import parts
from diary.protocol.speaking import Speaker
from diary.protocol.verdicts import Stability, Status, Verdict


def sentences(verdict: Verdict, speaker: Speaker) -> Iterator[str]:
    """Yield the explanation, sentence by sentence."""
    yield from _figures(verdict, speaker)
    yield from _outcome(verdict, speaker)
    if verdict.status in (Status.REACHED, Status.NOT_REACHED):
        yield _missing(verdict, speaker)
    if verdict.status is not Status.RUNNING:
        yield parts.agreement(verdict, speaker)
    if verdict.stability is not None:
        yield _turns(verdict.stability, verdict, speaker)
        yield _slack(verdict.stability, verdict, speaker)
    yield from parts.those_with(("deviates_from",), verdict.cautions, speaker)


def _figures(verdict: Verdict, speaker: Speaker) -> Iterator[str]:
    before = parts.score(verdict.baseline, verdict.scale, speaker)
    after = parts.score(verdict.window, verdict.scale, speaker)
    if before is not None:
        yield speaker.gettext("Pain before: %(score)s.", score=before)
    if after is not None:
        days = verdict.parameters.window_days
        yield speaker.gettext("Last %(days)d days: %(score)s.", days=days, score=after)
    if verdict.reduction is not None:
        yield parts.reduction_sentence(verdict.reduction, verdict.threshold, speaker)


def _outcome(verdict: Verdict, speaker: Speaker) -> Iterator[str]:
    status = verdict.status
    if status is Status.TOO_LITTLE_DATA:
        yield from parts.too_little(verdict.cautions, speaker)
    elif status is Status.NOT_COMPARABLE:
        yield parts.not_comparable(speaker)
    elif status is Status.NOT_APPLICABLE:
        yield from parts.those_with(("baseline_zero",), verdict.cautions, speaker)
    else:
        yield decided(status, speaker)


def decided(status: Status, speaker: Speaker) -> str:
    """Return what a trial has come to that is running, reached its goal or did not."""
    if status is Status.RUNNING:
        return speaker.gettext("The trial is still running, so this is provisional.")
    if status is Status.REACHED:
        return speaker.gettext("So the trial reached what the protocol asks.")
    return speaker.gettext("So the trial did not reach what the protocol asks.")


def _missing(verdict: Verdict, speaker: Speaker) -> str:
    # What was counted at baseline adds up to more than 0, so with any other measurements it does.
    assert verdict.bounds is not None, "a decided verdict has bounds"
    worst, best = (parts.part_less(bound, verdict.threshold, speaker) for bound in verdict.bounds)
    at_worst = verdict.status is Status.REACHED
    return parts.missing(verdict, worst, best, at_worst, speaker)


def _turns(stability: Stability, verdict: Verdict, speaker: Speaker) -> str:
    step = speaker.with_unit(speaker.plain(stability.step), verdict.scale)
    if not stability.turns:
        return speaker.gettext(
            "No single measurement would have turned the verdict, had it been %(step)s different.",
            step=step,
        )
    if len(stability.turns) > 1:
        return speaker.gettext(
            "Each of %(num)d measurements would alone have turned the verdict, had it been "
            "%(step)s different.",
            num=len(stability.turns),
            step=step,
        )
    (turn,) = stability.turns
    return speaker.gettext(
        "One measurement would alone have turned the verdict: that of %(day)s, had it been "
        "%(instead)s instead of %(score)s.",
        day=speaker.day(turn.answer.placement.diary_day),
        instead=speaker.plain(turn.instead),
        score=speaker.plain(turn.answer.score),
    )


def _slack(stability: Stability, verdict: Verdict, speaker: Speaker) -> str:
    if stability.slack is None:
        return speaker.gettext("No other scores of the last days alone could have turned it.")
    if stability.slack == 0:
        return speaker.gettext("The scores of the last days together could not have been higher.")
    written = speaker.number(stability.slack, Fraction())
    slack = speaker.with_unit(written, verdict.scale)
    if verdict.status is Status.REACHED:
        return speaker.gettext(
            "The scores of the last days together could have been %(slack)s higher before it "
            "turned.",
            slack=slack,
        )
    return speaker.gettext(
        "The scores of the last days together had to be %(slack)s lower to turn it.", slack=slack
    )
