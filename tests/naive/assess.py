"""A case in, verdicts out: the order and the keys of the interface document."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.naive.attacks import attack_response
from tests.naive.days import phase, phase_days, planned, zone
from tests.naive.eligibility import eligibility
from tests.naive.entries import read_entries
from tests.naive.follow_up import follow_up
from tests.naive.opioids import opioids
from tests.naive.switch_off import switch_off_worsening
from tests.naive.trial import trial_response


def assess(case: dict) -> dict:
    """Judge a valid case (diary-case/1)."""
    entries = read_entries(case)
    sites = case.get("sites", ["leg"])
    primary = case.get("primary_site", sites[0])
    verdicts = []
    if phase(case, "trial") and case.get("indication") != "cluster":  # §6
        for site in sites:
            verdict = trial_response(case, entries, site)
            verdicts.append({**verdict, "primary": site == primary})
    if phase(case, "switch_off"):
        for site in sites:
            verdict = switch_off_worsening(case, entries, site)
            verdicts.append({**verdict, "primary": site == primary})
    if case.get("attack_days"):
        verdicts.append(attack_response(case))
    return {
        "case": case["case"],
        "protocol": case.get("protocol", "nva-2020"),
        "verdicts": verdicts,
        "eligibility": eligibility(case, entries),
        "opioids": opioids(case),
        "follow_up": follow_up(case),
    }


def moments(case: dict) -> list[dict]:
    """§1: the planned measurements of every phase day, in time order."""
    rows = []
    for one in sorted(case["phases"], key=lambda one: one["first_day"]):
        for day in phase_days(one):
            for moment in planned(case, day):
                rows.append(
                    {
                        "diary_day": day.isoformat(),
                        "moment": moment["name"],
                        "local": moment["at"].astimezone(zone(case)).isoformat(),
                        "utc": in_utc(moment["at"]),
                        "opens_utc": in_utc(moment["opens"]),
                        "closes_utc": in_utc(moment["closes"]),
                    }
                )
    return rows


def in_utc(when: datetime) -> str:
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")
