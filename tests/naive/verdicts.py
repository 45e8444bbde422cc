"""§3: what the two rules on scores have in common: the table's rows and the way it is written."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction


def combinations(night: bool) -> Iterator[tuple[bool, bool, bool, bool | None]]:
    """pooled, with data, late and night of the 8 or 16 rows; night None where it does not count."""
    for pooled in (False, True):
        for with_data in (False, True):
            for late in (False, True):
                for night_in in (True, False) if night else (None,):
                    yield pooled, with_data, late, night_in


def row(
    pooled: bool, with_data: bool, late: bool, night: bool | None, status: str, value: object
) -> dict:
    return {
        "mean": "pooled" if pooled else "day",
        "days": "with_data" if with_data else "calendar",
        "late": late,
        "night": night,
        "status": status,
        "exact": text(value),
    }


def agree(rows: list[dict]) -> bool:
    return len({one["status"] for one in rows}) == 1


def text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def number(value: Fraction | None) -> dict | None:
    return None if value is None else {"exact": str(value)}


def pair(low: Fraction | None, high: Fraction | None) -> list[str] | None:
    return None if low is None or high is None else [str(low), str(high)]


def window(weighed: dict | None) -> dict | None:
    if weighed is None:
        return None
    return {
        "first_day": weighed["first"].isoformat(),
        "last_day": weighed["last"].isoformat(),
        "valid_days": weighed["valid_days"],
        "score": number(weighed["score"]),
        "bounds": pair(weighed["low"], weighed["high"]),
    }


def score_of(weighed: dict | None) -> Fraction | None:
    return None if weighed is None else weighed["score"]


def comparable(before: dict | None, after: dict | None) -> bool:
    return all(one is None or one["comparable"] for one in (before, after))


def difference(before: dict | None, after: dict | None) -> Fraction | None:
    old, new = score_of(before), score_of(after)
    return None if old is None or new is None else new - old
