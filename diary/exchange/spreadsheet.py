"""CSV as spreadsheets write and read it: separators, byte order marks, and no formulas."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diary.language import N_

SEPARATORS = ";,\t"
# A cell that begins like this is a formula in Excel or LibreOffice (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?", re.ASCII)
GUARD = "'"
LONGEST_CELL = 1000

NOT_UTF8 = N_("The file is not UTF-8. In Excel, save it as “CSV UTF-8 (comma delimited)”.")
EMPTY = N_("The file is empty. The first line must name the columns.")
BROKEN = N_("The file is not a CSV table: a quotation mark is not closed, or a cell is too long.")


class SpreadsheetError(ValueError):
    """The file as a whole cannot be read; the message is a template for translation."""


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one row, and the number of its first line in the file (1 is the header)."""

    number: int
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        """Tell whether there is nothing in it: spreadsheets leave such rows at the end."""
        return not any(cell.strip() for cell in self.cells)


def read_lines(data: bytes) -> list[Line]:
    """Return the rows of a CSV file, header first, blank ones left out.

    UTF-8 with or without byte order mark; the separator (semicolon, comma or tab) is the one that
    the header uses most. A guarded cell loses its guard. Raises SpreadsheetError.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpreadsheetError(NOT_UTF8) from error
    if "\0" in text:
        raise SpreadsheetError(NOT_UTF8)
    lines = [line for line in _rows(text) if not line.is_blank]
    if not lines:
        raise SpreadsheetError(EMPTY)
    return lines


def _rows(text: str) -> Iterator[Line]:
    header = text.lstrip().partition("\n")[0]
    separator = max(SEPARATORS, key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    try:
        for cells in rows:
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise SpreadsheetError(BROKEN)
            yield Line(number, [_unguarded(cell) for cell in cells])
            number = rows.line_num + 1
    except csv.Error as error:
        raise SpreadsheetError(BROKEN) from error


def write_lines(rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV file that Excel opens by double click: UTF-8 with mark, semicolons, CR LF.

    Cells that a spreadsheet would take for a formula are guarded with an apostrophe.
    """
    return codecs.BOM_UTF8 + more_lines(rows)


def more_lines(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows to put behind what `write_lines` gave, for a file too long to hold at once."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_guarded(cell) for cell in row])
    return text.getvalue().encode()


def _guarded(cell: str) -> str:
    # What looks guarded already gets one more, so that reading gives back what was written.
    return GUARD + cell if _is_formula(cell) and not NUMBER.fullmatch(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith(GUARD) and _is_formula(cell) else cell


def _is_formula(cell: str) -> bool:
    bare = cell.lstrip(GUARD)
    return bare.startswith(FORMULA) or bare.lstrip().startswith(FORMULA)
