"""§9: the contacts and questionnaires of the ten years after implantation."""

from __future__ import annotations

from datetime import date

CONTACTS = [3, 6, 12, 24, 36, 48, 60, 72, 84, 96, 108, 120]
PROMS = [6, 12, 24, 36, 48, 60, 72, 84, 96, 108, 120]


def months_later(day: date, months: int) -> date:
    """Same day number, the last day of the month where it does not exist."""
    year, month = day.year, day.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def follow_up(case: dict) -> list[dict]:
    if "implanted_on" not in case:
        return []
    implanted = date.fromisoformat(case["implanted_on"])
    rows = []
    for kind, months in (("contact", CONTACTS), ("proms", PROMS)):
        for month in months:
            on = months_later(implanted, month)
            rows.append({"kind": kind, "month": month, "on": on.isoformat()})
    return rows
