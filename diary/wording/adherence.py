"""Adherence on the page of a patient: what was asked and answered, and what is still needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from diary.language import N_
from diary.protocol.adherence import Adherence, Latency, Reminding, Tally, adherence
from diary.protocol.cases import Assessment
from diary.protocol.days import diary_day_of
from diary.protocol.needed import NeededDay, Prospect, RunningWindow, running_window
from diary.wording import words
from diary.wording.names import moment_label
from diary.wording.spoken import clock, day_short, gettext, joined, ngettext, number
from diary.wording.words import Badge

_MINUTE = timedelta(minutes=1)

PROSPECTS = {
    Prospect.AHEAD: Badge(N_("Yet to begin"), "·", "plain"),
    Prospect.OPEN: Badge(N_("On course"), "◔", "plain"),
    Prospect.AT_RISK: Badge(N_("At risk"), "!", "warn"),
    Prospect.COMPLETE: Badge(N_("Enough measurements"), "✓", "good"),
    Prospect.LOST: Badge(N_("Too few measurements"), "✕", "bad"),
}


@dataclass(frozen=True, slots=True)
class StillNeeded:
    """How it stands with the four days that the running phase is judged on."""

    badge: Badge
    word: str
    sentence: str
    days: str


@dataclass(frozen=True, slots=True)
class TallyLine:
    """One line of a table: what was asked and answered of a day, moment or channel."""

    name: str
    tally: Tally
    share: str
    phase: str = ""
    extra: int = 0


@dataclass(frozen=True, slots=True)
class AdherenceView:
    """The figures, the tables (days: the latest first) and the sentence on what is needed."""

    needed: StillNeeded | None
    facts: list[tuple[str, str]]
    days: list[TallyLine]
    moments: list[TallyLine]
    channels: list[TallyLine]


def view(assessment: Assessment, reminders: Iterable[Reminding]) -> AdherenceView:
    """Return the adherence of a case; `reminders` are those that went out to the patient."""
    found = adherence(assessment, reminders)
    window = running_window(assessment.case, assessment.diary)
    days = [
        _line(day_short(day.diary_day), day.tally, words.phase(day.phase), day.extra)
        for day in found.days
    ]
    return AdherenceView(
        needed=still_needed(window, assessment.case.zone) if window else None,
        facts=_facts(found),
        days=days[::-1],
        moments=[_line(moment_label(name), tally) for name, tally in found.by_moment.items()],
        channels=[
            _line(words.channel(name), tally)
            for name, tally in sorted(found.by_channel.items(), key=lambda item: item[0] or "~")
        ],
    )


def still_needed(window: RunningWindow, zone: ZoneInfo) -> StillNeeded:
    """Return in words what a running window still needs, times on the patient's clock."""
    badge = PROSPECTS[window.prospect]
    days = gettext("The days that count: %(first)s to %(last)s.") % {
        "first": day_short(window.first_day),
        "last": day_short(window.last_day),
    }
    return StillNeeded(badge, gettext(badge.word), _sentence(window, zone), days)


def _sentence(window: RunningWindow, zone: ZoneInfo) -> str:
    if window.prospect is Prospect.LOST:
        short = [day_short(day.diary_day) for day in window.days if day.lost]
        return gettext(
            "These days can no longer give a score: too few measurements on %(days)s."
        ) % {"days": joined(*short)}
    if window.prospect is Prospect.COMPLETE:
        return gettext("All the measurements that are needed are in.")
    today = window.today
    if today is None or today.by is None:
        text = ngettext(
            "%(num)d more measurement is needed on the days to come.",
            "%(num)d more measurements are needed on the days to come.",
            window.needed,
        )
        return text % {"num": window.needed}
    return f"{_needed_today(today, today.by, zone)} {_room(today, zone)}"


def _needed_today(today: NeededDay, by: datetime, zone: ZoneInfo) -> str:
    text = ngettext(
        "%(num)d more measurement is needed, %(time)s at the latest.",
        "%(num)d more measurements are needed, %(time)s at the latest.",
        today.needed,
    )
    return text % {"num": today.needed, "time": _last_minute(by, zone)}


def _room(today: NeededDay, zone: ZoneInfo) -> str:
    if today.act_by is not None and today.needed == today.possible:
        text = gettext("None can be missed any more; the next one is possible until %(time)s.")
        return text % {"time": _last_minute(today.act_by, zone)}
    text = ngettext(
        "%(num)d is still possible today.", "%(num)d are still possible today.", today.possible
    )
    return text % {"num": today.possible}


def _last_minute(closes: datetime, zone: ZoneInfo) -> str:
    """Return the last minute before a window closes: "today at 23:59", "tonight at 03:59"."""
    last = (closes - _MINUTE).astimezone(zone)
    same = last.date() == diary_day_of(last, zone)
    text = gettext("today at %(time)s") if same else gettext("tonight at %(time)s")
    return text % {"time": clock(last)}


def _line(name: str, tally: Tally, phase: str = "", extra: int = 0) -> TallyLine:
    return TallyLine(name, tally, _share(tally), phase, extra)


def _share(tally: Tally) -> str:
    if tally.on_time is None:
        return "–"
    # Rounded down: a hundred per cent means that nothing is missing.
    return f"{number(int(tally.on_time * 100))} %"


def _facts(found: Adherence) -> list[tuple[str, str]]:
    total = found.total
    if not total.asked:
        return []
    counted = gettext("%(made)d of %(asked)d")
    facts = [
        (
            gettext("In time"),
            f"{_share(total)} ({counted % {'made': total.in_time, 'asked': total.asked}})",
        ),
        (gettext("Afterwards"), number(total.late)),
    ]
    return facts + _latency(found.latency)


def _latency(latency: Latency | None) -> list[tuple[str, str]]:
    if latency is None:
        return []
    return [
        (gettext("Half within"), _minutes(latency.median)),
        (gettext("Nine in ten within"), _minutes(latency.ninetieth)),
    ]


def _minutes(time: timedelta) -> str:
    """Return whole minutes after the moment, rounded up; before it is negative."""
    return gettext("%(num)s min") % {"num": number(-(-time // _MINUTE))}
