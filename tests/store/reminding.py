"""Prompts, reminders, pauses and answers of a patient, put in the store as a test tells them."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from uuid import UUID, uuid4

from sqlmodel import SQLModel

from diary.store import diary_writing
from diary.store.database import Database
from diary.store.diary_writing import NewEntry
from diary.store.tables import Channel, Pause, Prompt, Reminder, ReminderState
from tests.support.clock import SettableClock
from tests.support.people import People


class Rows:
    """Puts prompts and reminders of the patient in the store as they are told."""

    def __init__(self, database: Database, clock: SettableClock, people: People) -> None:
        self.database, self.clock, self.people = database, clock, people

    def prompt(self, due: float, **more: object) -> Prompt:
        """Add a prompt due so many hours from now, with a window of an hour before, two after."""
        own = self.people.patient
        at = self.clock() + timedelta(hours=due)
        prompt = Prompt(
            centre_id=self.people.centre_id,
            id=uuid4(),
            patient_id=own.id,
            pathway_id=own.pathway.id,
            phase_id=own.pathway.phases[1].id,
            **{
                "moment": f"at {at:%d %H:%M:%S}",
                "diary_day": at.date(),
                "due_at": at,
                "opens_at": at - timedelta(hours=1),
                "closes_at": at + timedelta(hours=2),
                **more,
            },
        )
        self._add(prompt)
        return prompt

    def reminder(self, prompt: Prompt, state: ReminderState, **more: object) -> Reminder:
        """Add a reminder of `prompt`; `took` are the seconds until it was done."""
        took = more.pop("took", None)
        values = {"step": 0, "channel": Channel.WEB_PUSH, "send_at": prompt.due_at, **more}
        if took is not None:
            values["done_at"] = prompt.due_at + timedelta(seconds=float(str(took)))
        reminder = Reminder(
            centre_id=prompt.centre_id,
            id=uuid4(),
            prompt_id=prompt.id,
            patient_id=prompt.patient_id,
            state=state,
            expires_at=prompt.closes_at,
            **values,
        )
        self._add(reminder)
        return reminder

    def pause(self, first: float, last: float, **more: object) -> Pause:
        """Add a pause from and until so many hours from now."""
        pause = Pause(
            centre_id=self.people.centre_id,
            id=uuid4(),
            patient_id=self.people.patient.id,
            pathway_id=self.people.patient.pathway.id,
            from_at=self.clock() + timedelta(hours=first),
            until_at=self.clock() + timedelta(hours=last),
            made_at=self.clock(),
            **more,
        )
        self._add(pause)
        return pause

    def entry(self, hours: float, **more: object) -> UUID:
        """Let the patient measure so many hours from now; received now."""
        at = self.clock() + timedelta(hours=hours)
        new = NewEntry(uuid4(), **{"measured_at": at, "scores": {"leg": Fraction(5)}, **more})
        own = self.people.patient
        with self.database.write(own.scope, now=self.clock()) as unit:
            (outcome,) = diary_writing.add_entries(unit, own.pathway, [new], access_point="test")
        assert outcome.error is None
        return new.id

    def _add(self, row: SQLModel) -> None:
        with self.database.write(self.people.product, now=self.clock()) as unit:
            unit.session.add(row)
