"""Named, frozen sets of the protocol's parameters. A change is a new name, never an edit.

Each parameter says in its metadata where it comes from: a line of S3, or "choice" where S3 leaves
the matter open and this project decided (the value is then shown to the clinician).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction

from diary.protocol.opioid_tables import MedTable
from diary.protocol.readings import (
    Counted,
    DiaryDay,
    JudgedOn,
    OffDiary,
    TrialDay,
    Unconfirmed,
)
from diary.protocol.scales import Scale

CHOICE = "choice"


class Weaker(StrEnum):
    """Which values of a parameter of S3 ask less than S3 does; a set may have them with a note."""

    LOWER = "lower"
    HIGHER = "higher"
    OTHER = "other"
    """Any other value: neither side of it is the stricter one."""


def rule(
    source: str,
    least: int | None = None,
    most: int | None = None,
    weaker: Weaker | None = None,
) -> dict[str, object]:
    """Return the metadata of a parameter: where it comes from and what a set may make of it.

    `least` and `most` are the limits of a number (in minutes for a duration; a value per scale
    has those of the scale). `weaker` says which values are weaker than S3.
    """
    return {"source": source, "least": least, "most": most, "weaker": weaker}


def choice(least: int | None = None, most: int | None = None) -> dict[str, object]:
    """Return the metadata of a parameter that S3 leaves open."""
    return rule(CHOICE, least, most)


class Mean(StrEnum):
    """How the measurements of a window become one score."""

    DAY = "day"
    """The mean of the day means: each day weighs the same."""
    POOLED = "pooled"
    """The plain mean of all measurements."""


class Night(StrEnum):
    """When night measurements count."""

    IN_BOTH = "in_both"
    """When both windows of a comparison hold one."""
    NEVER = "never"


class OtherScale(StrEnum):
    """What a measurement on another scale than the pathway's does to its window."""

    NOT_COMPARABLE = "not_comparable"
    """The window has no score."""
    LEFT_OUT = "left_out"
    """The measurement is missing; the others give the score."""


@dataclass(frozen=True, slots=True)
class PerScale:
    """One value for each pain scale, in points and in millimetres."""

    nrs: Fraction
    vas: Fraction

    def on(self, scale: Scale) -> Fraction:
        """Return the value for `scale`."""
        return self.nrs if scale is Scale.NRS else self.vas


