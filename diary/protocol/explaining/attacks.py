"""Why the verdict on attacks is what it is."""

from __future__ import annotations

from collections.abc import Iterator

from diary.protocol.attacks import AttackCount, AttackVerdict
from diary.protocol.explaining import parts
from diary.protocol.explaining.trial import decided
from diary.protocol.speaking import Speaker
from diary.protocol.verdicts import Status


def sentences(verdict: AttackVerdict, speaker: Speaker) -> Iterator[str]:
    """Yield the explanation, sentence by sentence."""
    yield from _counted(verdict.baseline, speaker.gettext("Before"), speaker)
    yield from _counted(verdict.window, speaker.gettext("In the trial"), speaker)
    if verdict.reduction is not None:
        yield parts.reduction_sentence(verdict.reduction, verdict.threshold, speaker)
    if verdict.status is Status.TOO_LITTLE_DATA:
        yield from parts.too_little(verdict.cautions, speaker)
    elif verdict.status is Status.NOT_APPLICABLE:
        yield from parts.those_with(("no_attacks_before",), verdict.cautions, speaker)
    else:
        yield decided(verdict.status, speaker)
    said = ("short_period", "attacks_not_cluster", "deviates_from")
    yield from parts.those_with(said, verdict.cautions, speaker)


def _counted(count: AttackCount | None, when: str, speaker: Speaker) -> Iterator[str]:
    if count is None or count.per_week is None:
        return
    yield speaker.gettext(
        "%(when)s: %(frequency)s attacks a week (%(confirmed)d of %(days)d days confirmed).",
        when=when,
        frequency=speaker.number(count.per_week),
        confirmed=count.confirmed_days,
        days=count.days,
    )
