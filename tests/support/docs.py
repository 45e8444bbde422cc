"""Keeps the documents true: `python -m tests.support.docs [--update]`.

Checks that every relative link leads somewhere, that every `make` target and `diary` verb that a
document names exists, and that docs/settings.md says what diary/settings.py says.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic_core import PydanticUndefined

from diary.cli.main import VERBS
from diary.settings import Settings

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "docs" / "settings.md"
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
MAKE = re.compile(r"`make ([a-z-]+)")
VERB = re.compile(r"`(?:\.venv/bin/)?diary ([a-z-]+)")
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)


def documents() -> list[Path]:
    """Return every Markdown file of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def problems() -> Iterator[str]:
    """Yield one line for each thing that a document says and that is not so."""
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    for path in documents():
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT)
        for link in LINK.findall(text):
            if not (path.parent / link).exists():
                yield f"{name}: leads nowhere: {link}"
        for target in set(MAKE.findall(text)) - targets:
            yield f"{name}: there is no `make {target}`"
        for verb in set(VERB.findall(text)) - set(VERBS):
            yield f"{name}: there is no `diary {verb}`"
    if not SETTINGS.is_file() or SETTINGS.read_text(encoding="utf-8") != settings_table():
        yield "docs/settings.md is not in step: python -m tests.support.docs --update"


def settings_table() -> str:
    """Return docs/settings.md, made from the settings themselves."""
    lines = [
        "# Settings",
        "",
        "Environment variables, or the same names in the file that `diary init` writes",
        "(`diary.env` in the working directory; `DIARY_SETTINGS` names another). What has no",
        "default must be set, or nothing starts. Made from `diary/settings.py`.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = "**required**" if field.default is PydanticUndefined else _shown(field.default)
        lines.append(f"| `DIARY_{name.upper()}` | {default} | {field.description or ''} |")
    return "\n".join(lines) + "\n"


def _shown(value: object) -> str:
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return f"`{text}`" if text and text != "*" * 10 else "empty"


def main() -> int:
    """Check the documents, or write those that are made from the code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="write docs/settings.md")
    if parser.parse_args().update:
        SETTINGS.write_text(settings_table(), encoding="utf-8")
    wrong = list(problems())
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"docs: {len(documents())} documents, {len(wrong)} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
