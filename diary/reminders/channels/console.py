"""A channel that shows the reminder on the terminal: for the demo, and for trying things out."""

from __future__ import annotations

import click

from diary.reminders.channels.base import Address, MailAddress, Message, MobileNumber, PushAddress

KINDS = {MailAddress: "e-mail", MobileNumber: "sms", PushAddress: "push"}


class Console:
    """Prints what a patient would have received; the address itself is not shown."""

    def door(self, address: Address) -> str:
        """Return the name of the terminal."""
        return "console"

    def send(self, message: Message, address: Address) -> None:
        """Print `message`; this never fails."""
        words, kind = message.words, KINDS[type(address)]
        click.echo(f"[{kind}, step {message.step + 1}] {words.title}: {words.body} {message.link}")
