"""Writing a verdict as lines of text: what it is, why, and its working."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from diary.protocol.attacks import AttackVerdict
from diary.protocol.explaining.why import explain
from diary.protocol.messages import Caution
from diary.protocol.naming import REASONS, RULES, SITES, status_named
from diary.protocol.speaking import Speaker
from diary.protocol.verdicts import Answer, Verdict, Window

_WIDTH = 100


def verdict_lines(verdict: Verdict, speaker: Speaker) -> Iterator[str]:
    """Yield a verdict on pain, line by line."""
    site = speaker.gettext(SITES[verdict.site])
    if verdict.primary:
        site = speaker.gettext("%(site)s (primary)", site=site)
    yield f"{speaker.gettext(RULES[verdict.rule])}, {site}: {_status(verdict, speaker)}"
    yield from _why(verdict, speaker)
    yield from _window(speaker.gettext("Baseline"), verdict.baseline, verdict, speaker)
    yield from _window(speaker.gettext("Last days"), verdict.window, verdict, speaker)
    if verdict.immpact is not None:
        yield "  " + (
            speaker.gettext("Clinically relevant after IMMPACT: yes (shown only, not the verdict).")
            if verdict.immpact.reached
            else speaker.gettext(
                "Clinically relevant after IMMPACT: no (shown only, not the verdict)."
            )
        )
    yield from _end(verdict.cautions, verdict.source, speaker)


def attack_verdict_lines(verdict: AttackVerdict, speaker: Speaker) -> Iterator[str]:
    """Yield the verdict on attacks, line by line."""
    yield f"{speaker.gettext(RULES[verdict.rule])}: {_status(verdict, speaker)}"
    yield from _why(verdict, speaker)
    yield from _end(verdict.cautions, verdict.source, speaker)


def _status(verdict: Verdict | AttackVerdict, speaker: Speaker) -> str:
    return status_named(verdict.rule, verdict.status, speaker).upper()


def _why(verdict: Verdict | AttackVerdict, speaker: Speaker) -> Iterator[str]:
    yield from wrap(
        explain(verdict, speaker),
        _WIDTH,
        initial_indent="  ",
        subsequent_indent="  ",
        break_long_words=False,
    )


def _end(cautions: Sequence[Caution], source: str, speaker: Speaker) -> Iterator[str]:
    for caution in cautions:
        yield f"  ! {speaker.caution(caution)}"
    yield "  " + speaker.gettext("Source: %(source)s.", source=source)


def _window(name: str, window: Window | None, verdict: Verdict, speaker: Speaker) -> Iterator[str]:
    if window is None:
        yield "  " + speaker.gettext("%(period)s: none.", period=name)
        return
    period = f"{name} {window.first_day} – {window.last_day}"
    score = speaker.gettext("no score")
    if window.score is not None:
        score = speaker.with_unit(speaker.number(window.score), verdict.scale)
    if window.bounds is not None:
        low, high = (speaker.number(bound) for bound in window.bounds)
        score += "; " + speaker.gettext("possible: %(low)s to %(high)s", low=low, high=high)
    yield f"  {period}: {score}."
    for day in window.days:
        mean = "-" if day.mean is None else speaker.number(day.mean)
        made = speaker.gettext(
            "%(counted)d of %(planned)d measured", counted=day.counted, planned=day.planned
        )
        valid = "" if day.valid else "; " + speaker.gettext("not valid")
        yield f"    {day.diary_day}  {mean:>5}  {made}{valid}"
    for answer in window.left_out:
        yield "    " + _left_out(answer, speaker)


def _left_out(answer: Answer, speaker: Speaker) -> str:
    assert answer.reason is not None, "what is left out has a reason"
    place = " ".join(filter(None, (str(answer.placement.diary_day), answer.placement.moment)))
    return speaker.gettext(
        "left out: %(score)s on %(place)s (%(reason)s)",
        score=speaker.number(answer.score),
        place=place,
        reason=speaker.gettext(REASONS[answer.reason]),
    )
