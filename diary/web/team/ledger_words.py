"""The ledger's words: what became of a prompt, and how far each reminder for it came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from diary.language import N_
from diary.store.ledger import Line, Step
from diary.store.prompt_states import Delivery, PromptState, Why
from diary.store.tables import Channel, Receipt, ReminderState
from diary.web.language import clock, gettext

STATES: Mapping[PromptState, str] = {
    PromptState.AHEAD: N_("still to come"),
    PromptState.OPEN: N_("still open"),
    PromptState.ANSWERED: N_("answered in time"),
    PromptState.ANSWERED_LATE: N_("answered afterwards"),
    PromptState.TAKEN_BACK: N_("answer taken back"),
    PromptState.NOT_ANSWERED: N_("reminded, not answered"),
    PromptState.NOT_DELIVERED: N_("not delivered"),
    PromptState.NOT_ASKED: N_("not asked"),
    PromptState.CANCELLED: N_("cancelled"),
}
WHYS: Mapping[Why, str] = {
    Why.SILENT: N_("accepted, and never shown on the phone"),
    Why.UNKNOWN: N_("nobody knows whether it was sent"),
    Why.FAILED: N_("sending failed"),
    Why.PAUSE: N_("reminders were paused"),
    Why.QUIET_HOURS: N_("quiet hours"),
    Why.NO_CHANNEL: N_("there was no phone or address to remind on"),
    Why.SYSTEM_DOWN: N_("the system was down"),
}
TONES: Mapping[PromptState, tuple[str, str]] = {
    PromptState.AHEAD: ("·", "plain"),
    PromptState.OPEN: ("◔", "plain"),
    PromptState.ANSWERED: ("✓", "good"),
    PromptState.ANSWERED_LATE: ("✓", "plain"),
    PromptState.TAKEN_BACK: ("↶", "plain"),
    PromptState.NOT_ANSWERED: ("–", "warn"),
    PromptState.NOT_DELIVERED: ("✕", "bad"),
    PromptState.NOT_ASKED: ("✕", "bad"),
    PromptState.CANCELLED: ("·", "plain"),
}
CHANNELS: Mapping[Channel, str] = {
    Channel.WEB_PUSH: N_("notification"),
    Channel.EMAIL: N_("e-mail"),
    Channel.SMS: N_("SMS"),
}
IN_VAIN: Mapping[ReminderState, str] = {
    ReminderState.UNKNOWN: N_("perhaps sent"),
    ReminderState.FAILED: N_("failed"),
    ReminderState.EXPIRED: N_("not sent"),
    ReminderState.CANCELLED: N_("not sent"),
}
REASONS: Mapping[str, str] = {
    "no_address": N_("there was no address any more"),
    "channel_not_set_up": N_("this centre has not set this channel up"),
    "too_late": N_("too late: the time for it had passed"),
    "worker_died": N_("the sender stopped while it was sending"),
    "answered": N_("the answer was there"),
    "paused": N_("reminders were paused"),
    "server_slow": N_("the server was too slow"),
}
# The beginning of a reason, for all that a channel can say.
KINDS_OF_REASON: Mapping[str, str] = {
    "mail": N_("the mail server did not take it"),
    "push": N_("the notification service did not take it"),
    "sms": N_("the SMS gateway did not take it"),
    "status": N_("the service refused it"),
    "server": N_("the server did not answer"),
    "error": N_("an error in the diary itself"),
    "poison": N_("an error in the diary itself"),
}


def state(line: Line) -> str:
    """Return what became of a prompt."""
    return gettext(STATES[line.fate.state])


def why(line: Line) -> str:
    """Return why it was not delivered or not asked; empty of all other prompts."""
    return gettext(WHYS[line.fate.why]) if line.fate.why else ""


def step(found: Step, zone: ZoneInfo, *, closed: bool) -> str:
    """Return how far one reminder came: "notification: accepted 08:00, shown 08:00"."""
    parts = ", ".join(_parts(found, zone, closed=closed))
    return f"{gettext(CHANNELS[found.channel])}: {parts}"


def _parts(found: Step, zone: ZoneInfo, *, closed: bool) -> Iterator[str]:
    yield _sent(found, zone)
    if found.shown_at is not None:
        yield _at(N_("shown %(time)s"), found.shown_at, zone)
    if found.opened_at is not None:
        yield _at(N_("opened %(time)s"), found.opened_at, zone)
    if found.receipt is Receipt.DELIVERED and found.receipt_at is not None:
        yield _at(N_("arrived %(time)s"), found.receipt_at, zone)
    if found.receipt is Receipt.FAILED:
        yield gettext("did not arrive")
    if closed and found.delivery(closed=True) is Delivery.SILENT:
        yield gettext("never shown")


def _sent(found: Step, zone: ZoneInfo) -> str:
    match found.state:
        case ReminderState.SENT:
            return _at(N_("accepted %(time)s"), found.done_at or found.send_at, zone)
        case ReminderState.PLANNED if found.attempts:
            again = _at(N_("again at %(time)s"), found.send_at, zone)
            return f"{again} ({_reason(found.reason)})"
        case ReminderState.PLANNED:
            return _at(N_("planned for %(time)s"), found.send_at, zone)
        case ReminderState.CLAIMED:
            return gettext("being sent")
        case _:
            return f"{gettext(IN_VAIN[found.state])} ({_reason(found.reason)})"


def _reason(code: str | None) -> str:
    if code is None:
        return gettext("no reason known")
    word = REASONS.get(code)
    if word is not None:
        return gettext(word)
    kind = KINDS_OF_REASON.get(code.partition("_")[0])
    return f"{gettext(kind)}: {code}" if kind else code


def _at(template: str, instant: datetime, zone: ZoneInfo) -> str:
    return gettext(template) % {"time": clock(instant.astimezone(zone))}
