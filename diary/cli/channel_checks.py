"""What `diary doctor` says of the channels, and with --online whether their servers answer."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from diary.cli.checks import Finding, Level
from diary.reminders.channels.base import ChannelError
from diary.reminders.channels.email import Email
from diary.reminders.wiring import make_carriers
from diary.settings import Settings
from diary.store import figures
from diary.store.database import Unit
from diary.store.tables import Channel, ReminderState

SECONDS = 5.0
HTTPS = 443
# So many failures in a day, and more than what went well, are not bad luck.
MANY = 5
FAILED = frozenset({ReminderState.FAILED, ReminderState.UNKNOWN})
NAMES = {Channel.WEB_PUSH: "push"}


def set_up(settings: Settings) -> Iterator[Finding]:
    """Say which channels the settings set up."""
    if settings.demo:
        yield Finding("channels", Level.FINE, "demo: every reminder is printed, none is sent")
        return
    yield Finding("push", Level.FINE, f"to {', '.join(settings.push_hosts)}")
    if settings.smtp_host:
        yield Finding("email", Level.FINE, f"by {settings.smtp_host}:{settings.smtp_port}")
    else:
        yield Finding(
            "email",
            Level.WARNING,
            "not set up: who has no phone with notifications, or one that is silent, gets none",
            "set DIARY_SMTP_HOST and what else the mail server asks",
        )
    if settings.sms_url:
        yield Finding("sms", Level.FINE, f"by {urlsplit(settings.sms_url).hostname}")


def results(unit: Unit) -> Iterator[Finding]:
    """Say of each channel that fails more than it succeeds."""
    counts = figures.done(unit).counts
    for channel in Channel:
        failed = sum(counts[channel, state] for state in FAILED)
        if failed >= MANY and failed > counts[channel, ReminderState.SENT]:
            sent = counts[channel, ReminderState.SENT]
            yield Finding(
                NAMES.get(channel, channel.value),
                Level.PROBLEM,
                f"in the last 24 hours {failed} failed and {sent} were accepted",
                "run `diary doctor --online`; the reasons are in the worker's log"
                " (`reminder.handled`) and in the patients' ledgers",
            )


def online(settings: Settings) -> Iterator[Finding]:
    """Knock at the servers of the channels; a host with a star in its name is left out."""
    if settings.demo:
        return
    for host in settings.push_hosts:
        if "*" not in host:
            yield _knock("push", host, HTTPS, "let this machine out to that host, port 443")
    if settings.smtp_host:
        yield _mail(settings)
    if settings.sms_url:
        gateway = urlsplit(settings.sms_url)
        todo = "see DIARY_SMS_URL, and let this machine out to that host"
        yield _knock("sms", gateway.hostname or "", gateway.port or HTTPS, todo)


def _knock(about: str, host: str, port: int, todo: str) -> Finding:
    try:
        socket.create_connection((host, port), timeout=SECONDS).close()
    except OSError as error:
        why = error.strerror or type(error).__name__
        return Finding(about, Level.PROBLEM, f"{host}:{port} does not answer: {why}", todo)
    return Finding(about, Level.FINE, f"{host}:{port} answers")


def _mail(settings: Settings) -> Finding:
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    carrier = make_carriers(settings)[Channel.EMAIL]
    assert isinstance(carrier, Email)
    try:
        carrier.reach()
    except ChannelError as error:
        return Finding(
            "email",
            Level.PROBLEM,
            f"{where} takes no mail from us: {error.reason}",
            "see the settings DIARY_SMTP_… and the firewall; the administrator of the mail server"
            " sees why it refuses",
        )
    return Finding("email", Level.FINE, f"{where} answers, and takes mail from us")
