"""What the protocol's codes are called, for people; the templates of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from diary.protocol.messages import N_
from diary.protocol.speaking import Speaker
from diary.protocol.verdicts import Reason, Rule, Status

RULES: Mapping[Rule, str] = {
    Rule.TRIAL_RESPONSE: N_("Trial stimulation"),
    Rule.SWITCH_OFF_WORSENING: N_("Switched off"),
    Rule.ATTACK_RESPONSE: N_("Cluster headache"),
}

STATUSES: Mapping[Status, str] = {
    Status.RUNNING: N_("Running"),
    Status.NOT_COMPARABLE: N_("Not comparable"),
    Status.NOT_APPLICABLE: N_("Not applicable"),
    Status.TOO_LITTLE_DATA: N_("Too little data"),
    Status.REACHED: N_("Reached"),
    Status.NOT_REACHED: N_("Not reached"),
    Status.UNDECIDED: N_("Undecided"),
}

# In a switch-off what is reached is the limit of worsening, and that speaks for the treatment.
SWITCH_OFF_STATUSES: Mapping[Status, str] = {
    **STATUSES,
    Status.REACHED: N_("Worse"),
    Status.NOT_REACHED: N_("Not worse"),
}

REASONS: Mapping[Reason, str] = {
    Reason.WITHDRAWN: N_("withdrawn by the patient"),
    Reason.EXTRA: N_("extra: outside every window"),
    Reason.LATE: N_("afterwards: filled in after its window had closed"),
    Reason.SECOND: N_("second one for the same moment"),
    Reason.OTHER_SCALE: N_("on another scale than the pathway's"),
    Reason.NIGHT: N_("night: not in both windows, so left out of both"),
}

SITES: Mapping[str, str] = {
    "leg": N_("leg"),
    "back": N_("back"),
    "arm": N_("arm"),
    "neck": N_("neck"),
    "foot": N_("foot"),
    "hand": N_("hand"),
    "head": N_("head"),
    "other": N_("other site"),
}

CHOICES: Mapping[str, str] = {
    "mean": N_("how the mean is taken"),
    "days": N_("which days are taken"),
    "late": N_("whether measurements made afterwards count"),
    "night": N_("whether night measurements count"),
}


def choices_named(names: Sequence[str], speaker: Speaker) -> str:
    """Return choices of the sensitivity table in words, one after another."""
    return ", ".join(speaker.gettext(CHOICES[name]) for name in names)


def status_named(rule: Rule, status: Status, speaker: Speaker) -> str:
    """Return the status of a verdict in a word or two."""
    words = SWITCH_OFF_STATUSES if rule is Rule.SWITCH_OFF_WORSENING else STATUSES
    return speaker.gettext(words[status])
