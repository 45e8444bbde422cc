"""The command `diary`: one lazy group, so that `diary assess` starts without web or charts."""

from __future__ import annotations

from importlib import import_module

import click

import diary

# verb → module that holds a click command of the same name ("-" becomes "_").
VERBS = {
    "assess": "diary.cli.assess",
    "moments": "diary.cli.moments",
    "serve": "diary.cli.serve",
    "worker": "diary.cli.worker",
    "init": "diary.cli.init",
    "upgrade": "diary.cli.upgrade",
    "demo-data": "diary.cli.demo_data",
    "invite": "diary.cli.invite",
    "export": "diary.cli.export",
    "import": "diary.cli.import_",
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
        module = import_module(VERBS[cmd_name])
        name = module.__name__.rpartition(".")[2]
        command = getattr(module, name)
        assert isinstance(command, click.Command)
        return command


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
