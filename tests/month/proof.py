"""The ledger of the simulated month, held against what the patients and providers really did."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from diary.protocol.moments import DEFAULT_MOMENTS
from diary.protocol.reminding import LADDER
from diary.store.ledger import Line
from diary.store.ledger import Step as Rung
from diary.store.prompt_states import Fate, PromptState, Why
from diary.store.tables import Channel, Receipt, ReminderState
from tests.month.enrolment import endpoint_of
from tests.month.facts import Accepted, Answer
from tests.month.lives import ZONE, custom, reach, windows
from tests.month.month import Month

FINAL = set(ReminderState) - {ReminderState.PLANNED, ReminderState.CLAIMED}
Name = tuple[int, date, str]
"""A prompt by patient, diary day and moment."""


class Proof:
    """Tells of each prompt what the ledger may say; more than one thing where nobody can know."""

    def __init__(self, month: Month) -> None:
        self._month = month
        self._answers = {(one.number, one.day, one.moment): one for one in month.lives.answers}
        self._accepted: defaultdict[Any, list[Accepted]] = defaultdict(list)
        for one in month.accepted:
            self._accepted[one.step[0]].append(one)
        self._tried = {prompt_id for prompt_id, _, _ in month.tried}

    def of(self, lines: dict[Name, Line]) -> Counter[Fate]:
        """Prove every line, and that none is missing; return how many there are of each fate."""
        due = {
            (number, day, window["name"]): (window["at"], window["closes"])
            for number in range(self._month.lives.patients)
            for day in self._month.lives.days
            for window in windows(day)
        }
        assert len(due) == (
            self._month.lives.patients * self._month.lives.length * len(DEFAULT_MOMENTS)
        )
        assert {name: (line.due_at, line.closes_at) for name, line in lines.items()} == due
        untrue = []
        for name, line in lines.items():
            self._nothing_twice_or_untimely(name, line)
            self._each_step_ended_well(line)
            if line.fate not in self._fates(name, line):
                untrue.append((name, line))
        assert untrue == []
        return Counter(line.fate for line in lines.values())

    def _nothing_twice_or_untimely(self, name: Name, line: Line) -> None:
        took, answer = self._accepted[line.prompt_id], self._answers.get(name)
        assert len({(one.step, one.address) for one in took}) == len(took), f"sent twice: {line}"
        for one in took:
            assert line.due_at <= one.at < line.closes_at, line
            assert answer is None or one.at < answer.known_at, f"after the answer: {line}"
            paused = self._month.paused[name[0]]
            assert not any(span.holds(one.at) for span in paused), f"in a pause: {line}"
            assert not _is_quiet(name[0], one.at), f"in the quiet hours: {line}"

    def _each_step_ended_well(self, line: Line) -> None:
        really = {one.step[1:] for one in self._accepted[line.prompt_id]}
        for step in line.steps:
            key = (step.step, step.channel)
            assert step.state in FINAL, line
            if step.state is ReminderState.SENT:
                assert key in really, f"never sent: {line}"
            elif step.state is not ReminderState.UNKNOWN:
                assert key not in really, f"lost: {line}"
            assert (step.reason is None) is (step.state is ReminderState.SENT), line
            assert step.receipt is self._receipt(line, step), line
            assert (step.shown_at is not None) is self._shown(line, step), line

    def _receipt(self, line: Line, step: Rung) -> Receipt | None:
        """Return what stands of what the SMS gateway said: "delivered" before "failed"."""
        said = self._month.receipts.get((line.prompt_id, step.step, step.channel), set())
        return next((one for one in (Receipt.DELIVERED, Receipt.FAILED) if one in said), None)

    def _shown(self, line: Line, step: Rung) -> bool:
        return (line.prompt_id, step.step, step.channel) in self._month.shown

    def _fates(self, name: Name, line: Line) -> set[Fate]:
        answer = self._answers.get(name)
        if answer is not None:
            return {Fate(_answered(answer))}
        if any(self._reached(line, step) for step in line.steps):
            return {Fate(PromptState.NOT_ANSWERED)}
        # What was refused for now, and then taken off by a pause, was not asked.
        paused = all(step.reason == "paused" for step in line.steps)
        if line.prompt_id in self._tried and not paused:
            return {Fate(PromptState.NOT_DELIVERED, self._why_not_delivered(line))}
        return {Fate(PromptState.NOT_ASKED, why) for why in self._why_not_asked(name, line)}

    def _reached(self, line: Line, step: Rung) -> bool:
        """Tell whether a message came as far as anybody can know.

        Of one whose provider or worker fell silent only the phone or a receipt can tell.
        """
        receipt = self._receipt(line, step)
        if step.channel is Channel.WEB_PUSH or receipt is Receipt.DELIVERED:
            return self._shown(line, step) or receipt is not None
        return step.state is ReminderState.SENT and receipt is None

    def _why_not_delivered(self, line: Line) -> Why:
        """Return what came nearest."""
        told = {step.state for step in line.steps if self._receipt(line, step) is None}
        # Of what was accepted, nothing but a push is left without a receipt here.
        if ReminderState.SENT in told:
            return Why.SILENT
        return Why.UNKNOWN if ReminderState.UNKNOWN in told else Why.FAILED

    def _why_not_asked(self, name: Name, line: Line) -> Iterator[Why]:
        """Yield everything that kept the reminders of a prompt back."""
        number, window = name[0], (line.due_at, line.closes_at)
        if any(span.touches(*window) for span in self._month.paused[number]):
            yield Why.PAUSE
        if any(span.touches(*window) for span in self._month.down):
            yield Why.SYSTEM_DOWN
        if self._nowhere(number, line.closes_at):
            yield Why.NO_CHANNEL
        own = custom(number)
        ladder = (line.due_at + step.after for step in (own.steps if own else LADDER))
        if all(_is_quiet(number, at) for at in ladder if at < line.closes_at):
            yield Why.QUIET_HOURS

    def _nowhere(self, number: int, by: datetime) -> bool:
        ways = reach(number)
        phones = (endpoint_of(number, phone) for phone in range(ways.phones))
        live = any(self._month.gone.get(phone, by) >= by for phone in phones)
        return not (live or ways.mail or ways.sms)


def _answered(answer: Answer) -> PromptState:
    if answer.taken_back:
        return PromptState.TAKEN_BACK
    return PromptState.ANSWERED_LATE if answer.late else PromptState.ANSWERED


def _is_quiet(number: int, at: datetime) -> bool:
    own = custom(number)
    if own is None or own.quiet is None:
        return False
    start, end, clock = own.quiet.start, own.quiet.end, at.astimezone(ZoneInfo(ZONE)).time()
    over_midnight = start > end
    return (clock >= start or clock < end) if over_midnight else start <= clock < end


def digest(lines: dict[Name, Line]) -> str:
    """Return one word for everything that the ledger says."""
    told = hashlib.sha256()
    for name, line in sorted(lines.items(), key=lambda item: str(item[0])):
        steps = [
            (step.step, step.channel, step.state, step.reason, step.attempts, step.send_at,
             step.done_at, step.shown_at, step.receipt, step.receipt_at)
            for step in line.steps
        ]  # fmt: skip
        told.update(repr((name, line.fate, line.answered_at, steps)).encode())
    return told.hexdigest()
