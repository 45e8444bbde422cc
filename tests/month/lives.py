"""The patients of the simulated month: how they are reached, where they are, what they answer.

All of it follows from the seed and is settled before the month begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any

from diary.protocol.reminding import LADDER, Quiet, Step
from diary.store.centre_settings import Custom
from diary.store.tables import Channel
from tests.month.chance import Chance
from tests.month.facts import Answer, Span
from tests.naive.days import planned, starts

ZONE = "Europe/Amsterdam"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Reach:
    """How a patient can be reached: phones with Web Push, e-mail, SMS, and what comes first."""

    phones: int = 0
    mail: bool = False
    sms: bool = False
    first: Channel | None = None


PHONE, PHONE_AND_MAIL = Reach(1), Reach(1, mail=True)
PHONE_AND_SMS, EVERYTHING = Reach(1, sms=True), Reach(1, mail=True, sms=True, first=Channel.SMS)
# In these parts: most have a phone, one in fourteen has nothing at all.
REACHES = (
    *(PHONE, PHONE_AND_MAIL, PHONE_AND_SMS, PHONE_AND_MAIL, Reach(mail=True), Reach(2)),
    *(PHONE_AND_SMS, PHONE, EVERYTHING, Reach(sms=True), PHONE_AND_MAIL, Reach()),
    *(Reach(mail=True, sms=True), PHONE),
)
# The evening's moment falls in the first, half of its ladder in the second.
NIGHT = Custom(LADDER, Quiet(time(21, 30), time(7, 0)))
LATE = Custom(LADDER, Quiet(time(22, 20), time(7, 30)))
# Three reminders, of which the first one at midday would wake this patient from a nap.
NAP = Custom(
    (Step(timedelta(0), False), Step(20 * MINUTE, False), Step(HOUR, True)),
    Quiet(time(12, 50), time(13, 15)),
)
CUSTOMS = (None, NIGHT, None, LATE, NAP)
# What is left of a patient's diligence in hospital.
IN_HOSPITAL = 0.4


@dataclass(frozen=True)
class Call:
    """The ward calls: no reminders until diary day `until`; None: this patient is home."""

    at: datetime
    number: int
    until: date | None


@dataclass(frozen=True)
class Lives:
    """The lives of so many patients, told apart by their number, over so many days."""

    chance: Chance
    patients: int
    first_day: date
    length: int

    @cached_property
    def days(self) -> list[date]:
        """The diary days of the month."""
        return [self.first_day + number * DAY for number in range(self.length)]

    @cached_property
    def calls(self) -> list[Call]:
        """What the ward says about stays in hospital within the month, in time order."""
        end = windows(self.days[-1])[-1]["closes"]
        every = (call for number in range(self.patients) for call in self._calls(number))
        found = [call for call in every if call.at < end]
        return sorted(found, key=lambda call: (call.at, call.number))

    @cached_property
    def answers(self) -> list[Answer]:
        """All answers, in the order in which the server hears of them."""
        ill = [_ill(self._calls(number)) for number in range(self.patients)]
        found = [
            answer
            for day in self.days
            for number in range(self.patients)
            for window in windows(day)
            if (answer := self._answer(number, day, window, ill[number]))
        ]
        return sorted(found, key=lambda answer: (answer.received_at, answer.number))

    def offline(self, number: int, day: date) -> bool:
        """Tell whether the phone has no network on `day`: for one to three days on end."""
        return any(
            self.chance("offline", number, day - back * DAY) < 0.02
            and self.chance("how long", number, day - back * DAY) * 3 >= back
            for back in range(3)
        )

    def online_again(self, number: int, day: date) -> datetime:
        """Return when a phone without network on `day` has it again: at half past eight."""
        while self.offline(number, day):
            day += DAY
        return windows(day)[0]["at"] + 30 * MINUTE

    def silent(self, number: int, day: date) -> bool:
        """Tell whether the phone shows nothing any more of what the push service accepts."""
        return number % 11 == 3 and day >= self.days[self.length // 3]

    def _calls(self, number: int) -> list[Call]:
        """Return what is said of one patient: three in ten are in hospital once."""
        if self.chance("hospital", number) >= 0.3:
            return []
        day = self.days[int(self.chance("hospital day", number) * self.length)]
        at = windows(day)[0]["opens"] + 15 * HOUR * self.chance("hospital hour", number)
        until = day + (1 + int(5 * self.chance("hospital days", number))) * DAY
        calls = [Call(at, number, until)]
        course = self.chance("hospital course", number)
        if course < 0.6:
            share = 0.2 + 0.6 * self.chance("hospital rest", number)
            then = at + (begin(until) - at) * share
            # It takes longer, or this patient is home before.
            calls.append(Call(then, number, until + 2 * DAY if course < 0.2 else None))
        return calls

    def _answer(
        self, number: int, day: date, window: dict[str, Any], ill: Span | None
    ) -> Answer | None:
        diligence = 0.5 + self.chance("diligence", number) / 2
        if ill is not None and ill.holds(window["at"]):
            diligence *= IN_HOSPITAL
        about = (number, day, window["name"])
        luck = self.chance("answer", *about)
        if luck > diligence:
            return None
        opens, closes = window["opens"], window["closes"]
        at = opens + (closes - opens) * (0.99 * self.chance("when", *about) ** 1.5)
        late = luck > diligence * 0.95 and window["name"] != "bedtime"
        if late:
            at = closes + 45 * MINUTE * self.chance("how late", *about)
        at = at.replace(microsecond=0)
        heard = max(at, self.online_again(number, day)) if self.offline(number, day) else at
        taken_back = self.chance("take back", *about) < 0.01
        return Answer(*about, at, heard, late, taken_back)


def reach(number: int) -> Reach:
    """Return how patient `number` can be reached."""
    return REACHES[number % len(REACHES)]


def custom(number: int) -> Custom | None:
    """Return the own ladder and quiet hours of patient `number`, None: as the centre has it."""
    return CUSTOMS[number % len(CUSTOMS)]


@cache
def windows(day: date) -> list[dict[str, Any]]:
    """Return the moments of a diary day with their windows, in time order."""
    return planned({"timezone": ZONE}, day)


@cache
def begin(day: date) -> datetime:
    """Return when a diary day begins."""
    return starts({"timezone": ZONE}, day)


def _ill(calls: list[Call]) -> Span | None:
    if not calls:
        return None
    until = calls[-1].until
    return Span(calls[0].at, calls[-1].at if until is None else begin(until))
