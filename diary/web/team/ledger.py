"""The ledger of a patient's reminders: how far each came, and why when it did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from diary.exchange.ledger_csv import write_ledger
from diary.protocol.days import day_span
from diary.store import ledger as store
from diary.store import pulse, silence
from diary.store.ledger import Line
from diary.store.prompt_states import PromptState, Span, Why
from diary.store.pulse import Gap
from diary.web.labels import moment_label
from diary.web.language import clock, day_short, gettext, moment_in
from diary.web.team import ledger_words as words
from diary.web.team.access import Opened, looked_at

blueprint = Blueprint("ledger", __name__, url_prefix="/patients/<uuid:patient_id>/reminders")

# What is shown first: a week, which is what fits on a screen and in a conversation.
SHOWN_FIRST = timedelta(days=6)
TROUBLE = "trouble"
NOT_REACHED = frozenset({PromptState.NOT_DELIVERED, PromptState.NOT_ASKED})


@dataclass(frozen=True, slots=True)
class Choice:
    """The diary days and the states that the address asks for."""

    first: date
    last: date
    only: str

    def fits(self, line: Line) -> bool:
        """Tell whether a line is asked for."""
        state = line.fate.state
        return self.only in {"", state.value} or (self.only == TROUBLE and state in NOT_REACHED)


@dataclass(frozen=True, slots=True)
class Row:
    """A prompt in the reader's words."""

    day: str
    moment: str
    planned: str
    shape: str
    tone: str
    state: str
    why: str
    steps: list[str]
    answered: str


@blueprint.get("/ledger")
def page(patient_id: UUID) -> ResponseReturnValue:
    """Show the prompts of some days, the latest first, with every reminder for them."""
    with looked_at(patient_id, "ledger.read") as found:
        days = store.days(found.unit, patient_id)
        choice = _choice(found, days)
        lines = _lines(found, choice)
        gaps = _gaps(found, choice, lines)
        silent_since = silence.silent_since(found.unit, patient_id)
    zone = found.pathway.zone
    shown = [line for line in reversed(lines) if choice.fits(line)]
    return render_template(
        "team/ledger.html",
        card=found.card,
        choice=choice,
        asked=days is not None,
        rows=[_row(line, zone, found.unit.now) for line in shown],
        counts=_counts(lines),
        states=[(state.value, gettext(word)) for state, word in words.STATES.items()],
        gaps=[_gap(gap, zone) for gap in gaps],
        silent_since=moment_in(silent_since, zone) if silent_since else "",
        csv=url_for(
            "team.ledger.table",
            patient_id=patient_id,
            first=choice.first.isoformat(),
            last=choice.last.isoformat(),
        ),
    )


@blueprint.get("/ledger.csv")
def table(patient_id: UUID) -> ResponseReturnValue:
    """Give the same days as a CSV file (docs/ledger.md); of all days when none are named."""
    with looked_at(patient_id, "ledger.export") as found:
        first, last = store.days(found.unit, patient_id) or (date.min, date.min)
        choice = Choice(_day("first") or first, _day("last") or last, "")
        lines = _lines(found, choice)
    response = Response(write_ledger(lines, found.unit.now), mimetype="text/csv")
    # Without a name in it: a file name is seen by whoever looks at the screen.
    response.headers["Content-Disposition"] = 'attachment; filename="ledger.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _lines(found: Opened, choice: Choice) -> list[Line]:
    return store.ledger(found.unit, found.card.id, choice.first, choice.last)


def _choice(found: Opened, days: tuple[date, date] | None) -> Choice:
    today = found.unit.now.astimezone(found.pathway.zone).date()
    last = _day("last") or (days[1] if days else today)
    first = _day("first") or last - SHOWN_FIRST
    only = request.args.get("only", "")
    known = {"", TROUBLE, *(state.value for state in PromptState)}
    return Choice(min(first, last), max(first, last), only if only in known else "")


def _day(name: str) -> date | None:
    """Return the day of a field of the form; None when it is empty or no day."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _gaps(found: Opened, choice: Choice, lines: Sequence[Line]) -> list[Gap]:
    """Return the standstills in these days, when they kept a reminder of this patient back."""
    kept_back = [
        Span(line.due_at, line.closes_at) for line in lines if line.fate.why is Why.SYSTEM_DOWN
    ]
    start, _ = day_span(choice.first, found.pathway.zone)
    return [
        gap
        for gap in pulse.gaps(found.unit, start)
        if any(Span(gap.from_at, gap.until_at).touches(window) for window in kept_back)
    ]


def _counts(lines: Sequence[Line]) -> list[tuple[str, int]]:
    counts = Counter(line.fate.state for line in lines)
    return [(gettext(word), counts[state]) for state, word in words.STATES.items() if counts[state]]


def _row(line: Line, zone: ZoneInfo, now: datetime) -> Row:
    shape, tone = words.TONES[line.fate.state]
    closed = line.closes_at <= now
    return Row(
        day=day_short(line.diary_day),
        moment=moment_label(line.moment),
        planned=clock(line.due_at.astimezone(zone)),
        shape=shape,
        tone=tone,
        state=words.state(line),
        why=words.why(line),
        steps=[words.step(step, zone, closed=closed) for step in line.steps],
        answered=moment_in(line.answered_at, zone) if line.answered_at else "–",
    )


def _gap(gap: Gap, zone: ZoneInfo) -> tuple[str, str]:
    return moment_in(gap.from_at, zone), moment_in(gap.until_at, zone)
