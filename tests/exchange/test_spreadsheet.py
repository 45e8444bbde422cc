"""CSV as people save it, and no formula that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from diary.exchange.spreadsheet import (
    BROKEN,
    EMPTY,
    NOT_UTF8,
    SpreadsheetError,
    read_lines,
    write_lines,
)

CELL = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\0"), max_size=8
) | st.sampled_from(
    ["=1+1", "'=1", "''-x", "-5", "-x", "+31 6", "@a", " =1", "'", "a;b", 'a"b', "a\nb"]
)


@example([['"=1+1', '"-x']])
@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=5))
def test_what_is_written_is_read_and_nothing_is_a_formula(rows: list[list[str]]) -> None:
    rows = [["dag", "been"], *rows]
    data = write_lines(rows)
    assert [line.cells for line in read_lines(data)] == [
        row for row in rows if any(cell.strip() for cell in row)
    ]
    # As a spreadsheet takes it apart.
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"):
        for text in row:
            assert not text.lstrip().startswith(("=", "+", "@"))
            assert not text.startswith("-") or text.replace(",", "").replace(".", "")[1:].isdigit()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_way_to_save_it(mark: bytes, separator: str, ending: str) -> None:
    table = ending.join(separator.join(row) for row in [("dag", "been"), ("1", "2"), ("", "")])
    lines = read_lines(mark + (table + ending).encode())
    assert [(line.number, line.cells) for line in lines] == [(1, ["dag", "been"]), (2, ["1", "2"])]


def test_line_numbers_are_those_of_an_editor() -> None:
    lines = read_lines(b'a;b\n\n1;"two\nlines"\n3;4\n')
    assert [line.number for line in lines] == [1, 3, 5]


@pytest.mark.parametrize(
    "data, message",
    [
        (b"", EMPTY),
        (b"\n;;\n", EMPTY),
        ("dag;pijn\n1;é".encode("cp1252"), NOT_UTF8),
        ("dag;been\n1;2".encode("utf-16"), NOT_UTF8),
        (b"PK\x03\x04\0\0", NOT_UTF8),
        (b'dag;been\n1;"open', BROKEN),
        (b"dag;been\n1;" + b"9" * 5000, BROKEN),
    ],
)
def test_what_is_no_table(data: bytes, message: str) -> None:
    with pytest.raises(SpreadsheetError) as caught:
        read_lines(data)
    assert str(caught.value) == message
