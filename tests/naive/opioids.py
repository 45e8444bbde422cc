"""§8: MED a day."""

from __future__ import annotations

from fractions import Fraction

from tests.naive.entries import exact
from tests.naive.verdicts import text

# §8, the table as printed: (substance, route) -> oral morphine equivalent in mg
FACTORS = {
    "nl-2019": {
        ("morphine", "oral"): "1",
        ("oxycodone", "oral"): "1.5",
        ("hydromorphone", "oral"): "5",
        ("tapentadol", "oral"): "0.4",
        ("tramadol", "oral"): "0.1",
        ("morphine", "sc"): "3",
        ("morphine", "iv"): "3",
        ("oxycodone", "sc"): "3",
        ("oxycodone", "iv"): "3",
        ("fentanyl", "patch"): "2.4",
        ("buprenorphine", "patch"): "2.4",
    },
    "cdc-2022": {
        ("morphine", "oral"): "1",
        ("oxycodone", "oral"): "1.5",
        ("hydromorphone", "oral"): "5",
        ("tapentadol", "oral"): "0.4",
        ("tramadol", "oral"): "0.2",
        ("codeine", "oral"): "0.15",
        ("hydrocodone", "oral"): "1",
        ("oxymorphone", "oral"): "3",
        ("fentanyl", "patch"): "2.4",
    },
}
OPIOIDS = {
    "morphine", "oxycodone", "hydromorphone", "tapentadol", "tramadol", "codeine",
    "hydrocodone", "oxymorphone", "fentanyl", "buprenorphine", "methadone", "levomethadone",
    "sufentanil", "remifentanil", "alfentanil", "pethidine", "piritramide", "dihydrocodeine",
    "nalbuphine", "pentazocine",
}  # fmt: skip


def opioids(case: dict) -> list[dict]:
    """One row for each day that lists an opioid; other substances do not count."""
    table = case.get("med_table", "nl-2019")
    listed = [one for one in case.get("medication", []) if one["substance"] in OPIOIDS]
    rows = []
    for day in sorted({one["diary_day"] for one in listed}):
        total: Fraction | None = Fraction(0)
        for one in listed:
            if one["diary_day"] != day:
                continue
            factor = FACTORS[table].get((one["substance"], one["route"]))
            if factor is None:
                total = None  # the physician judges that day: no number, never a guess
            elif total is not None:
                dose = one["ug_per_h"] if one["route"] == "patch" else one["mg"]
                total += exact(dose) * Fraction(factor)
        status = "physician" if total is None else "below" if total < 90 else "not_below"
        rows.append({"diary_day": day, "med_mg": text(total), "table": table, "status": status})
    return rows
