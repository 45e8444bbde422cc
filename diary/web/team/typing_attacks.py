"""The attacks of a paper day: how many, and of each when and how bad."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from diary.exchange.booklet import ATTACK_LINES
from diary.language import N_
from diary.store.event_reading import EventView
from diary.store.tables import EventKind
from diary.web.language import gettext
from diary.web.team import typing_reading as reading
from diary.web.team.forms import Form
from diary.web.team.typing_events import Field, Group, of_paper, of_phone
from diary.web.team.typing_reading import UnreadError

NO_START = N_("Fill in when this attack started.")
FEWER = N_("There are more attacks below than this number.")


@dataclass(slots=True, kw_only=True)
class _Attacks(Group):
    lines: int
    day: date
    zone: ZoneInfo
    now: datetime

    def contents(self, form: Form, errors: reading.Errors) -> list[dict[str, Any]]:
        count = reading.read_field(form, "attacks", reading.attack_count, errors)
        attacks = [
            one for line in range(1, self.lines + 1) if (one := self._line(line, form, errors))
        ]
        if count is not None and count < len(attacks):
            errors["attacks"] = FEWER
        if count is not None:
            attacks.append({"kind": EventKind.ATTACK_DAY.value, "attacks": count})
        return attacks

    def _line(self, line: int, form: Form, errors: reading.Errors) -> dict[str, Any] | None:
        start, end, worst = (f"{name}-{line}" for name in ("start", "end", "worst"))
        began = reading.read_field(form, start, reading.clock, errors)
        over = reading.read_field(form, end, reading.clock, errors)
        intensity = reading.read_field(form, worst, reading.ten, errors)
        if errors.keys() & {start, end, worst} or (began, over, intensity) == (None, None, None):
            return None
        if began is None:
            errors[start] = NO_START
            return None
        try:
            started_at = reading.began(began, self.day, self.zone, self.now)
        except UnreadError as error:
            errors[start] = str(error)
            return None
        try:
            ended_at = over and reading.ended(over, started_at, self.zone, self.now).isoformat()
        except UnreadError as error:
            errors[end] = str(error)
            return None
        return {
            "kind": EventKind.ATTACK.value,
            "started_at": started_at.isoformat(),
            "ended_at": ended_at,
            "intensity": intensity,
        }


def attack_group(events: Sequence[EventView], day: date, zone: ZoneInfo, now: datetime) -> Group:
    """Return the attacks of diary day `day`; `now` is on the patient's clock."""
    kinds = (EventKind.ATTACK, EventKind.ATTACK_DAY)
    old = of_paper(events, kinds)
    said = [str(one.body["attacks"]) for one in old if one.kind is EventKind.ATTACK_DAY]
    stand = [one.body for one in old if one.kind is EventKind.ATTACK]
    stand.sort(key=lambda body: datetime.fromisoformat(body["started_at"]))
    lines = max(ATTACK_LINES, len(stand))
    fields = [
        Field("attacks", gettext(N_("How many; none: 0")), said[-1] if said else "", "attacks")
    ]
    for line in range(1, lines + 1):
        body = stand[line - 1] if line <= len(stand) else {}
        where = {"number": line}
        fields += [
            Field(
                f"{name}-{line}",
                gettext(label) % where,
                _shown(body.get(key), zone),
                keys,
                "attacks",
                line,
            )
            for name, label, key, keys in (
                ("start", N_("Attack %(number)d, started"), "started_at", "clock"),
                ("end", N_("Attack %(number)d, over"), "ended_at", "clock"),
                ("worst", N_("Attack %(number)d, worst pain"), "intensity", "ten"),
            )
        ]
    return _Attacks(
        "attacks",
        gettext(N_("Attacks")),
        gettext(N_("Times as 1430 or 14:30; worst pain 0 to 10.")),
        kinds,
        fields,
        old,
        of_phone(events, kinds),
        once=(EventKind.ATTACK_DAY,),
        lines=lines,
        day=day,
        zone=zone,
        now=now,
    )


def _shown(value: str | int | None, zone: ZoneInfo) -> str:
    if isinstance(value, str):
        return f"{datetime.fromisoformat(value).astimezone(zone):%H:%M}"
    return reading.text_of(value)
