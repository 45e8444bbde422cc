"""Hypothesis strategies for valid case dicts: small, and rich in the corners of the protocol.

A case is built from one string of bytes for its entries, three for each planned measurement: that
is fast to draw, and 0 (answered in time) is what a failing example shrinks to.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.naive.days import diary_day, ends, instant, planned, zone

Draw = Any  # what @composite hands in; hypothesis publishes no simple type for it

# Diary days whose night holds a DST change, and one ordinary day.
DAYS_OF_CHANGE = {
    "Europe/Amsterdam": ["2026-03-28", "2026-10-24", "2026-06-10"],
    "America/New_York": ["2026-03-07", "2026-10-31", "2026-06-10"],
    "Australia/Lord_Howe": ["2026-04-04", "2026-10-03", "2026-06-10"],
}
DAY_PLANS = [
    ["08:00", "13:00", "18:00"],
    ["09:30", "10:45"],  # windows that cut one another
    ["10:00", "11:00", "23:30"],
    ["04:00", "12:00", "13:20", "20:00"],  # a window that begins at the day's edge
]
NIGHT_TIMES = ["03:30", "02:30", "02:00", "01:45", "00:30"]
SITES = ["leg", "back", "arm", "neck", "foot", "hand", "head", "other"]
FORM_DAYS = [[-1, 27], [-9, -2, 21, 27], [-1, 20, 30], [0, 27], [-1, 20], []]  # from the switch
INDICATIONS = ["fbss", "fnss", "crps", "pdn", "sfn"]
MEDICINES = [
    {"substance": "oxycodone", "route": "oral", "mg": "60"},
    {"substance": "oxycodone", "route": "sc", "mg": "30"},
    {"substance": "morphine", "route": "oral", "mg": 12.5},
    {"substance": "tramadol", "route": "oral", "mg": "0.1"},
    {"substance": "codeine", "route": "oral", "mg": "30"},
    {"substance": "fentanyl", "route": "patch", "ug_per_h": "37.5"},
    {"substance": "buprenorphine", "route": "patch", "ug_per_h": "5"},
    {"substance": "methadone", "route": "oral", "mg": "5"},
    {"substance": "pethidine", "route": "iv", "mg": "50"},
    {"substance": "paracetamol", "route": "oral", "mg": "1000"},
]


@st.composite
def trial_cases(draw: Draw) -> dict[str, Any]:
    """A case with an intake (nearly always) and a trial, at any `as_of`."""
    case = draw(_frame())
    change = _day_of_change(draw, case)
    trial_length = draw(st.sampled_from([7, 8, 9, 10, 7, 8, 6, 3]))
    trial_first = change - timedelta(days=draw(st.integers(0, trial_length)))
    intake_length = draw(st.sampled_from([4, 5, 7, 4, 5, 3]))
    intake_first = trial_first - timedelta(days=intake_length + draw(st.integers(0, 3)))
    trial = _phase("trial", trial_first, trial_length)
    if draw(st.integers(0, 4)) == 4:
        longer = draw(st.sampled_from([7, 14, 1, 15]))
        last_day = trial_first + timedelta(days=trial_length - 1 + longer)
        trial["extended_to"] = last_day.isoformat()
    case["phases"] = [_phase("intake", intake_first, intake_length), trial]
    if draw(st.integers(0, 15)) == 15:
        del case["phases"][0]
    if draw(st.integers(0, 7)) == 7:
        after = _days(trial)[-1]
        for days in (1, 9):
            case["phases"].append(_phase("follow_up", after + timedelta(days=days), 2))
    return draw(_filled(case))


@st.composite
def switch_off_cases(draw: Draw) -> dict[str, Any]:
    """A case with a switch-off, most often with the four days and the SF-12 that it needs."""
    case = draw(_frame(plans=DAY_PLANS[1:2]))
    change = _day_of_change(draw, case)
    planned_days = draw(st.sampled_from([28, 7, 14, 28, 30]))
    off_first = change - timedelta(days=draw(st.sampled_from([0, 5, 26, -1])))
    before_length = draw(st.sampled_from([4, 6, 3]))
    off = _phase("switch_off", off_first, planned_days)
    if draw(st.integers(0, 3)) == 3:
        ended = off_first + timedelta(days=draw(st.integers(0, planned_days - 1)))
        off["ended_on"] = ended.isoformat()
    before_first = off_first - timedelta(days=before_length + draw(st.integers(0, 2)))
    case["phases"] = [_phase("pre_switch_off", before_first, before_length), off]
    if draw(st.integers(0, 15)) == 15:
        del case["phases"][0]
    case["quality_of_life"] = [
        {
            "on": (off_first + timedelta(days=offset)).isoformat(),
            "pcs": draw(st.sampled_from(["40", "39.9", 41.25])),
            "mcs": draw(st.sampled_from(["50", "49.99", "51"])),
        }
        for offset in draw(st.sampled_from(FORM_DAYS))
    ]
    return draw(_filled(case))


@st.composite
def attack_cases(draw: Draw) -> dict[str, Any]:
    """A case of cluster headache with confirmed and unconfirmed days."""
    case = draw(_frame())
    case["indication"] = "cluster"
    change = _day_of_change(draw, case)
    intake_length = draw(st.sampled_from([28, 27, 35]))
    trial_length = draw(st.sampled_from([7, 6, 10, 28]))
    intake_first = change - timedelta(days=draw(st.integers(0, intake_length)))
    trial_first = intake_first + timedelta(days=intake_length)
    case["phases"] = [
        _phase("intake", intake_first, intake_length),
        _phase("trial", trial_first, trial_length),
    ]
    if draw(st.integers(0, 9)) == 9:
        del case["phases"][draw(st.integers(0, 1))]
    days = [day for phase in case["phases"] for day in _days(phase)]
    often = draw(st.sampled_from([[1], [0], [0, 1, 2, 3], [1, 2, None, 1, 1, 1]]))
    numbers = draw(st.lists(st.sampled_from(often), min_size=len(days), max_size=len(days)))
    case["attack_days"] = [
        {"diary_day": day.isoformat(), "attacks": number}
        for day, number in zip(days, numbers, strict=True)
        if number is not None
    ]
    case["attacks"] = []
    for day, number in zip(days, numbers, strict=True):
        if number == 3:
            started = ends(case, day) - timedelta(minutes=30)
            detail = {"started_at": _written(case, started, 0), "minutes": 45, "intensity": "8"}
            case["attacks"].append(detail)
    case["as_of"] = _as_of(draw, case)
    return case


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Any valid case."""
    return st.one_of(trial_cases(), switch_off_cases(), attack_cases())


