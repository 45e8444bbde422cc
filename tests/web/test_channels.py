"""From outside, without anybody signed in: the link that stops e-mails, and receipts of SMS."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlmodel import col

from diary.signed import Signer, Stop
from diary.store import audit, prompts, reaching, reminders
from diary.store.database import Database
from diary.store.tables import Channel, Patient, Receipt, Reminder, ReminderState
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.support.server import make_app, make_settings
from tests.web.conftest import PhoneBrowser

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
KEY = "a key that the gateway was given"


@pytest.fixture(params=["sqlite_database", "postgresql_database"])
def database(request: pytest.FixtureRequest) -> Database:
    """Give both databases: nobody is signed in here, so the second lock matters."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Database)
    return found


@pytest.fixture
def signer(database: Database) -> Signer:
    return make_settings(database).signer


def stopped(database: Database, people: People, clock: SettableClock) -> dict[UUID, bool]:
    with database.read(people.product, now=clock()) as unit:
        everybody = [people.patient.id, people.other.id]
        found = reaching.reachable(unit, Channel.EMAIL, everybody)
        return {one: one not in found for one in everybody}


def test_one_click_stops_the_e_mails_of_that_patient_and_nobody_else(
    nobody: FlaskClient,
    people: People,
    database: Database,
    clock: SettableClock,
    signer: Signer,
) -> None:
    link = "/stop/" + signer.stop(Stop(people.centre_id, people.patient.id))
    page = nobody.get(link, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert page.text.count("<button") == 1
    assert not any(stopped(database, people, clock).values()), "whoever looks stops nothing"
    for name in ("Anna", "Bakker", "patient1@example.nl"):
        assert name not in page.text
    for _ in range(2):
        # As a mail program does it: no cookie, no Origin, nothing of a browser.
        answer = nobody.post(link, data=ONE_CLICK, headers={"Accept-Language": "en"})
        assert answer.status_code == 200
        assert "no more reminders by e-mail" in answer.text
    assert stopped(database, people, clock) == {people.patient.id: True, people.other.id: False}
    with database.read(people.product, now=clock()) as unit:
        events = [row.event for row in audit.of_patient(unit, people.patient.id)]
    assert "patient.stop_email" in events


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_we_did_not_make_stops_nothing(
    method: str, nobody: FlaskClient, people: People, database: Database, clock: SettableClock,
    signer: Signer,
) -> None:  # fmt: skip
    good = signer.stop(Stop(people.centre_id, people.patient.id))
    forged = Signer("another secret").stop(Stop(people.centre_id, people.patient.id))
    for token in ("x", forged, good[:-1], good + "x", good.replace(".", "")):
        assert nobody.open(f"/stop/{token}", method=method).status_code == 404
    assert not any(stopped(database, people, clock).values())
    # Ours, but of a patient who is not there (any more): nothing tells the difference.
    for stranger in (Stop(people.centre_id, uuid4()), Stop(uuid4(), people.patient.id)):
        assert nobody.open(f"/stop/{signer.stop(stranger)}", method=method).status_code == 200
    assert not any(stopped(database, people, clock).values())


def test_another_site_cannot_click(nobody: FlaskClient, people: People, signer: Signer) -> None:
    link = "/stop/" + signer.stop(Stop(people.centre_id, people.patient.id))
    answer = nobody.post(link, data=ONE_CLICK, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_the_settings_stop_and_resume_what_is_there(
    people: People, database: Database, clock: SettableClock
) -> None:
    app = make_app(
        database,
        clock,
        smtp_host="mail.example",
        sms_url="https://sms.example",
        sms_body="to={to}&text={text}",
    )
    app.test_client_class = PhoneBrowser
    with database.write(people.product, now=clock()) as unit:
        number = unit.vault.seal("+31612345678")
        unit.session.execute(
            update(Patient).where(col(Patient.id) == people.patient.id).values(mobile=number)
        )
    client = app.test_client()
    client.set_cookie("diary_phone", people.patient.token)
    client.post("/language", data={"language": "en"})
    owner = {"owner": str(people.patient.id)}
    client.get("/settings")
    for channel, stop, again in (
        ("email", "Stop the e-mails", "Send me e-mails"),
        ("sms", "Stop the text messages", "Send me text messages"),
    ):
        assert stop in client.get("/settings").text
        for on, shown in (("no", again), ("yes", stop)):
            form = {"channel": channel, "on": on} | owner
            assert client.post("/settings/channel", data=form).status_code == 303
            assert shown in client.get("/settings").text
    for wrong in ({"channel": "web_push", "on": "no"}, {"channel": "email", "on": "x"}, {}):
        assert client.post("/settings/channel", data=wrong | owner).status_code == 400


@pytest.fixture
def sent(people: People, database: Database, clock: SettableClock) -> UUID:
    """Give the id of a reminder by SMS that the gateway accepted just now."""
    with database.write(people.product, now=clock()) as unit:
        prompts.materialise(unit, people.patient.pathway, clock().date() + timedelta(days=1))
        prompt = prompts.prompt_at(unit, people.patient.id)
        assert prompt is not None
        new = Reminder(
            centre_id=people.centre_id,
            id=uuid4(),
            prompt_id=prompt.id,
            patient_id=people.patient.id,
            step=1,
            channel=Channel.SMS,
            send_at=clock(),
            expires_at=clock() + timedelta(hours=1),
        )
        unit.session.add(new)
        unit.session.flush()
        reminder_id = new.id
    with database.write(None, now=clock()) as unit:
        (claim,) = reminders.claim(unit, "test", 10, Channel.SMS)
        reminders.record(unit, claim, ReminderState.SENT, provider_ref="e8077d80")
    return reminder_id


def receipt_of(database: Database, clock: SettableClock, reminder_id: UUID) -> Receipt | None:
    with database.read(None, now=clock()) as unit:
        return unit.session.execute(
            select(col(Reminder.receipt)).where(col(Reminder.id) == reminder_id)
        ).scalar_one()


@pytest.mark.parametrize("how", ["address", "form", "json"])
def test_a_receipt_with_our_reference_is_kept(
    how: str, nobody: FlaskClient, sent: UUID, signer: Signer, database: Database,
    clock: SettableClock,
) -> None:  # fmt: skip
    def tell(reference: str, status: str) -> int:
        told = {"reference": reference, "status": status, "recipient": "31612345678"}
        if how == "address":
            return nobody.get("/receipts/sms", query_string=told).status_code
        return nobody.post(
            "/receipts/sms", **{"data" if how == "form" else "json": told}
        ).status_code

    ours = signer.reference(sent)
    seen = []
    for status in ("buffered", "delivery_failed", "delivered", "expired"):
        assert tell(ours, status) == 204
        seen.append(receipt_of(database, clock, sent))
    failed, delivered = Receipt.FAILED, Receipt.DELIVERED
    assert seen == [None, failed, delivered, delivered], "what arrived has arrived"


def test_a_receipt_that_is_not_ours_or_comes_days_later_changes_nothing(
    nobody: FlaskClient, sent: UUID, signer: Signer, database: Database, clock: SettableClock
) -> None:
    forged = Signer("another secret").reference(sent)
    answers = set()
    for reference in (forged, signer.reference(uuid4()), "e8077d80", str(sent), "", "é" * 500):
        answer = nobody.post("/receipts/sms", json={"reference": reference, "status": "delivered"})
        answers.add((answer.status_code, answer.data))
    for body in ([], 5, None, {"reference": {"a": 1}, "status": ["delivered"]}):
        answers.add((nobody.post("/receipts/sms", json=body).status_code, b""))
    assert answers == {(204, b"")}, "every answer is the same"
    clock.advance(days=3, seconds=1)
    late = {"reference": signer.reference(sent), "status": "delivered"}
    assert nobody.post("/receipts/sms", json=late).status_code == 204
    assert receipt_of(database, clock, sent) is None


def test_a_receipt_is_small_and_whole(nobody: FlaskClient) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        huge = nobody.post("/receipts/sms", data=b"a=" + b"x" * 20_000, content_type=kind)
        assert huge.status_code == 413
    broken = nobody.post("/receipts/sms", data=b"{", content_type="application/json")
    assert broken.status_code == 400


@pytest.fixture
def signing(database: Database, clock: SettableClock) -> Flask:
    """Give the application of a centre whose gateway signs its receipts, and nests them."""
    return make_app(
        database,
        clock,
        sms_receipt_key=KEY,
        sms_receipt_reference="messages.0.ref",
        sms_receipt_status="messages.0.code",
        sms_delivered=("2",),
    )


def test_with_a_key_every_receipt_must_be_signed_and_fresh(
    signing: Flask, sent: UUID, signer: Signer, database: Database, clock: SettableClock
) -> None:
    def tell(reference: str, *, key: str = KEY, age: int = 0, change: bytes = b"") -> int:
        body = f'{{"messages": [{{"ref": "{reference}", "code": 2}}]}}'.encode()
        at = str(int(clock().timestamp()) - age)
        signature = hmac.new(key.encode(), at.encode() + b"\n\n" + body, hashlib.sha256)
        return (
            signing.test_client()
            .post(
                "/receipts/sms",
                data=body + change,
                content_type="application/json",
                headers={"X-Diary-Timestamp": at, "X-Diary-Signature": signature.hexdigest()},
            )
            .status_code
        )

    ours = signer.reference(sent)
    assert signing.test_client().post("/receipts/sms", json={}).status_code == 403
    assert tell(ours, key="guessed") == 403
    assert tell(ours, age=301) == 403
    assert tell(ours, age=-301) == 403
    assert tell(ours, change=b" ") == 403
    assert receipt_of(database, clock, sent) is None
    # Who signs may also name the message as the gateway does.
    assert tell("unknown", age=299) == 204
    assert receipt_of(database, clock, sent) is None
    assert tell("e8077d80") == 204
    assert receipt_of(database, clock, sent) is Receipt.DELIVERED
