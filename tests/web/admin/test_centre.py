"""What holds for the whole centre: details, who is on duty, reminders, what new patients get."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from diary.store.database import Database
from diary.store.subscriptions import Subscription, Tried
from diary.web.app import create_app
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.support.server import make_settings
from tests.web.admin.conftest import See
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page

SENT: list[tuple[object, str]] = []


@pytest.fixture
def app(database: Database, clock: SettableClock) -> Flask:
    """Give the application, with test messages that arrive in SENT."""
    SENT.clear()

    def try_out(where: Subscription | str, language: str, _now: datetime) -> Tried:
        SENT.append((where, language))
        return Tried.SENT

    return create_app(make_settings(database), clock, database, try_out)


def test_the_number_that_patients_call(see: See) -> None:
    right = {"name": "Pijn West", "phone_number": "030 765 43 21", "language": "en"}
    for wrong, field in [
        ({"name": " "}, "name"),
        ({"phone_number": "bel ons"}, "phone_number"),
        ({"language": "fr"}, "language"),
    ]:
        page = see("centre/details", right | wrong, 422)
        assert page.root.all("span", id=f"{field}-error")
        # The other forms hold what is kept.
        assert page.fields()["time_morning"] == "08:00"
    page = see("centre/details", right)
    assert page.fields().items() >= right.items()
    assert see("").root.one("h1").text == "Pijn West"


def test_who_is_on_duty_gets_a_test(see: See) -> None:
    assert "Nu krijgt niemand bericht" in see("centre").text
    assert see("centre/duty", {"email": "a", "mobile": "12"}, 422).root.all(
        "span", id="mobile-error"
    )
    page = see("centre/duty", {"email": "dienst@example.nl", "mobile": "06 12345678"})
    assert page.fields()["mobile"] == "+31612345678"
    assert "dienst@example.nl" in see("centre/duty/test", {}).text
    assert SENT == [("dienst@example.nl", "nl"), ("+31612345678", "nl")]
    for _ in range(3):
        see("centre/duty/test", {})
    assert len(SENT) == 5


def test_how_patients_are_reminded(see: See, people: People, desk_of: DeskOf) -> None:
    steps = {"channel_0": "first", "after_1": "20", "channel_1": "other"}
    quiet = {"quiet_from": "22:30", "quiet_until": "07:00"}
    assert see("centre/reminding", steps | {"quiet_from": "22:30"}, 422).root.all(
        "span", id="quiet_until-error"
    )
    assert see("centre/reminding", steps | {"after_2": "10"}, 422).root.all(
        "span", id="ladder-error"
    )
    assert see("centre/reminding", steps | quiet).fields()["after_1"] == "20"
    # The nurse sees it with her patient, who has nothing else.
    url = f"/team/patients/{people.patient.id}/reminding"
    fields = Page(desk_of(people.nurse).get(url).text).fields()
    assert (fields["after_1"], fields["quiet_from"]) == ("20", "22:30")


def test_what_new_patients_get(see: See, people: People, desk_of: DeskOf) -> None:
    assert see("centre/usual", {"time_morning": "09:00"}, 422).root.all("span", id="moments-error")
    page = see(
        "centre/usual", {"time_morning": "09:00", "time_evening": "19:00", "evening": "sleep"}
    )
    assert page.fields()["evening"] == "sleep"
    nurse = desk_of(people.nurse)
    fields = Page(nurse.get("/team/patients/new").text).fields()
    assert [fields[f"time_{name}"] for name in ("morning", "midday", "evening")] == [
        "09:00",
        "",
        "19:00",
    ]