@st.composite
def _frame(draw: Draw, plans: list[list[str]] = DAY_PLANS) -> dict[str, Any]:
    """Everything but the phases and what hangs from them."""
    sites = draw(st.lists(st.sampled_from(SITES), min_size=1, max_size=2, unique=True))
    case = {
        "case": "diary-case/1",
        "protocol": "nva-2020",
        "timezone": draw(st.sampled_from(sorted(DAYS_OF_CHANGE))),
        "scale": draw(st.sampled_from(["nrs", "vas"])),
        "sites": sites,
        "primary_site": draw(st.sampled_from(sites)),
    }
    times = draw(st.sampled_from([*plans, None]))
    if times is not None:  # else the default plan
        case["moments"] = [{"name": f"m{i}", "time": clock} for i, clock in enumerate(times)]
        if draw(st.booleans()):
            clock = draw(st.sampled_from(NIGHT_TIMES))
            case["moments"].append({"name": "night", "time": clock, "night": True})
    extras = draw(st.integers(0, 7))
    if extras & 1:
        case["implanted_on"] = draw(st.sampled_from(["2026-11-30", "2028-02-29", "2026-08-31"]))
    if extras & 2:
        case["patient"] = {"birth_date": "2008-03-20", "pain_since": "2025-10-01"}
    if extras & 4:
        case["indication"] = draw(st.sampled_from(INDICATIONS))
    return case


def _day_of_change(draw: Draw, case: dict[str, Any]) -> date:
    return date.fromisoformat(draw(st.sampled_from(DAYS_OF_CHANGE[case["timezone"]])))


def _phase(kind: str, first: date, length: int) -> dict[str, Any]:
    last = first + timedelta(days=length - 1)
    return {"kind": kind, "first_day": first.isoformat(), "last_day": last.isoformat()}


def _days(phase: dict[str, Any]) -> list[date]:
    first = date.fromisoformat(phase["first_day"])
    last = date.fromisoformat(phase.get("extended_to", phase["last_day"]))
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def _as_of(draw: Draw, case: dict[str, Any]) -> str:
    """After everything, at the very end of a day or a second before, or anywhere."""
    first, last = _days(case["phases"][0])[0], _days(case["phases"][-1])[-1]
    day = last + timedelta(days=draw(st.integers(0, 5)))
    if draw(st.integers(0, 3)) == 3:
        day = first + timedelta(days=draw(st.integers(0, (last - first).days)))
    seconds = draw(st.sampled_from([8 * 3600, 0, -1, 22 * 3600]))
    return _written(case, ends(case, day) + timedelta(seconds=seconds), 0)


