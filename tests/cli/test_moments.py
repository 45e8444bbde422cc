"""`diary moments`, as its users call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from diary.cli.moments import moments
from tests.protocol.building import INTAKE, NIGHT, THREE, TRIAL, case


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(moments, arguments, input=given, catch_exceptions=False)


def lines(value: dict[str, Any]) -> list[dict[str, str]]:
    result = run("-", given=json.dumps(value))
    assert (result.exit_code, result.stderr) == (0, "")
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_moment_of_every_phase_day_in_time_order() -> None:
    extended = {**TRIAL, "extended_to": "2026-03-27"}
    found = lines(case([], phases=[extended, INTAKE]))
    assert len(found) == 3 * (4 + 18)
    assert found[0] == {
        "diary_day": "2026-03-02",
        "moment": "morning",
        "local": "2026-03-02T08:00:00+01:00",
        "utc": "2026-03-02T07:00:00Z",
        "opens_utc": "2026-03-02T06:00:00Z",
        "closes_utc": "2026-03-02T09:00:00Z",
    }
    assert [line["utc"] for line in found] == sorted(line["utc"] for line in found)


def test_a_night_in_which_the_clock_jumps() -> None:
    phase = {"kind": "intake", "first_day": "2026-03-28", "last_day": "2026-03-28"}
    night = lines(case([], phases=[phase], moments=[*THREE, {**NIGHT, "time": "02:30"}]))[-1]
    assert night["diary_day"] == "2026-03-28"
    assert night["local"] == "2026-03-29T03:30:00+02:00"
    assert night["closes_utc"] == "2026-03-29T02:00:00Z"


def test_no_phases_no_moments() -> None:
    assert lines(case([], phases=[])) == []


@pytest.mark.parametrize(
    "text,message",
    [
        ("{}", "/case: required"),
        ("{}\n{}", "-: must hold one case, not 2"),
        ("", "(the whole case): is not JSON: Expecting value (line 1, column 1)"),
    ],
)
def test_what_is_wrong_is_said_on_one_line(text: str, message: str) -> None:
    result = run("-", given=text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[0] == message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = run(str(tmp_path / "none.json"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{tmp_path}/none.json: No such file or directory\n"
    assert run(str(tmp_path / "none.jsonl")).exit_code == 2


def test_help_has_examples() -> None:
    assert "diary moments case.json" in run("--help").stdout
