"""Writing an assessment as plain text for people: `diary assess --format text`."""

from __future__ import annotations

from diary.protocol.cases import Assessment
from diary.protocol.context_text import context_to_text
from diary.protocol.speaking import ENGLISH, Speaker
from diary.protocol.verdict_text import attack_verdict_lines, verdict_lines


def assessment_to_text(assessment: Assessment, speaker: Speaker = ENGLISH) -> str:
    """Return the verdicts of an assessment, why they are so and their working, as lines of text."""
    case, attacks = assessment.case, assessment.attacks
    heading = speaker.gettext(
        "Protocol %(protocol)s, judged as of %(time)s.",
        protocol=case.protocol,
        time=f"{case.as_of:%Y-%m-%d %H:%M %z}",
    )
    lines = [heading]
    if not assessment.verdicts and attacks is None:
        lines.append(speaker.gettext("No rule applies to this case yet."))
    for verdict in assessment.verdicts:
        lines += ["", *verdict_lines(verdict, speaker)]
    if attacks is not None:
        lines += ["", *attack_verdict_lines(attacks, speaker)]
    lines += context_to_text(assessment, speaker)
    return "\n".join(lines)
