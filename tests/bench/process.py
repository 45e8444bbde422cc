"""`diary assess` as a whole process, over a bare interpreter."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.cases import month_case
from tests.bench.measure import Result, seconds_of_both

LIMIT_SECONDS = 0.25


def run() -> Iterator[Result]:
    """Compare one case through the command line with `python -c pass`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.json"
        path.write_text(json.dumps(month_case()), encoding="utf-8")
        ours, floor = seconds_of_both(
            lambda: _python("-m", "diary", "assess", str(path)), lambda: _python("-c", "pass")
        )
    over = ours - floor
    yield Result(
        "diary assess, one case, whole process (s over python -c pass)",
        round(ours, 4),
        round(floor, 4),
        round(ours / floor, 2),
        f"ours - floor <= {LIMIT_SECONDS}",
        over <= LIMIT_SECONDS,
    )


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
