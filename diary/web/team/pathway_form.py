"""What a pathway begins with, as a form asks it: at enrolment, and for another pathway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from diary.language import N_
from diary.protocol.messages import Caution, caution
from diary.protocol.moments import DEFAULT_MOMENTS, Moment, plan_of
from diary.protocol.pathway import CLUSTER, SITES
from diary.protocol.phases import PhaseKind
from diary.protocol.scales import Scale
from diary.protocol.versions import NVA_2020, Parameters
from diary.store import centre_settings, pathways
from diary.store.beginning import NewPathway
from diary.store.database import Unit
from diary.store.pathways import PathwayView
from diary.web.labels import moment_label
from diary.web.language import clock, gettext
from diary.web.team import words
from diary.web.team.calendar import CalendarDay, calendar
from diary.web.team.forms import Form

MOMENTS = (*DEFAULT_MOMENTS, Moment("night", time(3), night=True))
LONGEST_INTAKE = 60

LABELS = {
    "indication": N_("Indication"),
    "pain_since": N_("In pain since"),
    "primary_site": N_("Primary pain site"),
    "other_sites": N_("Other pain sites"),
    "scale": N_("Pain scale"),
    "moments": N_("Measuring moments"),
    "protocol": N_("Protocol version"),
    "first_day": N_("First day of the intake"),
    "days": N_("Number of days"),
}
SCALES = {
    Scale.NRS: N_("NRS: a number from 0 to 10"),
    Scale.VAS: N_("VAS: a place on a line of 100 mm"),
}
TOO_FEW_MOMENTS = N_("A day counts with measurements at two moments: keep at least two times.")
TOO_FEW_FOR_VERSION = N_(
    "With so few times no day counts by the protocol version of this centre: choose more."
)
NOT_IN_THE_PAST = N_("Choose today or a later day.")
TOO_MANY_DAYS = N_("Choose 1 to 60 days.")
CONFIRMED = N_(
    "Cluster headache is judged on attacks: the patient confirms %(needed)d %% of all days of the "
    "intake at least, those without an attack too."
)


class Rehearsed(Exception):  # noqa: N818 - nobody but the view that raises it meets it
    """Everything could be saved; it is rolled back, since a look at the calendar comes first."""


@dataclass(frozen=True, slots=True)
class Intake:
    """The days of the intake that is planned together with the pathway."""

    first_day: date
    last_day: date


def usual(moments: Sequence[Moment], parameters: Parameters, tomorrow: date) -> dict[str, str]:
    """Return what is filled in already."""
    return {
        "scale": Scale.NRS.value,
        "first_day": tomorrow.isoformat(),
        "days": str(parameters.window_days),
        **{f"time_{m.name}": f"{m.time:%H:%M}" for m in moments},
    }


def options() -> dict[str, object]:
    """Return what the fields offer, for templates/team/_pathway_fields.html."""
    return {
        "pain_sites": [(name, words.site(name)) for name in SITES],
        "scales": [(scale.value, gettext(label)) for scale, label in SCALES.items()],
        "indications": [(code, gettext(label)) for code, label in words.INDICATIONS.items()],
        "moments": [(moment.name, moment_label(moment.name)) for moment in MOMENTS],
    }


def read(sent: Form, timezone: str, parameters: Parameters) -> NewPathway | None:
    """Return what the form says of the pathway; None, and errors noted, where it cannot be read."""
    primary = sent.choice("primary_site", SITES)
    others = [site for site in sent.values("other_sites") if site in SITES and site != primary]
    scale = sent.choice("scale", list(Scale))
    indication = sent.choice("indication", words.INDICATIONS)
    pain_since = sent.day("pain_since", required=False)
    moments = read_moments(sent)
    if "moments" not in sent.errors and len(moments) < parameters.moments_in_a_valid_day:
        sent.errors["moments"] = TOO_FEW_FOR_VERSION
    if not sent.errors.keys().isdisjoint(LABELS):
        return None
    return NewPathway(
        timezone=timezone,
        indication=indication,
        scale=Scale(scale),
        sites=(primary, *others),
        moments=moments,
        parameters=parameters,
        pain_since=pain_since,
    )


def read_intake(sent: Form, today: date) -> Intake | None:
    """Return the days of the intake; None when it is planned later, or an error is noted."""
    first = sent.planned_day("first_day", today, required=False)
    if first is None:
        return None
    count = sent.count("days")
    if first < today:
        sent.errors["first_day"] = NOT_IN_THE_PAST
    if count is None:
        return None
    if not 1 <= count <= LONGEST_INTAKE:
        sent.errors["days"] = TOO_MANY_DAYS
        return None
    return Intake(first, first + timedelta(days=count - 1))


def read_moments(sent: Form) -> tuple[Moment, ...]:
    """Return the moments that a form has a time for; an error is noted at `moments`."""
    times = {m: sent.clock(f"time_{m.name}", required=False) for m in MOMENTS}
    chosen = tuple(Moment(m.name, at, m.night) for m, at in times.items() if at is not None)
    for moment in MOMENTS:
        wrong = sent.errors.pop(f"time_{moment.name}", None)
        if wrong:
            sent.errors["moments"] = wrong
    if "moments" not in sent.errors and len(chosen) < NVA_2020.moments_in_a_valid_day:
        sent.errors["moments"] = TOO_FEW_MOMENTS
    return chosen


def set_up(unit: Unit, pathway: PathwayView, intake: Intake | None) -> None:
    """Give a pathway that was just made the usual questions of the evening, and its intake."""
    pathways.choose_evening(unit, pathway, centre_settings.usual(unit).evening)
    if intake is not None:
        first, last = intake.first_day, intake.last_day
        pathways.start_phase(unit, pathway.id, PhaseKind.INTAKE, first, last)


def facts(new: NewPathway) -> list[tuple[str, str]]:
    """Return what is about to begin, as pairs of a label's message id and words."""
    assert new.parameters is not None, "the form names the version"
    primary, *others = [words.site(site) for site in new.sites]
    return [
        (LABELS["indication"], words.said(words.INDICATIONS, new.indication)),
        (LABELS["primary_site"], primary),
        (LABELS["other_sites"], ", ".join(others) or "–"),
        (LABELS["scale"], gettext(SCALES[new.scale])),
        (LABELS["protocol"], new.parameters.name),
        (LABELS["moments"], " · ".join(clock(moment.time) for moment in new.moments)),
    ]


def days(new: NewPathway, intake: Intake | None) -> list[CalendarDay]:
    """Return the calendar that results from it; empty without an intake."""
    if intake is None or new.parameters is None:
        return []
    plan = plan_of(new.moments, ZoneInfo(new.timezone), new.parameters)
    return calendar(plan, intake.first_day, intake.last_day)


def cautions(new: NewPathway, intake: Intake | None) -> list[str]:
    """Return what the intake lacks for a baseline, in words (S3 l.192 for cluster headache)."""
    assert new.parameters is not None, "the form names the version"
    cluster = new.indication == CLUSTER
    needed = new.parameters.attack_intake_days if cluster else new.parameters.window_days
    found = []
    if intake is not None and (count := (intake.last_day - intake.first_day).days + 1) < needed:
        found.append(caution("intake_too_short", days=count, needed=needed))
    if cluster:
        percent = round(new.parameters.attack_confirmed * 100)
        found.append(Caution("confirmed", CONFIRMED, {"needed": percent}))
    return [words.caution(one) for one in found]
