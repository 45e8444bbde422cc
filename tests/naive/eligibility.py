"""§7: the three general criteria that follow from the case alone.

Judged on the first intake day; the document says nothing of a case without an intake: there the
first day of all stands in for it.
"""

from __future__ import annotations

from datetime import date

from tests.naive.days import baseline_days, last_four, phase
from tests.naive.entries import Entries
from tests.naive.follow_up import months_later
from tests.naive.verdicts import score_of
from tests.naive.weighted import night_counts, weigh


def eligibility(case: dict, entries: Entries) -> list[dict]:
    intake = phase(case, "intake")
    first_day = min(date.fromisoformat((intake or one)["first_day"]) for one in case["phases"])
    patient = case.get("patient", {})
    age, duration, pain = None, None, None
    if "birth_date" in patient:
        age = months_later(date.fromisoformat(patient["birth_date"]), 18 * 12) <= first_day
    if "pain_since" in patient:
        duration = months_later(date.fromisoformat(patient["pain_since"]), 6) <= first_day
    site = case.get("primary_site", case.get("sites", ["leg"])[0])
    four = last_four(baseline_days(case, "intake"))
    # one window is not compared with another: night counts where it holds one (§2.3)
    night = night_counts(case, entries, site, four, four)
    score = score_of(weigh(case, entries, site, four, night))
    if score is not None:
        pain = score >= (5 if case["scale"] == "nrs" else 50)
    criteria = [("age", age), ("pain_duration", duration), ("weighted_score", pain)]
    status = {True: "met", False: "not_met", None: "unknown"}
    return [{"criterion": name, "status": status[met]} for name, met in criteria]
