"""A channel that shows the reminder on the terminal: for the demo, and for trying things out."""

from __future__ import annotations

import click

from diary.reminders.channels.base import Address, MailAddress, Message


class Console:
    """Prints what a patient would have received; the address itself is not shown."""

    def door(self, address: Address) -> str:
        """Return the name of the terminal."""
        return "console"

    def send(self, message: Message, address: Address) -> None:
        """Print `message`; this never fails."""
        kind = "e-mail" if isinstance(address, MailAddress) else "push"
        words = message.words
        click.echo(f"[{kind}, step {message.step + 1}] {words.title}: {words.body} {message.link}")
