"""From settings to a worker with its channels."""

from __future__ import annotations

from diary.clock import Clock
from diary.reminders.channels.base import Carrier
from diary.reminders.channels.console import Console
from diary.reminders.channels.email import Email, MailServer
from diary.reminders.channels.web_push import WebPush
from diary.reminders.worker import Worker
from diary.settings import Settings
from diary.store.database import Database
from diary.store.tables import Channel


def make_worker(settings: Settings, database: Database, clock: Clock) -> Worker:
    """Return the worker that these settings describe; a reminder leads straight to the question."""
    link = f"{settings.base_url}/score"
    return Worker(database, make_carriers(settings), link=link, clock=clock)


def make_carriers(settings: Settings) -> dict[Channel, Carrier]:
    """Return the channels that are set up; in the demo every one is the terminal."""
    if settings.demo:
        console = Console()
        return dict.fromkeys(Channel, console)
    carriers: dict[Channel, Carrier] = {
        Channel.WEB_PUSH: WebPush(
            settings.vapid_private_key.get_secret_value(),
            settings.vapid_subject,
            settings.push_hosts,
        )
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
            )
        )
    return carriers
