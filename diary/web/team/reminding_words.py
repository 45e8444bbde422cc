"""In words: what a patient gets when, and over which channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from diary.language import N_
from diary.protocol.reminding import Sending, sendings
from diary.store.consents import ConsentView
from diary.store.ladder import channels_of
from diary.store.pathways import PathwayView
from diary.store.pauses import PauseView
from diary.store.reaching import NEVER_ASKED
from diary.store.reminding import Reminding
from diary.store.tables import Channel, Purpose
from diary.store.travel import Travel
from diary.web.labels import moment_label
from diary.web.language import clock, gettext, moment_in
from diary.web.team import words


@dataclass(frozen=True, slots=True)
class MomentLine:
    """A moment, and what is sent when it is not answered."""

    moment: str
    sent: str


@dataclass(frozen=True, slots=True)
class PauseLine:
    """A pause in words; `running`: nothing is sent now."""

    first: str
    last: str
    who: str
    reason: str
    running: bool


def channels_there(found: Reminding, pushed: bool) -> tuple[Channel, ...]:
    """Return the channels by which a patient is reached, in their order."""
    return channels_of(
        pushed,
        found.email is not None and found.email_off_at is None,
        found.mobile is not None and found.sms_off_at is None,
        found.fallback,
    )


@dataclass(frozen=True, slots=True)
class OffLine:
    """Why nothing is sent over a channel; `ask`: consent for it can be written down."""

    text: str
    ask: bool


def off_lines(
    found: Reminding, said: Mapping[Purpose, ConsentView], zone: ZoneInfo
) -> list[OffLine]:
    """Return why nothing is sent over which channels that have an address.

    `said` is what the patient last told the team of each.
    """
    email, mobile = said.get(Purpose.EMAIL), said.get(Purpose.SMS)
    lines = []
    if found.email and found.email_off_at:
        lines.append(_off_line(Channel.EMAIL, found.email_off_at, email, zone))
    if found.mobile and found.sms_off_at:
        lines.append(_off_line(Channel.SMS, found.sms_off_at, mobile, zone))
    return lines


def _off_line(
    channel: Channel, off_at: datetime, said: ConsentView | None, zone: ZoneInfo
) -> OffLine:
    asked = said is not None and not said.given
    if asked:
        text = N_("Nothing is sent by %(channel)s: the patient does not agree to it.")
    elif off_at == NEVER_ASKED:
        text = N_("Nothing is sent by %(channel)s yet: consent for it is not written down.")
    else:
        text = N_(
            "The patient stopped %(channel)s on %(day)s. That stays so, for another address too, "
            "until the patient turns it on in the diary."
        )
    values = {"channel": words.channel(channel.value), "day": moment_in(off_at, zone)}
    return OffLine(gettext(text) % values, asked or off_at == NEVER_ASKED)


def preview(
    found: Reminding, pathway: PathwayView, channels: Sequence[Channel], day: date
) -> list[MomentLine]:
    """Return for each moment of a diary day what the patient gets without an answer."""
    lines = []
    for planned in pathway.plan.day(day):
        sent = sendings(
            found.used.steps,
            found.used.quiet,
            pathway.zone,
            planned.utc,
            planned.closes_utc,
            night=planned.moment.night,
        )
        silent = planned.moment.night
        said = [_said(one, pathway, channels, silent) for one in sent]
        label = moment_label(planned.moment.name)
        title = f"{clock(planned.local)} {label}"
        lines.append(MomentLine(title, ", ".join(said) or gettext("nothing: quiet hours")))
    return lines


def travel_line(travel: Travel, pathway: PathwayView) -> str:
    """Return what the patient answered when the phone stood on another time."""
    values = {
        "zone": travel.zone.replace("_", " "),
        "day": moment_in(travel.at, pathway.zone),
        "own": pathway.timezone.replace("_", " "),
    }
    if travel.call:
        return (
            gettext(
                "On %(day)s the phone stood on the time of %(zone)s, and the patient asks what to "
                "do. The diary goes by %(own)s."
            )
            % values
        )
    return (
        gettext(
            "On %(day)s the phone stood on the time of %(zone)s. The diary goes by %(own)s, "
            "which the patient finds fine."
        )
        % values
    )


def pause_line(pause: PauseView, pathway: PathwayView, running: bool) -> PauseLine:
    """Return one pause in words."""
    return PauseLine(
        first=moment_in(pause.from_at, pathway.zone),
        last=moment_in(pause.end, pathway.zone),
        who=gettext("the team") if pause.by_team else gettext("the patient"),
        reason=pause.reason or "–",
        running=running,
    )


def _said(one: Sending, pathway: PathwayView, channels: Sequence[Channel], silent: bool) -> str:
    at = clock(one.send_at.astimezone(pathway.zone))
    if not channels:
        return gettext("%(time)s nothing: no channel") % {"time": at}
    channel = channels[1] if one.other and len(channels) > 1 else channels[0]
    said = f"{at} {words.channel(channel.value)}"
    return (
        gettext("%(reminder)s without sound") % {"reminder": said}
        if silent and channel is Channel.WEB_PUSH
        else said
    )
