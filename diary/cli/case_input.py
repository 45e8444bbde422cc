"""Case files on the command line: one case in a file, or one a line in a .jsonl file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

import click


class CaseText(NamedTuple):
    """The text of one case; `line` is its line in a file that holds one case a line."""

    text: bytes
    line: int | None


def case_texts(name: str) -> Iterator[CaseText]:
    """Yield the text of each case in the file `name`, or in standard input for "-".

    Lines are read one by one: a file of any length takes the memory of one case. Standard input
    holds one case a line when its first line is a whole object and not the only line. Raises
    OSError.
    """
    if name == "-":
        yield from _piped(sys.stdin.buffer)
    elif name.endswith(".jsonl"):
        with Path(name).open("rb") as file:
            yield from _lines(file)
    else:
        yield CaseText(Path(name).read_bytes(), None)


def _piped(stream: BinaryIO) -> Iterator[CaseText]:
    first, second = stream.readline(), stream.readline()
    whole = first.strip().startswith(b"{") and first.strip().endswith(b"}")
    if whole and second:
        yield from _lines(chain([first, second], stream))
    else:
        yield CaseText(first + second + stream.read(), None)


def _lines(lines: Iterator[bytes]) -> Iterator[CaseText]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield CaseText(line, number)


def say(text: str, err: bool = False) -> None:
    """Print `text` as UTF-8 whatever the terminal's encoding is, so that no sign can fail."""
    click.echo(text.encode("utf-8", "backslashreplace"), err=err)


def why(error: OSError) -> str:
    """Return in a few words why a file could not be read."""
    return error.strerror or "cannot be read"
