"""From settings to a worker with its channels."""

from __future__ import annotations

import json
from collections.abc import Callable

from diary.clock import Clock
from diary.reminders.channels.base import About, Carrier
from diary.reminders.channels.console import Console
from diary.reminders.channels.email import Email, MailServer
from diary.reminders.channels.sms import Sms, SmsGateway
from diary.reminders.channels.web_push import WebPush
from diary.reminders.worker import Worker
from diary.settings import Settings
from diary.signed import Stop
from diary.store.database import Database
from diary.store.tables import Channel


def make_worker(settings: Settings, database: Database, clock: Clock) -> Worker:
    """Return the worker that these settings describe; a reminder leads straight to the question."""
    base = settings.base_url
    return Worker(
        database,
        make_carriers(settings),
        link=f"{base}/score",
        team_link=f"{base}/team/",
        clock=clock,
    )


def make_carriers(settings: Settings) -> dict[Channel, Carrier]:
    """Return the channels that are set up; in the demo every one is the terminal."""
    if settings.demo:
        console = Console()
        return dict.fromkeys(Channel, console)
    carriers: dict[Channel, Carrier] = {
        Channel.WEB_PUSH: WebPush(settings.push_keys, settings.vapid_subject, settings.push_hosts)
    }
    if settings.smtp_host:
        carriers[Channel.EMAIL] = Email(
            MailServer(
                host=settings.smtp_host,
                port=settings.smtp_port,
                sender=settings.mail_from,
                security=settings.smtp_security,
                user=settings.smtp_user,
                password=settings.smtp_password.get_secret_value(),
            ),
            stop_link(settings),
        )
    if settings.sms_url:
        carriers[Channel.SMS] = Sms(
            SmsGateway(
                url=settings.sms_url,
                body=settings.sms_body,
                method=settings.sms_method,
                headers=json.loads(settings.sms_headers.get_secret_value()),
                id_path=settings.sms_id,
                accepted=settings.sms_accepted,
            ),
            settings.signer,
        )
    return carriers


def stop_link(settings: Settings) -> Callable[[About], str]:
    """Return what makes the link that stops a patient's e-mails."""
    signer = settings.signer

    def link(about: About) -> str:
        return f"{settings.base_url}/stop/{signer.stop(Stop(about.centre_id, about.patient_id))}"

    return link
