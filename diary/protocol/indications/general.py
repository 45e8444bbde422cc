"""The criteria for everybody (S3 l.128-178)."""

from __future__ import annotations

from datetime import date

from diary.protocol.indications.criteria import (
    Criterion,
    all_so,
    at_least,
    flags,
    not_so,
    number,
)
from diary.protocol.indications.intake import Intake
from diary.protocol.messages import N_, Caution
from diary.protocol.months import months_later
from diary.protocol.opioids import MedStatus, unknown_cautions
from diary.protocol.team import SOURCE as TEAM_SOURCE
from diary.protocol.team import missing_in_team

MONTHS_IN_A_YEAR = 12


def _long_enough(since: date | None, months: int, intake: Intake) -> bool | None:
    if since is None or intake.first_day is None:
        return None
    return months_later(since, months) <= intake.first_day


def _age(intake: Intake) -> bool | None:
    months = MONTHS_IN_A_YEAR * intake.parameters.age_least
    return _long_enough(intake.case.patient.birth_date, months, intake)


def _pain_duration(intake: Intake) -> bool | None:
    since = intake.case.patient.pain_since
    return _long_enough(since, intake.parameters.pain_months_least, intake)


def _weighted_score(intake: Intake) -> bool | None:
    least = intake.parameters.score_least.on(intake.case.scale)
    return at_least(intake.score(intake.case.primary_site), least)


def _bmi(intake: Intake) -> bool | None:
    bmi = intake.number("bmi")
    return None if bmi is None else bmi < intake.parameters.bmi_limit


def _opioids(intake: Intake) -> bool | None:
    """Judge the stated amount and every day of the intake: none may reach the limit."""
    stated = intake.number("med_mg")
    found = {day.status for day in intake.opioid_days}
    if stated is not None:
        below = stated < intake.parameters.med_limit
        found.add(MedStatus.BELOW if below else MedStatus.NOT_BELOW)
    if MedStatus.NOT_BELOW in found:
        return False
    # A day without a record is not a day without opioids.
    return None if not found or MedStatus.PHYSICIAN in found else True


def _opioid_cautions(intake: Intake) -> tuple[Caution, ...]:
    """Return each caution of the intake's days once: by another table it may be otherwise."""
    found = (caution for day in intake.opioid_days for caution in day.cautions)
    each = {caution.english: caution for caution in found}
    return (*each.values(), *unknown_cautions(one.substance for one in intake.medication))


def _psychiatry(intake: Intake) -> bool | None:
    active = intake.flag("active_psychiatric_disorder")
    return True if active is False else active and intake.flag("referred_to_psychiatrist")


def _team(intake: Intake) -> bool | None:
    team = intake.case.intake.team
    return None if team is None else not missing_in_team(team)


GENERAL = (
    Criterion("age", "S3 l.130", N_("At least %(age_least)s years old"), _age),
    Criterion(
        "pain_duration",
        "S3 l.132",
        N_("Pain for at least %(pain_months_least)s months"),
        _pain_duration,
    ),
    Criterion(
        "weighted_score",
        "S3 l.134",
        N_("Weighted score of NRS %(score_least_nrs)s or VAS %(score_least_vas)s mm, or more"),
        _weighted_score,
        note=N_(
            "The standpunt prints 50 mm without a sign; it is read as 50 mm or more, as elsewhere."
        ),
    ),
    not_so("no_substance_misuse", "S3 l.140", N_("No substance misuse"), "substance_misuse"),
    not_so("not_pregnant", "S3 l.142", N_("Not pregnant"), "pregnant"),
    not_so(
        "clotting",
        "S3 l.144",
        N_("No clotting disorder, and no anticoagulant that cannot be stopped for a time"),
        "clotting_disorder",
        "anticoagulant_cannot_stop",
    ),
    not_so("no_active_infection", "S3 l.148", N_("No active infection"), "active_infection"),
    Criterion(
        "life_expectancy",
        "S3 l.150",
        N_("Life expectancy of more than 12 months"),
        all_so("life_expectancy_over_12_months"),
        flags("life_expectancy_over_12_months"),
    ),
    Criterion(
        "questionnaires",
        "S3 l.152",
        N_("Intake questionnaire and PROMs filled in by the patient"),
        all_so("intake_questionnaire_filled_in", "proms_filled_in"),
        flags("intake_questionnaire_filled_in", "proms_filled_in"),
    ),
    Criterion(
        "bmi",
        "S3 l.156",
        N_("BMI below %(bmi_limit)s"),
        _bmi,
        (number("bmi", 5, 150),),
        relative=True,
    ),
    Criterion(
        "opioids",
        "S3 l.160-162",
        N_("Opioids below %(med_limit)s mg of oral morphine a day"),
        _opioids,
        (number("med_mg", 0, 100_000),),
        warn=_opioid_cautions,
    ),
    Criterion(
        "psychiatry",
        "S3 l.168",
        N_("No active psychiatric disorder, or referred to a psychiatrist"),
        _psychiatry,
        flags("active_psychiatric_disorder", "referred_to_psychiatrist"),
    ),
    Criterion(
        "team",
        TEAM_SOURCE,
        N_("Indication set by a team of the right composition"),
        _team,
    ),
)
