"""docs/csv.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from diary.exchange import columns
from diary.exchange.csv_reading import read_table
from tests.exchange.test_csv import NRS

TEXT = (Path(__file__).parents[2] / "docs" / "csv.md").read_text(encoding="utf-8")


def test_every_column_and_word_is_described() -> None:
    named = set(re.findall(r"`([a-zé_]+)`", TEXT))
    for words in (
        columns.COLUMNS_NL, columns.SITES_NL, columns.KINDS_NL, columns.SOURCES_NL,
        columns.MOMENTS_NL, columns.SCALES_NL,
    ):  # fmt: skip
        both = {str(word) for pair in words.items() for word in pair}
        assert both <= named, both - named


def test_the_examples_can_be_read() -> None:
    tables = [block for block in re.findall(r"```\n(.*?)```", TEXT, re.S) if ";" in block]
    assert len(tables) == 2
    for block in tables:
        table = read_table(block.encode(), NRS)
        assert table.problems == ()
        assert len(table.entries) == 2
