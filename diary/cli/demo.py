"""What `make demo` runs: `python -m diary.cli.demo FOLDER` makes and serves a demonstration."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from diary.cli.demo_data import demo_data
from diary.cli.init import write_settings
from diary.cli.problems import told_in_one_line
from diary.cli.serve import serve
from diary.cli.upgrade import upgrade


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@told_in_one_line
def demo(folder: Path, port: int) -> None:
    """Make invented patients in FOLDER, whose content is thrown away first, and serve them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    file = folder / "diary.env"
    base_url = f"http://127.0.0.1:{port}"
    write_settings(file, f"sqlite:///{folder.resolve() / 'diary.db'}", base_url, "demo@localhost")
    with file.open("a", encoding="utf-8") as settings:
        settings.write("DIARY_DEMO=true\n")
    os.environ["DIARY_SETTINGS"] = str(file)
    upgrade.main([], standalone_mode=False)
    demo_data.main([], standalone_mode=False)
    click.echo("\nAll patients are invented. Stop with Ctrl-C; reminders are printed below.\n")
    serve.main(["--port", str(port), "--with-worker"], standalone_mode=False)


if __name__ == "__main__":
    demo()
