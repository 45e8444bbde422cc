"""Who gets what at every route outside /team: a new route without a row fails here.

People: the patient, another patient of the centre, a nurse (who signs in at /team only), a phone
whose access was taken away, and nobody. Pages of one entry are those of the patient's entry.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.store import accounts, phones
from diary.store.database import Database
from diary.web.identity import PHONE_COOKIE, TEAM_COOKIE
from tests.support.clock import SettableClock
from tests.support.people import PIN, People
from tests.web.conftest import PhoneOf, squeeze

IN = "in"
TO_ACTIVATION = "to the activation"
GONE = "not there"
REFUSED = "refused"
OPEN = "open to everybody"

# method and rule → what the patient, another patient, and all others get.
TABLE = {
    "GET /": (IN, IN, TO_ACTIVATION),
    "GET /score": (IN, IN, TO_ACTIVATION),
    "POST /score": (IN, IN, REFUSED),
    "GET /saved/<uuid:entry_id>": (IN, GONE, TO_ACTIVATION),
    "GET /entries/<uuid:entry_id>/correct": (IN, GONE, TO_ACTIVATION),
    "GET /entries/<uuid:entry_id>/withdraw": (IN, GONE, TO_ACTIVATION),
    "POST /entries/<uuid:entry_id>/withdraw": (IN, GONE, REFUSED),
    **{
        f"{method} /{form}": (IN, IN, refused)
        for form in ("medicines", "dose", "evening", "symptoms")
        for method, refused in (("GET", TO_ACTIVATION), ("POST", REFUSED))
    },
    # Only those with cluster headache are asked for attacks.
    "GET /attacks": (GONE, GONE, TO_ACTIVATION),
    "POST /attacks": (IN, IN, REFUSED),
    "POST /attacks/<uuid:event_id>/worst": (GONE, GONE, REFUSED),
    "GET /events/<uuid:event_id>": (IN, GONE, TO_ACTIVATION),
    "GET /events/<uuid:event_id>/withdraw": (IN, GONE, TO_ACTIVATION),
    "POST /events/<uuid:event_id>/withdraw": (IN, GONE, REFUSED),
    "GET /diary": (IN, IN, TO_ACTIVATION),
    "GET /diary/<site>.svg": (IN, IN, TO_ACTIVATION),
    "GET /diary/weeks/<day>": (IN, IN, TO_ACTIVATION),
    "GET /diary/days/<day>": (IN, IN, TO_ACTIVATION),
    "GET /looked": (IN, IN, TO_ACTIVATION),
    "GET /download": (IN, IN, TO_ACTIVATION),
    "POST /download/file": (IN, IN, REFUSED),
    "GET /pin": (IN, IN, TO_ACTIVATION),
    "POST /pin": (IN, IN, REFUSED),
    "GET /pin/change": (IN, IN, TO_ACTIVATION),
    "POST /pin/change": (IN, IN, REFUSED),
    "POST /pin/lock": (IN, IN, REFUSED),
    "GET /settings": (IN, IN, TO_ACTIVATION),
    "POST /settings/email": (IN, IN, REFUSED),
    "POST /settings/channel": (IN, IN, REFUSED),
    "POST /settings/test": (IN, IN, REFUSED),
    "POST /travel": (IN, IN, REFUSED),
    "POST /settings/pause": (IN, IN, REFUSED),
    "POST /settings/resume": (IN, IN, REFUSED),
    "POST /settings/prefer": (IN, IN, REFUSED),
    "GET /settings/disconnect": (IN, IN, TO_ACTIVATION),
    "POST /settings/disconnect": (TO_ACTIVATION, TO_ACTIVATION, TO_ACTIVATION),
    "POST /api/v1/entries": (IN, IN, REFUSED),
    "POST /api/v1/notifications": (IN, IN, REFUSED),
    "GET /api/v1/today": (IN, IN, REFUSED),
    "GET /api/v1/subscriptions": (IN, IN, REFUSED),
    "DELETE /api/v1/subscriptions": (IN, IN, REFUSED),
    "POST /api/v1/subscriptions": (IN, IN, REFUSED),
    **dict.fromkeys(
        (
            "GET /activate",
            "POST /activate",
            "GET /a/<code>",
            "POST /language",
            "GET /manifest.webmanifest",
            "GET /icon-<int:size>.png",
            "GET /sw.js",
            "GET /kept/<version>/<path:name>",
            "GET /shell/<code>",
            "POST /api/v1/devices",
            "GET /api/v1/openapi.json",
            "GET /stop/<token>",
            "POST /stop/<token>",
            "GET /receipts/sms",
            "POST /receipts/sms",
            "GET /healthz",
            "GET /readyz",
            "GET /metrics",
            "GET /static/<path:filename>",
        ),
        (OPEN, OPEN, OPEN),
    ),
}
OWN_PIN = {"pin": PIN, "again": PIN}
FORMS = {
    "POST /medicines": {"id": str(uuid4())},
    "POST /dose": {"id": str(uuid4()), "medicine": str(uuid4())},
    "POST /evening": {"id": str(uuid4()), "sleep": "5"},
    "POST /symptoms": {"id": str(uuid4()), "report": "none"},
    "POST /attacks": {"id": str(uuid4()), "attack": "start"},
    "POST /attacks/<uuid:event_id>/worst": {"id": str(uuid4()), "worst": "5"},
    "POST /events/<uuid:event_id>/withdraw": {"id": str(uuid4()), "kind": "symptoms"},
    "POST /download/file": {},
    "POST /pin": OWN_PIN,
    "POST /pin/change": OWN_PIN,
    "POST /pin/lock": {},
    "POST /score": {"id": str(uuid4()), "score": "7", "score.leg": "7"},
    "POST /entries/<uuid:entry_id>/withdraw": {"id": str(uuid4())},
    "POST /settings/email": {"email": "anna@example.nl"},
    "POST /settings/channel": {"channel": "email", "on": "no"},
    "POST /settings/test": {"channel": "email"},
    "POST /travel": {"answer": "keep", "zone": "Asia/Tokyo"},
    "POST /settings/pause": {"until": "2026-03-14"},
    "POST /settings/resume": {},
    "POST /settings/prefer": {"channel": "sms"},
    "POST /settings/disconnect": {},
}
BODIES = {
    "POST /api/v1/entries": {"sent_at": "2026-03-12T12:00:00+01:00", "entries": []},
    "POST /api/v1/notifications": {"notifications": []},
    "POST /api/v1/subscriptions": {
        "endpoint": "https://push.example.net/one",
        "keys": {"p256dh": "B" * 87, "auth": "a" * 22},
    },
}


@dataclass
class Door:
    """One route with the values that lead to the patient's own data."""

    name: str
    method: str
    path: str

    def knock(self, client: FlaskClient, owner: UUID) -> str:
        """Ask as on a page of `owner`, and say in a word what came."""
        form = FORMS.get(self.name)
        answer = client.open(
            self.path,
            method=self.method,
            data=None if form is None else form | {"owner": str(owner)},
            json=BODIES.get(self.name),
        )
        if answer.status_code == 303 and answer.location == "/activate":
            return TO_ACTIVATION
        if answer.status_code == 303 and answer.location == "/" and self.name.startswith("GET"):
            return GONE
        names = {200: IN, 204: IN, 303: IN, 422: IN, 401: REFUSED, 404: GONE}
        return names[answer.status_code]


