"""The command `diary`: one lazy group, so that `diary assess` starts without web or charts."""

from __future__ import annotations

import keyword
from importlib import import_module

import click

import diary

# verb → what it does. The module `diary.cli.VERB` holds a click command of the module's own name
# ("-" becomes "_", and a Python keyword gets one at its end).
VERBS = {
    "assess": "What the protocol says of a diary in a file.",
    "moments": "The planned measurements of a diary in a file.",
    "init": "Make keys, database and the first administrator.",
    "upgrade": "Bring the database up to this version.",
    "serve": "Serve the web application.",
    "worker": "Send the reminders.",
    "doctor": "Say what is wrong with this installation, and what to do.",
    "invite": "Print a new activation code for a patient.",
    "welcome": "Print a new welcome link for a colleague who cannot sign in.",
    "import": "Read a diary into the store.",
    "export": "Write a patient's diary to a file.",
    "demo-data": "Make invented patients.",
}


class LazyGroup(click.Group):
    """A group that imports the module of a verb only when that verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all verbs, in the order in which a newcomer meets them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command of `cmd_name`, or None when there is no such verb."""
        if cmd_name not in VERBS:
            return None
        name = cmd_name.replace("-", "_")
        if keyword.iskeyword(name):
            name += "_"
        command = getattr(import_module(f"diary.cli.{name}"), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(diary.__version__, prog_name="diary")
def main() -> None:
    """Pijndagboek: the pain diary of a neuromodulation centre.

    \b
    Examples:
      diary assess case.json             what the protocol says of one diary
      diary moments case.json            when that patient is asked to measure
      diary init && diary serve --with-worker
    """