@dataclass(frozen=True, slots=True)
class Deviation:
    """A parameter that a centre's own set makes weaker than S3, and why in the centre's words."""

    parameter: str
    note: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything the protocol's rules can be told. `nva-2020` is `NVA_2020`."""

    name: str
    opens_before: timedelta = field(default=timedelta(minutes=60), metadata=choice(0, 240))
    """A moment's window opens so long before it."""
    closes_after: timedelta = field(default=timedelta(minutes=120), metadata=choice(0, 240))
    """A moment's window closes so long after it."""
    window_days: int = field(default=4, metadata=rule("S3 l.203", 1, 28, Weaker.LOWER))
    """Consecutive diary days of a weighted score."""
    moments_in_a_valid_day: int = field(default=2, metadata=choice(1, 12))
    """Different moments with a counted entry that make a day valid (l.203 says "different")."""
    night: Night = field(default=Night.IN_BOTH, metadata=choice())
    """When night measurements count (S3 l.203-204: "indien aan de orde")."""
    mean: Mean = field(default=Mean.DAY, metadata=choice())
    """How a window's measurements become one score."""
    other_scale: OtherScale = field(default=OtherScale.NOT_COMPARABLE, metadata=choice())
    """What measurements on two scales in one window mean."""
    trial_days: int = field(default=7, metadata=rule("S3 l.184", 1, 90, Weaker.LOWER))
    """A trial that is over after fewer days gives no verdict."""
    extension_least: int = field(default=7, metadata=rule("S3 l.186", 1, 90, Weaker.LOWER))
    """Fewest days by which a trial may be extended."""
    extension_most: int = field(default=14, metadata=rule("S3 l.186", 1, 90, Weaker.HIGHER))
    """Most days by which a trial may be extended."""
    reduction_needed: Fraction = field(
        default=Fraction(1, 2), metadata=rule("S3 l.207", 0, 1, Weaker.LOWER)
    )
    """The part of the baseline pain that must be gone, this value included."""
    immpact_reduction: Fraction = field(
        default=Fraction(3, 10), metadata=rule("S3 l.272", 0, 1, Weaker.OTHER)
    )
    """IMMPACT's relative improvement, included."""
    immpact_fall: PerScale = field(
        default=PerScale(Fraction(2), Fraction(15)), metadata=rule("S3 l.272", weaker=Weaker.OTHER)
    )
    """IMMPACT's absolute improvement, included."""
    age_least: int = field(default=18, metadata=rule("S3 l.130", 0, 120, Weaker.LOWER))
    """Years of age on the first intake day, included."""
    pain_months_least: int = field(default=6, metadata=rule("S3 l.132", 0, 120, Weaker.LOWER))
    """Months of pain on the first intake day, included."""
    score_least: PerScale = field(
        default=PerScale(Fraction(5), Fraction(50)),
        metadata=rule("S3 l.134", weaker=Weaker.LOWER),
    )
    """The weighted score at intake, included."""
    bmi_limit: Fraction = field(
        default=Fraction(35), metadata=rule("S3 l.156", 10, 100, Weaker.HIGHER)
    )
    """From this body mass index on, itself included, there is a relative contra-indication."""
    med_limit: Fraction = field(
        default=Fraction(90), metadata=rule("S3 l.162", 0, 1000, Weaker.HIGHER)
    )
    """Opioids a day, in mg of oral morphine, that may not be reached."""
    operations_least: int = field(default=1, metadata=rule("S3 l.301", 0, 20, Weaker.LOWER))
    """Operations of the back (FBSS) or of the neck (FNSS)."""
    limb_score_least: PerScale = field(
        default=PerScale(Fraction(5), Fraction(50)),
        metadata=rule("S3 l.693", weaker=Weaker.LOWER),
    )
    """Small-fibre neuropathy: the pain in arms or legs, included."""
    elsewhere_score_most: PerScale = field(
        default=PerScale(Fraction(4), Fraction(40)),
        metadata=rule("S3 l.719", weaker=Weaker.HIGHER),
    )
    """Small-fibre neuropathy: the pain elsewhere, included."""
    attacks_a_week_least: Fraction = field(
        default=Fraction(4), metadata=rule("S3 l.754", 0, 100, Weaker.LOWER)
    )
    """Cluster headache: the mean frequency of attacks at intake, included."""
    mri_months_most: int = field(default=48, metadata=rule("S3 l.756", 0, 240, Weaker.HIGHER))
    """Cluster headache: months between the MRI and the first intake day, included."""
    first_contact_month: int = field(default=3, metadata=rule("S3 l.217", 1, 12, Weaker.HIGHER))
    """Months from implantation to the first contact."""
    half_year_month: int = field(default=6, metadata=rule("S3 l.217", 1, 12, Weaker.HIGHER))
    """Months from implantation to the second contact and the first questionnaires (l.223)."""
    follow_up_years: int = field(default=10, metadata=choice(1, 50))
    """Years with a contact and questionnaires at their end that are planned ahead."""
    centre_patients_least: int = field(
        default=20, metadata=rule("S3 l.824", 0, 10_000, Weaker.LOWER)
    )
    """Unique patients operated on in a calendar year."""
    partner_below: int = field(default=50, metadata=rule("S3 l.830", 0, 10_000, Weaker.LOWER))
    """A centre with fewer unique patients a year works together with another centre."""
    ons_patients_least: int = field(default=10, metadata=rule("S3 l.848", 0, 10_000, Weaker.LOWER))
    """Unique patients a year of a centre that does occipital nerve stimulation."""
    stability_step: PerScale = field(default=PerScale(Fraction(1), Fraction(10)), metadata=choice())
    """How different one measurement is thought, to see whether it alone turns a verdict."""
    off_days_least: int = field(default=7, metadata=rule("S3 l.237", 1, 28, Weaker.LOWER))
    """Fewest days for which the system is planned to be off."""
    off_days_most: int = field(default=28, metadata=rule("S3 l.237", 7, 90, Weaker.OTHER))
    """Days off after which the absence of worsening is judged."""
    worsening: PerScale = field(
        default=PerScale(Fraction(2), Fraction(15)), metadata=rule("S3 l.247", weaker=Weaker.OTHER)
    )
    """More pain than before the switch-off by more than this is worse; itself it is not."""
    quality_of_life_fall: Fraction = field(default=Fraction(0), metadata=choice(0, 20))
    """A fall of an SF-12 summary score by more than this is a fall (S3 l.259)."""
    quality_of_life_from: int = field(default=22, metadata=choice(1, 90))
    """The off-day from which on an SF-12 tells of the time without stimulation."""
    attack_intake_days: int = field(default=28, metadata=choice(7, 90))
    """Fewest intake days for a frequency of attacks."""
    attack_trial_days: int = field(default=7, metadata=rule("S3 l.184", 1, 90, Weaker.LOWER))
    """Fewest trial days for a frequency of attacks."""
    attack_confirmed: Fraction = field(default=Fraction(4, 5), metadata=choice(0, 1))
    """The part of the days that must be confirmed, this value included."""
    attack_reduction: Fraction = field(
        default=Fraction(3, 10), metadata=rule("S3 l.209", 0, 1, Weaker.LOWER)
    )
    """The part of the attacks that must be gone, this value included."""
    attack_sure_days: int = field(default=28, metadata=choice(7, 90))
    """With fewer confirmed trial days the frequency is said to be uncertain."""
    med_table: MedTable = field(default=MedTable.NL_2019, metadata=choice())
    """The table of opioids for a pathway that names none (S3 l.162 names none)."""
    judged_on: JudgedOn = field(default=JudgedOn.PRIMARY_SITE, metadata=choice())
    """Which pain site's scores give the verdict (S3 l.297)."""
    diary_day: DiaryDay = field(default=DiaryDay.FROM_FOUR, metadata=choice())
    """When a diary day begins, on the patient's clock."""
    counted: Counted = field(default=Counted.FIRST_SCHEDULED, metadata=choice())
    """Which answers count; extra and late ones are shown."""
    trial_day: TrialDay = field(default=TrialDay.WHOLE, metadata=choice())
    """Which days are days of the trial: not the day of placement."""
    off_diary: OffDiary = field(default=OffDiary.THROUGHOUT, metadata=choice())
    """On which days of a switch-off the diary is kept (S3 l.237 asks four)."""
    unconfirmed_day: Unconfirmed = field(default=Unconfirmed.UNKNOWN, metadata=choice())
    """What a day without a confirmed number of attacks is worth."""
    deviates_from: tuple[Deviation, ...] = ()
    """The parameters that are weaker than S3; every verdict says so."""

    def __hash__(self) -> int:
        return hash(self.name)


NVA_2020 = Parameters("nva-2020")
VERSIONS = {NVA_2020.name: NVA_2020}


class UnknownVersionError(LookupError):
    """No set of parameters has that name."""


def version(name: str) -> Parameters:
    """Return the parameters called `name`. Raises UnknownVersionError."""
    try:
        return VERSIONS[name]
    except KeyError:
        raise UnknownVersionError(f"no protocol version has that name: {name}") from None
