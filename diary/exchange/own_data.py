"""The patient's own copy: one zip with the diary as a table, as a case file, and all the rows."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from diary.exchange.case_files import write_case
from diary.exchange.columns import LANGUAGES
from diary.exchange.csv_writing import write_table
from diary.exchange.spreadsheet import write_lines
from diary.protocol.pathway import Case

README = "README.txt"
TABLE = "diary.csv"
CASE = "diary.json"
LOOKS = "access.csv"
ROWS = "everything.json"


def write_copy(
    *,
    readme: str,
    case: Case | None,
    earlier: Sequence[Case] = (),
    looks: Sequence[Sequence[str]],
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    language: str,
    at: datetime,
) -> bytes:
    """Return the zip; the same arguments give the same bytes.

    `case` is the last diary, `earlier` are those that were closed before it, in time order.
    `readme` and `looks` (the lines of who looked, the heading first) come in the patient's words;
    `rows` are JSON values; `at` (wall clock) is the time that the files carry.
    """
    files = {README: readme.encode()}
    for number, one in enumerate(earlier, 1):
        files |= _diary(one, language, number)
    if case is not None:
        files |= _diary(case, language)
    files[LOOKS] = write_lines(looks)
    files[ROWS] = (json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode()
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content)
    return packed.getvalue()


def numbered(name: str, number: int) -> str:
    """Return the name of the same file of an earlier diary, the first of which is 1."""
    stem, dot, suffix = name.partition(".")
    return f"{stem}-{number}{dot}{suffix}"


def _diary(case: Case, language: str, number: int | None = None) -> dict[str, bytes]:
    names = [name if number is None else numbered(name, number) for name in (TABLE, CASE)]
    table = write_table(case, language if language in LANGUAGES else "en")
    return dict(zip(names, (table, write_case(case)), strict=True))
