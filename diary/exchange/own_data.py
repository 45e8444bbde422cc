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
    looks: Sequence[Sequence[str]],
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    language: str,
    at: datetime,
) -> bytes:
    """Return the zip; the same arguments give the same bytes.

    `readme` and `looks` (the lines of who looked, the heading first) come in the patient's words;
    `rows` are JSON values; `at` (wall clock) is the time that the files carry.
    """
    files = {README: readme.encode()}
    if case is not None:
        files[TABLE] = write_table(case, language if language in LANGUAGES else "en")
        files[CASE] = write_case(case)
    files[LOOKS] = write_lines(looks)
    files[ROWS] = (json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode()
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content)
    return packed.getvalue()
