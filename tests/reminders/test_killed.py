"""Workers killed with SIGKILL at random instants, one or several at a time (quality.md, 2, 6, 7).

20 kills for each database here; `make soak` sets KILLS to 200.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from time import perf_counter

import pytest
from sqlalchemy import select
from sqlmodel import col

from diary.store.database import Database
from diary.store.tables import Prompt, Reminder, ReminderState
from tests.reminders.killable import Workers
from tests.reminders.servers import Mailbox, mail_server
from tests.reminders.world import World

KILLS = int(os.environ.get("KILLS", "20"))
PATIENTS = 6
FINAL = {
    ReminderState.SENT,
    ReminderState.FAILED,
    ReminderState.UNKNOWN,
    ReminderState.EXPIRED,
    ReminderState.CANCELLED,
}


@dataclass(frozen=True)
class Arrived:
    """A mail: which reminder it is, to whom, and the time on the clock of the worker that sent it.

    A mail may arrive when its worker is dead already, so nothing but the mail itself says when.
    """

    reminder: str
    to: str
    at: datetime


def arrived(mailbox: Mailbox) -> list[Arrived]:
    mails = [message_from_bytes(content) for content in mailbox.contents]
    return [
        Arrived(
            mail["Message-ID"].strip("<>").partition("@")[0],
            mail["To"],
            parsedate_to_datetime(mail["Date"]),
        )
        for mail in mails
    ]


@pytest.mark.processes
@pytest.mark.timeout(60 + 6 * KILLS)
def test_killed_workers_send_nothing_twice_nothing_late_and_lose_nothing(
    database: Database,
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201
    chance = random.Random(seed)
    world = World(database)
    people = [world.patient(email=f"patient{n}@example.org") for n in range(PATIENTS)]
    url = database.engine.url.render_as_string(hide_password=False)
    killed = 0
    with mail_server() as (mailbox, port):
        # One round in peace: so long it takes here; kills fall before, in and after the sending.
        world.at(7, 30)
        whole = Workers(url, port, world.clock(), 1)
        began = perf_counter()
        whole.go()
        whole.finished()
        duration = perf_counter() - began
        assert len(mailbox.mails) == PATIENTS
        while killed < KILLS:
            # Also half a day without any worker: what closed meanwhile is not made up for.
            world.clock.advance(minutes=chance.choice((10, 20, 31, 31, 60, 90, 6 * 60)))
            for patient in chance.sample(people, 2):
                world.answer(patient)
            workers = Workers(url, port, world.clock(), chance.choice((1, 2, 4)))
            workers.go()
            killed += workers.killed_after(chance.uniform(0.3, 1.6) * duration)
        last_kill = world.clock()
        world.clock.advance(days=20)
        last = Workers(url, port, world.clock(), 1)
        last.go()
        last.finished()
        mails = arrived(mailbox)
    assert max(mail.at for mail in mails) <= last_kill, "the round long after sends nothing"
    assert most(mail.reminder for mail in mails) == 1, "no reminder twice"
    assert most((mail.to, mail.at) for mail in mails) == 1, "one catch-up for an open window"
    settle(world, mails)


def most(things: Iterable[Hashable]) -> int:
    return max(Counter(things).values())


def settle(world: World, mails: list[Arrived]) -> None:
    """Compare the ledger with what arrived."""
    with world.database.read(None, now=world.clock()) as unit:
        rows = unit.session.execute(
            select(
                col(Reminder.prompt_id),
                col(Reminder.step),
                col(Reminder.state),
                col(Prompt.closes_at),
                col(Prompt.answered_at),
            ).join(Prompt, col(Prompt.id) == col(Reminder.prompt_id))
        ).all()
    assert {row.state for row in rows} <= FINAL
    known = {f"{row.prompt_id.hex}.{row.step}": row for row in rows}
    for mail in mails:
        row = known[mail.reminder]
        assert row.state in {ReminderState.SENT, ReminderState.UNKNOWN}, "what left is on record"
        assert mail.at < row.closes_at, "nothing is sent after the window"
        assert row.answered_at is None or mail.at < row.answered_at, "nor after the answer"
    recorded = {key for key, row in known.items() if row.state is ReminderState.SENT}
    assert recorded <= {mail.reminder for mail in mails}, "sent means that it arrived"
    assert len(mails) >= PATIENTS, "something was sent at all"
