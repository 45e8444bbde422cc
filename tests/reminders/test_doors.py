"""How much room a server gets that is silent, or slow."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta

import pytest

from diary.reminders.channels.base import OutcomeUnknownError, PermanentError, TemporaryError
from diary.reminders.doors import PATIENCE, REST, ROOM, SLOW, TURN, Doors, HeldBackError

NOW = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
SILENCE = (TemporaryError("x", silent=True), OutcomeUnknownError("x"))
ANSWERS = (TemporaryError("x"), PermanentError("x"), ZeroDivisionError(), None)


def knock(doors: Doors, error: Exception | None, now: datetime = NOW) -> None:
    with suppress(type(error) if error else Exception), doors.knock("mail", now):
        if error is not None:
            raise error


def held(doors: Doors, now: datetime, name: str = "mail") -> HeldBackError | None:
    try:
        with doors.knock(name, now):
            return None
    except HeldBackError as error:
        return error


@pytest.mark.parametrize("silence", SILENCE)
def test_after_three_silences_a_server_rests_and_only_that_one(silence: Exception) -> None:
    doors = Doors()
    for _ in range(PATIENCE):
        knock(doors, silence)
    back = held(doors, NOW + timedelta(seconds=10))
    assert back is not None
    assert (back.reason, back.retry_after) == ("server_silent", REST - timedelta(seconds=10))
    assert held(doors, NOW, "push") is None
    assert held(doors, NOW + REST) is None, "then it is knocked at again"


@pytest.mark.parametrize("answer", ANSWERS)
def test_any_answer_begins_the_count_anew(answer: Exception | None) -> None:
    doors = Doors()
    for error in (*SILENCE, answer, *SILENCE):
        knock(doors, error)
    assert held(doors, NOW) is None


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1)])
def test_a_clock_that_is_set_back_makes_no_rest_longer(jump: timedelta) -> None:
    doors = Doors()
    for _ in range(PATIENCE):
        knock(doors, SILENCE[0])
    assert held(doors, NOW - jump) is None


def test_a_slow_server_keeps_some_of_the_threads_and_a_quick_one_all() -> None:
    seconds = [0.0]
    doors = Doors(lambda: seconds[0])
    with ExitStack() as inside:
        for _ in range(ROOM + 5):
            inside.enter_context(doors.knock("push", NOW))
        seconds[0] += SLOW + 0.1
        # Those who are inside already have been so for long: that is known before they come out.
        back = held(doors, NOW, "push")
        assert back is not None
        assert (back.reason, back.retry_after) == ("server_slow", TURN)
        assert held(doors, NOW, "other push") is None
    with ExitStack() as inside:
        for _ in range(ROOM):
            inside.enter_context(doors.knock("push", NOW))
        assert held(doors, NOW, "push") is not None, "it was slow the last time"
    assert held(doors, NOW, "push") is None
    with ExitStack() as inside:
        for _ in range(ROOM + 5):
            inside.enter_context(doors.knock("push", NOW))
