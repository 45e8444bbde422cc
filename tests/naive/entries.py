"""§1: what an entry is (scheduled, extra, late), and which ones count."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

from tests.naive.days import diary_day, instant, plan, planned

Entries = dict[date, list[dict]]
UNTIMED = datetime.max.replace(tzinfo=UTC)


def exact(number: object) -> Fraction:
    """A JSON number or a string of digits, read exactly."""
    return Fraction(str(number))


def read_entries(case: dict) -> Entries:
    """The entries of each diary day that are not withdrawn, with moment and kind, first one first.

    First by *measured at*; entries without that time come after them, in the order of the file.
    """
    result: Entries = {}
    for entry in case.get("entries", []):
        if entry.get("withdrawn"):
            continue
        placed = on_phone(case, entry) if "measured_at" in entry else on_paper(entry)
        placed["scale"] = entry.get("scale", case["scale"])
        placed["scores"] = {site: exact(score) for site, score in entry["scores"].items()}
        result.setdefault(placed["day"], []).append(placed)
    for entries in result.values():
        entries.sort(key=lambda one: one["when"])
    return result


def on_paper(entry: dict) -> dict:
    """A paper entry names its diary day and moment and has no time of its own."""
    return {
        "day": date.fromisoformat(entry["diary_day"]),
        "moment": entry["moment"],
        "kind": entry.get("kind", "scheduled"),
        "when": UNTIMED,
    }


def on_phone(case: dict, entry: dict) -> dict:
    """Judged by *measured at*, in the pathway's zone whatever the phone's offset."""
    when = instant(entry["measured_at"])
    day = diary_day(case, when)
    inside, closed = None, []
    for window in planned(case, day):
        if window["opens"] <= when < window["closes"]:
            inside = window["name"]
        if window["closes"] <= when:
            closed.append(window["name"])
    named, kind = entry.get("moment"), entry.get("kind")
    if kind is None and named is None:
        kind = "scheduled" if inside else "extra"
    elif kind is None:  # late is "filled in afterwards": never before its window has closed
        kind = "scheduled" if named == inside else "late" if named in closed else "extra"
    moment = None
    if kind == "scheduled":
        moment = named or inside
    elif kind == "late":
        moment = named or (closed[-1] if closed else None)
    return {"day": day, "moment": moment, "kind": kind, "when": when}


def counted(case: dict, entries: Entries, site: str, day: date, late: bool) -> dict[str, dict]:
    """The reading of each moment of a day: the first scheduled one of its moment and site.

    §3: with `late`, the first late one where the moment has no scheduled one. A reading in
    another scale is given too: it makes its window not comparable (§1 scale lock).
    """
    readings = {}
    for moment in plan(case):
        for kind in ("scheduled", "late") if late else ("scheduled",):
            for entry in entries.get(day, []):
                place = (entry["moment"], entry["kind"])
                if place != (moment["name"], kind) or site not in entry["scores"]:
                    continue
                if moment["name"] not in readings:
                    readings[moment["name"]] = {
                        "score": entry["scores"][site],
                        "locked": entry["scale"] == case["scale"],
                    }
    return readings
