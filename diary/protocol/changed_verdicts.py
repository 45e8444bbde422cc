"""How two written results differ in what they say: for a decision that rests on the older one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from diary.protocol.verdicts import Rule

Written = Mapping[str, Any]
"""A verdict as `verdict_to_json` or `attack_verdict_to_json` writes it."""


class What(StrEnum):
    """What of a verdict can differ."""

    STATUS = "status"
    BASELINE = "baseline"
    WINDOW = "window"
    CHANGE = "change"
    REDUCTION = "reduction"
    BOUNDS = "bounds"
    ROBUST = "robust"
    CROSSED_ON = "crossed_on"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a verdict says otherwise. `site` is None for attacks.

    `before` and `now` are a status, a figure {"exact", "shown"}, two exact bounds, true or false,
    or a day, as they are written; None: there was none.
    """

    rule: Rule
    site: str | None
    primary: bool
    what: What
    before: Any
    now: Any


def differences(before: Sequence[Written], now: Sequence[Written]) -> tuple[Difference, ...]:
    """Return what `now` says otherwise than `before`, the primary site first.

    The windows' entries, the sensitivity table and cautions are working, not what is said.
    """
    then = {(verdict["rule"], verdict["site"]): verdict for verdict in before}
    today = {(verdict["rule"], verdict["site"]): verdict for verdict in now}
    found = []
    for key in dict.fromkeys([*then, *today]):
        old, new = _said(then.get(key)), _said(today.get(key))
        rule, site = key
        primary = site is None or bool((then.get(key) or today[key])["primary"])
        found += [
            Difference(Rule(rule), site, primary, what, old[what], new[what])
            for what in What
            if old[what] != new[what]
        ]
    return tuple(sorted(found, key=lambda difference: not difference.primary))


def _said(verdict: Written | None) -> dict[What, Any]:
    if verdict is None:
        return dict.fromkeys(What)
    return {
        What.STATUS: verdict["status"],
        What.BASELINE: _score(verdict["baseline"]),
        What.WINDOW: _score(verdict["window"]),
        What.CHANGE: verdict["change"],
        What.REDUCTION: verdict["reduction"],
        What.BOUNDS: verdict["bounds"],
        What.ROBUST: verdict.get("robust"),
        What.CROSSED_ON: verdict.get("crossed_on"),
    }


def _score(window: Written | None) -> Any:
    if window is None:
        return None
    return window["score"] if "score" in window else window["per_week"]
