"""Workers killed with SIGKILL at random instants, one or several at a time (quality.md, 2, 6, 7).

20 kills for each database here; `make soak` sets KILLS to 200.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import datetime
from email import message_from_bytes
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


def ids(mailbox: Mailbox) -> list[str]:
    return [message_from_bytes(content)["Message-ID"] for content in mailbox.contents]


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
    sent_at: dict[str, datetime] = {}
    with mail_server() as (mailbox, port):
        # One round in peace: so long it takes here; kills fall before, in and after the sending.
        world.at(7, 30)
        whole = Workers(url, port, world.clock(), 1)
        began = perf_counter()
        whole.go()
        whole.finished()
        duration = perf_counter() - began
        assert len(mailbox.mails) == PATIENTS
        sent_at |= dict.fromkeys(ids(mailbox), world.clock())
        while killed < KILLS:
            # Also half a day without any worker: what closed meanwhile is not made up for.
            world.clock.advance(minutes=chance.choice((10, 20, 31, 31, 60, 90, 6 * 60)))
            for patient in chance.sample(people, 2):
                world.answer(patient)
            before = len(mailbox.mails)
            workers = Workers(url, port, world.clock(), chance.choice((1, 2, 4)))
            workers.go()
            killed += workers.killed_after(chance.uniform(0.3, 1.6) * duration)
            new = mailbox.mails[before:]
            to = Counter(address for mail in new for address in mail.rcpt_tos)
            assert set(to.values()) <= {1}, "one catch-up for an open window, never two"
            sent_at |= dict.fromkeys(ids(mailbox)[before:], world.clock())
        world.clock.advance(days=20)
        last = Workers(url, port, world.clock(), 1)
        last.go()
        last.finished()
        assert [n for n in Counter(ids(mailbox)).values() if n > 1] == []
        assert len(ids(mailbox)) == len(sent_at), "the round long after sends nothing"
    settle(world, sent_at)


def settle(world: World, sent_at: dict[str, datetime]) -> None:
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
    arrived = {sent.strip("<>").partition("@")[0]: at for sent, at in sent_at.items()}
    for key, at in arrived.items():
        row = known[key]
        assert row.state in {ReminderState.SENT, ReminderState.UNKNOWN}, "what left is on record"
        assert at < row.closes_at, "nothing is sent after the window"
        assert row.answered_at is None or at < row.answered_at, "nor after the answer"
    recorded = {key for key, row in known.items() if row.state is ReminderState.SENT}
    assert recorded <= set(arrived), "sent means that it arrived"
    assert len(arrived) >= PATIENTS, "something was sent at all"
