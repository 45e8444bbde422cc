"""docs/accessibility.md has a row for each criterion of WCAG 2.2 A and AA, and names real tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# By guideline, the numbers of its criteria at level A or AA (4.1.1 is gone since WCAG 2.2).
CRITERIA = {
    "1.1": (1,),
    "1.2": (1, 2, 3, 4, 5),
    "1.3": (1, 2, 3, 4, 5),
    "1.4": (1, 2, 3, 4, 5, 10, 11, 12, 13),
    "2.1": (1, 2, 4),
    "2.2": (1, 2),
    "2.3": (1,),
    "2.4": (1, 2, 3, 4, 5, 6, 7, 11),
    "2.5": (1, 2, 3, 4, 7, 8),
    "3.1": (1, 2),
    "3.2": (1, 2, 3, 4, 6),
    "3.3": (1, 2, 3, 4, 7, 8),
    "4.1": (2, 3),
}
ROW = re.compile(r"^\| (\d\.\d\.\d+) [^|]+\| (\w+) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`((?:tests|templates|static|diary)/[\w/.-]+?)(?:::(\w+))?`")


@pytest.fixture
def document() -> str:
    return (ROOT / "docs" / "accessibility.md").read_text(encoding="utf-8")


def test_every_criterion_has_one_row_with_evidence(document: str) -> None:
    rows = ROW.findall(document)
    wanted = [f"{guideline}.{one}" for guideline, all_ in CRITERIA.items() for one in all_]
    assert [number for number, _, _ in rows] == wanted
    for number, status, evidence in rows:
        assert status in {"met", "none", "open"}, number
        assert NAMED.search(evidence) or status != "met", f"{number}: met by what?"


def test_every_test_and_file_that_it_names_exists(document: str) -> None:
    missing = []
    for path, name in NAMED.findall(document):
        file = ROOT / path
        if not file.exists() or (name and f"def {name}(" not in file.read_text(encoding="utf-8")):
            missing.append(f"{path}::{name}")
    assert missing == []
