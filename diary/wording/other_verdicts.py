"""The verdicts beside the trial's: of a switch-off, and on attacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from diary.protocol.attacks import AttackVerdict
from diary.protocol.cases import Assessment
from diary.protocol.explaining.why import explain
from diary.protocol.naming import RULES
from diary.protocol.verdicts import Rule, SwitchOff, Verdict
from diary.speakers import speaker
from diary.wording import words
from diary.wording.spoken import current, day_short, gettext
from diary.wording.words import Badge


@dataclass(frozen=True, slots=True)
class OtherView:
    """A verdict in a word, why it is so, and the days that matter."""

    title: str
    badge: Badge
    word: str
    why: str
    lines: list[str]
    cautions: list[str]
    source: str
    protocol: str


def others(assessment: Assessment) -> list[OtherView]:
    """Return these verdicts of `assessment`, the primary pain site first."""
    found = [_of_switch_off(one) for one in _switch_offs(assessment)]
    if assessment.attacks is not None:
        badge = words.BADGES[assessment.attacks.status]
        title = gettext(RULES[Rule.ATTACK_RESPONSE])
        found.append(_view(assessment.attacks, title, badge, []))
    return found


def _switch_offs(assessment: Assessment) -> list[Verdict]:
    found = [v for v in assessment.verdicts if v.rule is Rule.SWITCH_OFF_WORSENING]
    return sorted(found, key=lambda verdict: not verdict.primary)


def _of_switch_off(verdict: Verdict) -> OtherView:
    title = f"{gettext(RULES[verdict.rule])}: {words.site(verdict.site)}"
    badge = words.SWITCH_OFF_BADGES[verdict.status]
    lines = list(_days(verdict.switch_off)) if verdict.switch_off else []
    return _view(verdict, title, badge, lines)


def _days(found: SwitchOff) -> Iterator[str]:
    if found.crossed_on is not None:
        yield gettext("The limit was crossed at the end of %(day)s.") % {
            "day": day_short(found.crossed_on)
        }
    if found.early_notices:
        days = ", ".join(day_short(day) for day in found.early_notices)
        yield gettext("Days that asked for a call: %(days)s.") % {"days": days}


def _view(
    verdict: Verdict | AttackVerdict, title: str, badge: Badge, lines: list[str]
) -> OtherView:
    return OtherView(
        title=title,
        badge=badge,
        word=gettext(badge.word),
        why=explain(verdict, speaker(current())),
        lines=lines,
        cautions=[words.caution(caution) for caution in verdict.cautions],
        source=verdict.source,
        protocol=verdict.protocol,
    )
