"""Pain after surgery of the spine: FBSS (S3 l.276-370) and FNSS (S3 l.371-456)."""

from __future__ import annotations

from diary.protocol.indications.criteria import (
    Criterion,
    Indication,
    Judge,
    at_least,
    not_so,
    number,
    so,
)
from diary.protocol.indications.intake import Intake
from diary.protocol.indications.treatments import (
    invasive,
    nociceptive,
    physiotherapy,
    psychosocial,
    two_co_analgesics,
)
from diary.protocol.intake_facts import Technique
from diary.protocol.messages import N_

SCAR_INJECTION = N_("Injection of a local anaesthetic, with or without a corticosteroid")
SCAR_PAIN = N_("when scar pain dominates")
ROOT_PRF = N_("Pulsed radiofrequency treatment of a nerve root")
NERVE_PAIN = N_("when neuropathic or nociplastic pain dominates")


def _enough_operations(name: str) -> Judge:
    def judge(intake: Intake) -> bool | None:
        return at_least(intake.number(name), intake.parameters.operations_least)

    return judge


FBSS = Indication(
    "fbss",
    "S3 l.15",
    N_("FBSS (PSPS type 2) with leg pain"),
    frozenset({Technique.SCS}),
    (
        so(
            "radicular_leg_pain",
            "S3 l.297",
            N_("Radicular neuropathic or nociplastic leg pain, with or without back pain"),
        ),
        so(
            "leg_pain_dominates",
            "S3 l.289-291",
            N_("Leg pain dominates"),
            N_("The criterion itself does not repeat this; the indication (l.15, l.289) does."),
        ),
        Criterion(
            "back_operations",
            "S3 l.301",
            N_("At least %(operations_least)s operation of the back"),
            _enough_operations("back_operations"),
            (number("back_operations", 0, 100),),
        ),
        not_so("no_surgical_option", "S3 l.303", N_("No surgical option"), "surgical_option"),
    ),
    (
        physiotherapy("S3 l.309"),
        nociceptive("S3 l.313"),
        *two_co_analgesics("S3 l.319"),
        psychosocial("S3 l.325"),
        invasive("scar_injection", "S3 l.337", SCAR_INJECTION, SCAR_PAIN),
        invasive("root_prf", "S3 l.345", ROOT_PRF, NERVE_PAIN),
    ),
)

FNSS = Indication(
    "fnss",
    "S3 l.16",
    N_("FNSS with arm pain"),
    frozenset({Technique.SCS}),
    (
        so(
            "radicular_arm_pain",
            "S3 l.388",
            N_("Radicular neuropathic or nociplastic arm pain, with or without neck pain"),
        ),
        so("arm_pain_dominates", "S3 l.382", N_("Arm pain dominates")),
        Criterion(
            "neck_operations",
            "S3 l.372-374",
            N_("At least %(operations_least)s operation of the neck"),
            _enough_operations("neck_operations"),
            (number("neck_operations", 0, 100),),
            note=N_("Follows from the definition; as a criterion it is printed for the back only."),
        ),
    ),
    (
        physiotherapy("S3 l.396"),
        nociceptive("S3 l.400"),
        *two_co_analgesics("S3 l.406"),
        psychosocial("S3 l.412"),
        invasive("scar_injection", "S3 l.424", SCAR_INJECTION, SCAR_PAIN),
        invasive("root_prf", "S3 l.432", ROOT_PRF, NERVE_PAIN),
    ),
)