def _written(case: dict[str, Any], when: datetime, style: int) -> str:
    """An instant as a phone writes it: in the pathway's zone, in UTC, or in one far away."""
    if style == 1:
        return when.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if style == 2:
        return (when + timedelta(hours=9)).replace(tzinfo=None).isoformat() + "+09:00"
    return when.astimezone(zone(case)).isoformat()


@st.composite
def _filled(draw: Draw, case: dict[str, Any]) -> dict[str, Any]:
    """Add `as_of`, the entries and the medication."""
    case["as_of"] = _as_of(draw, case)
    slots = [
        (phase["kind"], day, window)
        for phase in case["phases"]
        for day in _days(phase)
        for window in planned(case, day)
    ]
    # of a hundred measurements, those that are not simply answered in time
    odd = draw(st.sampled_from([10, 30, 4, 60]))
    before = draw(st.sampled_from([8, 6, 10, 4, 0]))
    after = draw(st.sampled_from([before // 2, before // 2 + 1, before, 0]))
    # a trial about halves the pain, a switch-off may bring it back
    levels = {"intake": before, "trial": after, "pre_switch_off": after, "switch_off": before}
    size = 3 * len(slots)
    drawn = draw(st.binary(min_size=size, max_size=size))
    case["entries"] = []
    taken = set()  # which of two entries of one instant is the first, the document does not say
    for i, (kind, day, window) in enumerate(slots):
        how, what, detail = drawn[3 * i : 3 * i + 3]
        what = what if how * 100 > (100 - odd) * 256 else None
        for entry in _entries(case, day, window, (levels.get(kind, after), what, detail)):
            when = entry.get("measured_at") and instant(entry["measured_at"])
            if when is None or when not in taken:
                case["entries"].append(entry)
                taken.add(when)
    if draw(st.booleans()):
        case["entries"].reverse()
    if draw(st.booleans()):
        case["med_table"] = draw(st.sampled_from(["nl-2019", "cdc-2022"]))
        first = _days(case["phases"][0])[0]
        case["medication"] = [
            {"diary_day": (first + timedelta(days=i % 3)).isoformat(), **medicine}
            for i, medicine in enumerate(draw(st.lists(st.sampled_from(MEDICINES), max_size=4)))
        ]
    return case


def _entries(
    case: dict[str, Any], day: date, window: dict[str, Any], drawn: tuple[int, int | None, int]
) -> list[dict[str, Any]]:
    """What the patient did at one planned measurement.

    Drawn are the level of the pain, what happened (None: answered in time), and a byte of detail.
    """
    level, what, detail = drawn
    points = min(10, max(0, level + (0, 0, 0, 1, -1, 0, 2, -3)[detail % 8]))
    top = 1 if case["scale"] == "nrs" else 10
    scores = {site: str((points + i * detail) % 11 * top) for i, site in enumerate(case["sites"])}
    others = {site: str(detail % 11) for site in case["sites"]}
    named = {"moment": window["name"]}
    on_paper = {"diary_day": day.isoformat(), **named, "scores": scores}

    def at(when: datetime) -> dict[str, Any]:
        return {"measured_at": _written(case, when, detail % 3), "scores": scores}

    on_time, again = at(window["at"]), at(window["at"] + timedelta(minutes=7))
    near = at(window["at"] + timedelta(minutes=detail - 70))
    if what is None:
        return [on_paper if detail % 5 == 4 else on_time]
    half = {**on_paper, "source": "paper"}
    if case["scale"] == "nrs":
        half["scores"] = dict.fromkeys(case["sites"], points / 2)
    late_on_paper = {**on_paper, "kind": "late"}
    late, closed = [late_on_paper], window["closes"] + timedelta(seconds=detail % 2)
    if closed < ends(case, day):
        late = [{**at(closed), "kind": "late"}, {**at(closed), "kind": "late", **named}]
    return [
        [],
        [],
        [at(window["opens"])],
        [at(window["opens"] - timedelta(seconds=1))],
        [at(window["closes"])],
        [near],
        [{**near, **named}] if diary_day(case, instant(near["measured_at"])) == day else [],
        [{**on_time, "withdrawn": True}],
        [{**on_time, "withdrawn": True}, half],
        [{**on_time, "scale": "vas" if case["scale"] == "nrs" else "nrs", "scores": others}],
        [{**on_time, "kind": "extra"}],
        [{**on_time, "scores": {case["sites"][-1]: scores[case["sites"][-1]]}}],
        [{**on_time, "scores": others}, again],
        [half, on_time],
        [late_on_paper],
        late[:1],
        late[-1:],
        [late[0], on_time],
        [{**late_on_paper, "scores": others}, *(late[:1] if len(late) > 1 else [])],
    ][what % 19]
