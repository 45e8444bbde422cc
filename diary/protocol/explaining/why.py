"""Why a verdict is what it is, in one paragraph of plain words."""

from __future__ import annotations

from diary.protocol.attacks import AttackVerdict
from diary.protocol.explaining import attacks, switch_off, trial
from diary.protocol.speaking import ENGLISH, Speaker
from diary.protocol.verdicts import Rule, Verdict


def explain(verdict: Verdict | AttackVerdict, speaker: Speaker = ENGLISH) -> str:
    """Return the paragraph that tells why `verdict` is what it is.

    It says nothing that the verdict does not hold; its numbers are those of the verdict, rounded as
    they are everywhere else.
    """
    if isinstance(verdict, AttackVerdict):
        sentences = attacks.sentences(verdict, speaker)
    elif verdict.rule is Rule.TRIAL_RESPONSE:
        sentences = trial.sentences(verdict, speaker)
    else:
        sentences = switch_off.sentences(verdict, speaker)
    return " ".join(sentences)
