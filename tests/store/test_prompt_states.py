"""Every combination of rows gives a prompt one state, and "not delivered" is never an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from diary.protocol.entries import Kind
from diary.store.prompt_states import (
    Asking,
    Delivery,
    Fate,
    PromptState,
    Sending,
    Span,
    Why,
    delivery,
    fate,
)
from diary.store.tables import Channel, Receipt, ReminderState
from tests.support.people import NOON

HOUR = timedelta(hours=1)
ASKING = Asking(NOON - HOUR, NOON, NOON + 2 * HOUR)
AFTER = NOON + 2 * HOUR
PAUSE = Span(NOON - HOUR, NOON + HOUR)
NOT_DELIVERED, NOT_ASKED = PromptState.NOT_DELIVERED, PromptState.NOT_ASKED


def push(state: ReminderState, **more: object) -> Sending:
    return Sending(Channel.WEB_PUSH, state, **more)


def mail(state: ReminderState, **more: object) -> Sending:
    return Sending(Channel.EMAIL, state, **more)


SENT, FAILED, UNKNOWN = ReminderState.SENT, ReminderState.FAILED, ReminderState.UNKNOWN
PLANNED, CLAIMED = ReminderState.PLANNED, ReminderState.CLAIMED
EXPIRED, CANCELLED = ReminderState.EXPIRED, ReminderState.CANCELLED


@pytest.mark.parametrize(
    "sendings,expected",
    [
        ([push(SENT, seen=True)], Fate(PromptState.NOT_ANSWERED)),
        ([push(SENT)], Fate(NOT_DELIVERED, Why.SILENT)),
        ([push(SENT), mail(SENT)], Fate(PromptState.NOT_ANSWERED)),
        ([mail(SENT)], Fate(PromptState.NOT_ANSWERED)),
        ([mail(SENT, receipt=Receipt.DELIVERED)], Fate(PromptState.NOT_ANSWERED)),
        ([mail(SENT, receipt=Receipt.FAILED)], Fate(NOT_DELIVERED, Why.FAILED)),
        ([mail(UNKNOWN)], Fate(NOT_DELIVERED, Why.UNKNOWN)),
        ([mail(UNKNOWN, receipt=Receipt.DELIVERED)], Fate(PromptState.NOT_ANSWERED)),
        ([mail(UNKNOWN, receipt=Receipt.FAILED)], Fate(NOT_DELIVERED, Why.FAILED)),
        # The worker died after sending, but the phone says that it showed it.
        ([push(UNKNOWN, seen=True)], Fate(PromptState.NOT_ANSWERED)),
        ([push(FAILED, reason="status_500"), push(SENT)], Fate(NOT_DELIVERED, Why.SILENT)),
        ([push(FAILED), mail(UNKNOWN)], Fate(NOT_DELIVERED, Why.UNKNOWN)),
        ([push(FAILED, reason="gone"), mail(FAILED)], Fate(NOT_DELIVERED, Why.FAILED)),
        ([mail(EXPIRED, attempts=2)], Fate(NOT_DELIVERED, Why.FAILED)),
        ([mail(PLANNED, attempts=1)], Fate(NOT_DELIVERED, Why.FAILED)),
        ([mail(CLAIMED, attempts=1)], Fate(NOT_DELIVERED, Why.UNKNOWN)),
        ([mail(FAILED, reason="no_address")], Fate(NOT_ASKED, Why.NO_CHANNEL)),
        ([push(FAILED, reason="channel_not_set_up")], Fate(NOT_ASKED, Why.NO_CHANNEL)),
        ([], Fate(NOT_ASKED, Why.NO_CHANNEL)),
        ([mail(EXPIRED)], Fate(NOT_ASKED, Why.SYSTEM_DOWN)),
        ([mail(PLANNED)], Fate(NOT_ASKED, Why.SYSTEM_DOWN)),
        ([mail(CANCELLED)], Fate(NOT_ASKED, Why.SYSTEM_DOWN)),
    ],
)
def test_a_closed_window_without_an_answer(sendings: list[Sending], expected: Fate) -> None:
    assert fate(ASKING, sendings, now=AFTER) == expected
    assert fate(ASKING, sendings[::-1], now=AFTER) == expected, "whatever the order of the rows"
    # An instant earlier it was still open.
    assert fate(ASKING, sendings, now=AFTER - timedelta(microseconds=1)).state is PromptState.OPEN
    for answered in (replace(ASKING, answered=True), replace(ASKING, answers=[Kind.SCHEDULED])):
        assert fate(answered, sendings, now=AFTER) == Fate(PromptState.ANSWERED)


@pytest.mark.parametrize(
    "asking,now,expected",
    [
        (ASKING, NOON - 2 * HOUR, PromptState.AHEAD),
        (ASKING, NOON - HOUR, PromptState.OPEN),
        (replace(ASKING, cancelled=True), NOON - 2 * HOUR, PromptState.CANCELLED),
        (replace(ASKING, cancelled=True, answered=True), AFTER, PromptState.ANSWERED),
        (replace(ASKING, answers=[Kind.LATE]), AFTER, PromptState.ANSWERED_LATE),
        (replace(ASKING, answered=True, answers=[Kind.LATE]), AFTER, PromptState.ANSWERED_LATE),
        (replace(ASKING, answers=[Kind.LATE, Kind.SCHEDULED]), AFTER, PromptState.ANSWERED),
        (replace(ASKING, taken_back=True), AFTER, PromptState.TAKEN_BACK),
        (replace(ASKING, taken_back=True), NOON, PromptState.TAKEN_BACK),
        (replace(ASKING, taken_back=True, answers=[Kind.LATE]), AFTER, PromptState.ANSWERED_LATE),
    ],
)
def test_what_the_prompt_itself_tells(asking: Asking, now: object, expected: PromptState) -> None:
    assert fate(asking, [], now=now) == Fate(expected)


GAP = Span(NOON - HOUR, AFTER + HOUR)
TOUCHING = [Span(NOON - HOUR, NOON), Span(AFTER, AFTER + HOUR)]


@pytest.mark.parametrize(
    "sendings,pauses,gaps,why",
    [
        ([], [PAUSE], [GAP], Why.PAUSE),
        ([mail(CANCELLED, reason="paused")], [PAUSE], [], Why.PAUSE),
        ([], [], [GAP], Why.SYSTEM_DOWN),
        ([mail(EXPIRED)], [], [GAP], Why.SYSTEM_DOWN),
        ([mail(FAILED, reason="no_address")], [], [GAP], Why.NO_CHANNEL),
        # One that ends as the moment begins, or begins as the window closes, kept nothing back.
        ([], TOUCHING, TOUCHING, Why.NO_CHANNEL),
    ],
)
def test_why_it_was_not_asked(
    sendings: list[Sending], pauses: list[Span], gaps: list[Span], why: Why
) -> None:
    found = fate(ASKING, sendings, pauses=pauses, gaps=gaps, now=AFTER)
    assert found == Fate(NOT_ASKED, why)


@pytest.mark.parametrize(
    "sendings,pauses,why",
    [
        ([], [], Why.QUIET_HOURS),
        ([], [PAUSE], Why.PAUSE),
        # Planned before somebody asked for quiet hours.
        ([mail(EXPIRED)], [], Why.SYSTEM_DOWN),
    ],
)
def test_in_the_quiet_hours_nobody_is_asked(
    sendings: list[Sending], pauses: list[Span], why: Why
) -> None:
    quiet = replace(ASKING, quiet=True)
    assert fate(quiet, sendings, pauses=pauses, gaps=[GAP], now=AFTER) == Fate(NOT_ASKED, why)
    reached = fate(quiet, [mail(SENT)], pauses=pauses, now=AFTER)
    assert reached == Fate(PromptState.NOT_ANSWERED)


def sendings() -> Iterator[Sending]:
    """Yield every reminder there can be."""
    for channel, state, reason, attempts, seen, receipt in product(
        Channel, ReminderState, (None, "no_address", "poison_X"), (0, 1), (False, True),
        (None, *Receipt),
    ):  # fmt: skip
        yield Sending(channel, state, reason, attempts, seen, receipt)


def askings() -> Iterator[Asking]:
    """Yield every prompt there can be."""
    for cancelled, answered, answers, taken_back in product(
        (False, True), (False, True), ((), (Kind.LATE,), (Kind.SCHEDULED,)), (False, True)
    ):
        yield replace(
            ASKING, cancelled=cancelled, answered=answered, answers=answers, taken_back=taken_back
        )


def test_every_combination_has_one_state_and_a_reason_exactly_where_one_is_due() -> None:
    many = list(sendings())
    for asking, one in product(askings(), many):
        for now, pauses, gaps in product((NOON, AFTER), ([], [PAUSE]), ([], [GAP])):
            found = fate(asking, [one], pauses=pauses, gaps=gaps, now=now)
            assert (found.why is None) is (found.state not in {NOT_DELIVERED, NOT_ASKED})
            answered = asking.answered or bool(asking.answers)
            answers = {PromptState.ANSWERED, PromptState.ANSWERED_LATE}
            assert (found.state in answers) is answered
            if found.state is PromptState.NOT_ANSWERED:
                assert now >= asking.closes_at
                assert delivery(one, closed=True) is Delivery.REACHED


def test_a_second_step_never_makes_it_worse() -> None:
    order = [
        Fate(PromptState.NOT_ANSWERED),
        *(Fate(NOT_DELIVERED, why) for why in (Why.SILENT, Why.UNKNOWN, Why.FAILED)),
        *(Fate(NOT_ASKED, why) for why in (Why.NO_CHANNEL, Why.SYSTEM_DOWN)),
    ]
    many = list(sendings())
    for first, second in product(many, many[:: len(Channel) * 7]):
        alone = [order.index(fate(ASKING, [one], now=AFTER)) for one in (first, second)]
        assert order.index(fate(ASKING, [first, second], now=AFTER)) == min(alone)


def test_while_the_window_is_open_what_is_planned_waits() -> None:
    for state in (PLANNED, CLAIMED):
        assert delivery(mail(state, attempts=1), closed=False) is Delivery.WAITING