def rows(app: Flask) -> set[str]:
    """Return every method and rule that is not the team's."""
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith(("/team", "/admin"))
    }


def doors(entry_id: UUID) -> list[Door]:
    """Return the routes that are not open to everybody."""
    found = []
    for name, outcomes in TABLE.items():
        if outcomes[0] != OPEN:
            method, rule = name.split(" ")
            path = rule.replace("<uuid:entry_id>", str(entry_id))
            path = path.replace("<uuid:event_id>", str(entry_id)).replace("<site>", "leg")
            path = path.replace("<day>", "2026-03-12")
            found.append(
                Door(name, method, path + ("?theme=light" if path.endswith("svg") else ""))
            )
    # What disconnects the phone comes last.
    return sorted(found, key=lambda door: door.name == "POST /settings/disconnect")


@pytest.fixture
def entry_id(people: People, phone_of: PhoneOf) -> UUID:
    """Give an entry of the patient of this moment."""
    new = uuid4()
    phone_of(people.patient).post(
        "/api/v1/entries",
        json={
            "sent_at": "2026-03-12T12:00:00+01:00",
            "entries": [
                {
                    "id": str(new),
                    "measured_at": "2026-03-12T12:00:00+01:00",
                    "scores": {"leg": 9, "back": 9},
                },
                # An event has an id of its own kind: the same one opens its pages too.
                {
                    "id": str(new),
                    "kind": "symptoms",
                    "measured_at": "2026-03-12T12:00:00+01:00",
                    "symptoms": [],
                },
            ],
        },
    )
    return new


def test_every_route_has_a_row(app: Flask) -> None:
    assert rows(app) == set(TABLE)


def test_the_patient_gets_in(people: People, phone_of: PhoneOf, entry_id: UUID) -> None:
    client = phone_of(people.patient)
    assert {d.name: d.knock(client, people.patient.id) for d in doors(entry_id)} == {
        d.name: TABLE[d.name][0] for d in doors(entry_id)
    }


def test_another_patient_sees_only_the_own_diary(
    people: People, phone_of: PhoneOf, entry_id: UUID
) -> None:
    client = phone_of(people.other)
    assert "<dd>9</dd>" in squeeze(phone_of(people.patient).get("/diary/days/2026-03-12").text)
    assert "<dd>9</dd>" not in squeeze(client.get("/diary/days/2026-03-12").text)
    assert {d.name: d.knock(client, people.other.id) for d in doors(entry_id)} == {
        d.name: TABLE[d.name][1] for d in doors(entry_id)
    }


@pytest.mark.parametrize("who", ["nobody", "nurse", "stranger", "revoked"])
def test_everybody_else_is_sent_to_the_activation(
    who: str,
    people: People,
    app: Flask,
    database: Database,
    clock: SettableClock,
    entry_id: UUID,
) -> None:
    client = app.test_client()
    if who in {"nurse", "stranger"}:
        client.set_cookie(TEAM_COOKIE, _session(who, people, database, clock))
        client.set_cookie(PHONE_COOKIE, "guessed")
    if who == "revoked":
        client.set_cookie(PHONE_COOKIE, people.patient.token)
        with database.write(people.patient.scope, now=clock()) as unit:
            phones.revoke_phone(unit, people.patient.phone.phone_id)
    assert {d.name: d.knock(client, people.patient.id) for d in doors(entry_id)} == {
        d.name: TABLE[d.name][2] for d in doors(entry_id)
    }


def _session(who: str, people: People, database: Database, clock: SettableClock) -> str:
    token = secrets.token_urlsafe()
    member = people.nurse if who == "nurse" else people.stranger
    with database.write(None, now=clock()) as unit:
        staff = accounts.find_staff(unit, member.login)
        assert staff is not None
        accounts.start_session(unit, staff, token)
    return token
