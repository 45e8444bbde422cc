"""The field's terms in a patient's words: moments, pain sites, questions and phases."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from diary.protocol.anchors import Anchors, anchors
from diary.protocol.phases import PhaseKind
from diary.protocol.versions import NVA_2020
from diary.wording.names import moment_label, site_name
from diary.wording.spoken import gettext as _

__all__ = [
    "EveningQuestion",
    "evening_questions",
    "late_question",
    "moment_label",
    "phase_title",
    "question",
    "scale_ends",
    "site_label",
]


def site_label(site: str) -> str:
    """Return the name of a pain site at the start of a line ("Leg")."""
    name = site_name(site, _)
    return name[:1].upper() + name[1:]


def scale_ends(version: str = NVA_2020.name) -> Anchors:
    """Return what the ends of the pain scale mean, by the protocol version of the diary."""
    ends = anchors(version)
    return Anchors(_(ends.least), _(ends.most))


def question(site: str) -> str:
    """Return how the pain of this moment is asked."""
    questions = {
        "leg": _("How much pain do you have in your leg now?"),
        "back": _("How much pain do you have in your back now?"),
        "arm": _("How much pain do you have in your arm now?"),
        "neck": _("How much pain do you have in your neck now?"),
        "foot": _("How much pain do you have in your foot now?"),
        "hand": _("How much pain do you have in your hand now?"),
        "head": _("How much pain do you have in your head now?"),
    }
    return questions.get(site) or _("How much pain do you have in the other place now?")


def late_question(site: str) -> str:
    """Return how the pain of a missed moment is asked afterwards."""
    questions = {
        "leg": _("How much pain did you have in your leg then?"),
        "back": _("How much pain did you have in your back then?"),
        "arm": _("How much pain did you have in your arm then?"),
        "neck": _("How much pain did you have in your neck then?"),
        "foot": _("How much pain did you have in your foot then?"),
        "hand": _("How much pain did you have in your hand then?"),
        "head": _("How much pain did you have in your head then?"),
    }
    return questions.get(site) or _("How much pain did you have in the other place then?")


@dataclass(frozen=True, slots=True)
class EveningQuestion:
    """A question of the evening: its name in the store, its words, and its ends."""

    name: str
    text: str
    low: str
    high: str


def evening_questions(asked: Collection[str]) -> list[EveningQuestion]:
    """Return the questions of the evening that are `asked`, in the order of the phone."""
    very_well = _("10 = very well")
    questions = (
        EveningQuestion(
            "sleep", _("How did you sleep last night?"), _("0 = very badly"), very_well
        ),
        EveningQuestion(
            "activity", _("How did your daily activities go?"), _("0 = not at all"), very_well
        ),
        EveningQuestion("goal", _("How did your own goal go?"), _("0 = not at all"), very_well),
    )
    return [question for question in questions if question.name in asked]


def phase_title(kind: PhaseKind) -> str:
    """Return the name of a phase; it promises nothing and warns of nothing."""
    return {
        PhaseKind.INTAKE: _("Measuring before the trial"),
        PhaseKind.TRIAL: _("The trial period"),
        PhaseKind.PRE_SWITCH_OFF: _("Measuring with the system on"),
        PhaseKind.SWITCH_OFF: _("Measuring with the system off"),
        PhaseKind.FOLLOW_UP: _("Measuring after the treatment"),
    }[kind]
