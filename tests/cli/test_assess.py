"""`diary assess`, as its users call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from diary.cli.assess import assess
from tests.protocol.building import AFTER, BEFORE, case, diary

GOOD = case([*diary(BEFORE, 8), *diary(AFTER, 4)])
BAD = {**GOOD, "scale": "x", "colour": 1}


def run(*arguments: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(assess, arguments, input=given, catch_exceptions=False)


def write(path: Path, *cases: Any) -> str:
    path.write_text("\n".join(json.dumps(one) for one in cases))
    return str(path)


def test_one_case(tmp_path: Path) -> None:
    result = run(write(tmp_path / "a.json", GOOD))
    assert (result.exit_code, result.stderr) == (0, "")
    (verdict,) = json.loads(result.stdout)["verdicts"]
    assert (verdict["status"], verdict["reduction"]["shown"]) == ("reached", "50.0 %")


def test_one_case_for_people(tmp_path: Path) -> None:
    result = run("--format", "text", write(tmp_path / "a.json", GOOD))
    assert result.exit_code == 0
    assert "Trial stimulation, leg (primary): REACHED" in result.stdout
    assert "That is 50.0 % less; 50 % less is needed." in result.stdout


def test_one_case_for_people_who_read_dutch(tmp_path: Path) -> None:
    result = run("--format", "text", "--language", "nl", write(tmp_path / "a.json", GOOD))
    assert result.exit_code == 0
    assert "8,0" in result.stdout
    assert "8.0" not in result.stdout


def test_a_bad_case_names_every_problem_on_its_own_line(tmp_path: Path) -> None:
    result = run(write(tmp_path / "a.json", BAD))
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert lines == ["/colour: unknown key", "/scale: must be one of: nrs, vas"]
    pointers = [problem["pointer"] for problem in json.loads(result.stdout)["problems"]]
    assert pointers == ["/colour", "/scale"]
    assert run("--format", "text", str(tmp_path / "a.json")).stdout == ""


def test_many_cases_give_one_line_each_in_order(tmp_path: Path) -> None:
    one = write(tmp_path / "a.jsonl", GOOD, "", BAD, GOOD)
    two = write(tmp_path / "b.json", GOOD)
    result = run(one, str(tmp_path / "none.json"), str(tmp_path), two)
    assert result.exit_code == 2
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert ["problems" in line for line in found] == [False, True, True, False, False]
    assert result.stderr.splitlines() == [
        f"{one}:2: (the whole case): must be an object",
        f"{one}:3: /colour: unknown key",
        f"{one}:3: /scale: must be one of: nrs, vas",
        f"{tmp_path}/none.json: No such file or directory",
        f"{tmp_path}: Is a directory",
    ]


def test_several_files_are_told_apart_in_text_and_problems(tmp_path: Path) -> None:
    one, two = write(tmp_path / "a.json", GOOD), write(tmp_path / "b.json", BAD)
    result = run("--format", "text", one, two)
    assert result.stdout.startswith(f"{one}: Protocol nva-2020")
    assert result.stderr.startswith(f"{two}: /colour")


PEAK = """
import sys
from diary.cli.main import main
try:
    main(["assess", sys.argv[1]])
finally:
    with open("/proc/self/status") as status:
        sys.stderr.write(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
def test_a_file_of_any_length_takes_the_memory_of_one_case(tmp_path: Path) -> None:
    # Each in another year, so that whatever is remembered of days has to grow.
    text = json.dumps(GOOD)
    cases = [json.loads(text.replace("2026-", f"{2000 + year % 180}-")) for year in range(900)]
    kilobytes = []
    for count in (90, 900):
        program = [sys.executable, "-c", PEAK, write(tmp_path / "a.jsonl", *cases[:count])]
        result = subprocess.run(program, capture_output=True, check=True)
        assert result.stdout.count(b"\n") == count
        kilobytes.append(int(result.stderr))
    assert kilobytes[1] < kilobytes[0] + 3000


def test_blank_lines_are_no_cases(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(f"\n{json.dumps(GOOD)}\n\n")
    assert len(run(str(file)).stdout.splitlines()) == 1


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("count", [1, 2])
def test_standard_input_holds_one_case_or_one_a_line(indent: int | None, count: int) -> None:
    given = "\n".join([json.dumps(GOOD, indent=indent)] * count).encode()
    result = run("-", given=given)
    good = count == 1 or indent is None
    assert result.exit_code == (0 if good else 2)
    assert len(result.stdout.splitlines()) == (count if good else 1)


@pytest.mark.parametrize(
    "text",
    [b"", b"\xff\xff", b"[" * 100_000, b'{"as_of": NaN}', b"1" * 100_000, b'{"\\ud800": "\\ud800"}']
    + [json.dumps({**GOOD, "as_of": value}).encode() for value in ("\ud800", 1e300, [], None)],
)
def test_nothing_gives_a_traceback(text: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(text)
    result = run(str(file))
    assert result.exit_code == 2
    assert result.stderr.endswith("\n")
    assert "Traceback" not in result.stderr


def test_help_has_examples() -> None:
    assert "diary assess --format text case.json" in run("--help").stdout


PROGRAM = """
import sys
from diary.cli.main import main
try:
    main(["{verb}", sys.argv[1]])
finally:
    heavy = {{"flask", "sqlmodel", "sqlalchemy", "pydantic", "matplotlib", "apscheduler"}}
    sys.stderr.write(",".join(sorted(heavy & sys.modules.keys())))
"""


@pytest.mark.parametrize("verb", ["assess", "moments"])
def test_neither_command_loads_the_web_the_store_or_the_charts(verb: str, tmp_path: Path) -> None:
    program = [sys.executable, "-c", PROGRAM.format(verb=verb), write(tmp_path / "a.json", GOOD)]
    # A terminal that knows no minus sign is no reason to fail either.
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    result = subprocess.run(program, capture_output=True, check=False, env=environment)
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.startswith(b"{")
