"""E-mail over any SMTP server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Literal
from urllib.parse import urlsplit

from diary.language import catalogue, is_right_to_left
from diary.reminders.channels.base import (
    About,
    Address,
    MailAddress,
    Message,
    OutcomeUnknownError,
    PermanentError,
    TemporaryError,
)

TIMEOUT = 15.0
# The link to stop is longer than a line: folded, Python would encode it and no program find it.
UNFOLDED = SMTP.clone(max_line_length=998)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where and as whom to send; without a `user` there is no sign-in.

    `security`: "starttls" (refuses to go on when the server has none), "tls" from the first byte,
    or "none" for a relay on the same machine.
    """

    host: str
    port: int
    sender: str
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""


class Email:
    """Sends the reminder as text and HTML, one connection per message.

    `stop_link` makes the link with which its receiver stops these mails (RFC 8058).
    """

    def __init__(self, server: MailServer, stop_link: Callable[[About], str]) -> None:
        self._server = server
        self._stop_link = stop_link
        self._tls = ssl.create_default_context()

    def send(self, message: Message, address: Address) -> None:
        """Send `message` to one patient; see `Carrier.send`."""
        assert isinstance(address, MailAddress)
        if not address.email.isascii() or any(mark in address.email for mark in "\r\n<> "):
            raise PermanentError("mail_bad_address")
        stop = self._stop_link(message.about) if message.about else None
        mail = compose(message, address.email, self._server.sender, stop)
        content = mail.as_bytes(policy=UNFOLDED)
        smtp = self._connected()
        try:
            _hand_over(smtp, self._server.sender, address.email, content)
        finally:
            # Accepted is accepted, however the goodbye goes.
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()

    def door(self, address: Address) -> str:
        """Return the mail server's name."""
        return self._server.host

    def reach(self) -> None:
        """Connect and log in, and send nothing; raises TemporaryError like `send`."""
        smtp = self._connected()
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        try:
            smtp = self._dialled()
        except (smtplib.SMTPException, OSError) as error:
            raise TemporaryError("mail_no_connection", silent=True) from error
        try:
            if server.security == "starttls":
                smtp.starttls(context=self._tls)
            if server.user:
                smtp.login(server.user, server.password)
        except (smtplib.SMTPException, OSError) as error:
            smtp.close()
            raise TemporaryError(_why_not(error)) from error
        return smtp

    def _dialled(self) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=self._tls)
        return smtplib.SMTP(host, port, timeout=TIMEOUT)


def compose(message: Message, recipient: str, sender: str, stop: str | None = None) -> EmailMessage:
    """Return the mail; the same (prompt, step) always has the same Message-ID.

    `stop` is the link that stops these mails; a test that somebody asked for has none.
    """
    mail = EmailMessage(policy=SMTP)
    words = message.words
    mail["From"] = sender
    mail["To"] = recipient
    mail["Subject"] = words.subject
    mail["Date"] = format_datetime(message.now)
    host = urlsplit(message.link).hostname or "localhost"
    mail["Message-ID"] = f"<{message.prompt_id.hex}.{message.step}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    parts = [words.greeting, words.body, message.link, words.closing]
    if stop:
        mail["List-Unsubscribe"] = f"<{stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        parts.append(f"{_stop_words(words.language)} {stop}")
    mail.set_content("\n\n".join(parts) + "\n", cte="quoted-printable")
    mail.add_alternative(_html(message, stop), subtype="html", cte="quoted-printable")
    # At the end: what comes before moves into the first part with the other content headers.
    mail["Content-Language"] = words.language
    return mail


def _stop_words(language: str) -> str:
    return catalogue(language).gettext("No more reminders by e-mail:")


def _html(message: Message, stop: str | None) -> str:
    words = message.words
    link = escape(message.link)
    leave = ""
    if stop:
        said = escape(_stop_words(words.language))
        leave = f'<p><small>{said} <a href="{escape(stop)}">{escape(stop)}</a></small></p>\n'
    direction = "rtl" if is_right_to_left(words.language) else "ltr"
    return (
        f'<!doctype html>\n<html lang="{escape(words.language)}" dir="{direction}">\n'
        f'<head><meta charset="utf-8"><title>{escape(words.subject)}</title></head>\n'
        '<body style="font-family: sans-serif; font-size: 18px; line-height: 1.5">\n'
        f"<p>{escape(words.greeting)}</p>\n<p>{escape(words.body)}</p>\n"
        f'<p><a href="{link}">{escape(words.button)}</a></p>\n'
        f"<p>{escape(words.closing)}</p>\n{leave}</body>\n</html>\n"
    )


def _why_not(error: Exception) -> str:
    """Return the reason code of an error between the greeting and the first command."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "mail_sign_in"
    if isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLError):
        return "mail_no_tls"
    return "mail_no_connection"


def _hand_over(smtp: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> None:
    # Step by step, because only an error before DATA is surely an error without a mail.
    try:
        smtp.ehlo_or_helo_if_needed()
        _accepted(smtp.mail(sender), "mail_sender")
        _accepted(smtp.rcpt(recipient), "mail_recipient")
    except (smtplib.SMTPException, OSError) as error:
        raise TemporaryError("mail_no_connection") from error
    try:
        _accepted(smtp.data(content), "mail_content")
    except smtplib.SMTPDataError as error:
        # The server did not let the content come (no 354).
        _accepted((error.smtp_code, b""), "mail_content")
    except (smtplib.SMTPException, OSError) as error:
        raise OutcomeUnknownError("mail_no_answer") from error


def _accepted(answer: tuple[int, bytes], reason: str) -> None:
    code = answer[0]
    if 200 <= code < 300:
        return
    if 400 <= code < 500:
        raise TemporaryError(f"{reason}_{code}")
    raise PermanentError(f"{reason}_{code}")
