"""`python -m tests.support.mutants`: would a test notice if the protocol were different?

mutmut changes `diary/protocol/` in thousands of small ways and tries each change in a fork of a
process that has imported everything, with the quick tests. A change in what runs on import (the
tables of items and criteria) is not awake there. So what survives is tried again, in a fork that
has not imported the product yet. What then survives stands in docs/mutants.md with the reason, or
is named here. Tests with drawn examples stay out: they notice more, and never twice the same.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[2]
COPY = ROOT / "mutants"
REASONS = ROOT / "docs" / "mutants.md"
NEEDED = 0.95
SURVIVED = 0
# A test failed, a module could not be imported, or the tests never came to an end.
NOTICED = (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED, -signal.SIGALRM)
FAILED_HERE = 70
UNCHANGED = "diary.protocol.cases.x_assess__mutmut_0"
LONGEST = 120
TESTS = ("tests/protocol", "tests/naive")
# Every key and every word: what they do not see, the others hardly do.
FIRST = ["tests/protocol/test_whole_results.py"]
QUICK = ["-m", "not hypothesis"]


@dataclass(frozen=True)
class Mutant:
    """A change of the protocol, by mutmut's name for it."""

    name: str

    @property
    def function(self) -> str:
        """The module and the function that it changes."""
        whole = self.name.partition("__mutmut_")[0].removeprefix("diary.protocol.")
        return whole.replace(".xǁ", ".").replace("ǁ", ".").replace(".x_", ".")

    @property
    def module(self) -> str:
        """The module that it changes."""
        return re.split(r"\.xǁ|\.x_", self.name)[0]

    def described(self) -> str:
        """Return what it changes, as docs/mutants.md says it."""
        command = [sys.executable, "-m", "mutmut", "show", self.name]
        shown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        lines = [
            line
            for line in shown.stdout.splitlines()
            if line[:1] in {"-", "+"} and line[:3] not in {"---", "+++"}
        ]
        before, after = (
            " ".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+"
        )
        return f"{self.function}: `{before}` → `{after}`"


class _Changed(MetaPathFinder):
    """Finds one module in mutmut's copy and leaves all others to Python."""

    def __init__(self, module: str) -> None:
        self.module = module

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """See MetaPathFinder."""
        if name != self.module:
            return None
        file = COPY / Path(*name.split("."))
        return importlib.util.spec_from_file_location(name, file.with_suffix(".py"))


def tried() -> dict[Mutant, int]:
    """Return the exit code of the quick tests under each mutant; 0 means that none failed."""
    codes: dict[Mutant, int] = {}
    for file in sorted((COPY / "diary" / "protocol").rglob("*.meta")):
        found = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
        codes |= {Mutant(name): code for name, code in found.items()}
    return codes


def selections(mutant: Mutant) -> Iterator[list[str]]:
    """Yield which tests to run, the likeliest to notice first."""
    short = mutant.module.rpartition(".")[2]
    near = [
        str(file.relative_to(ROOT))
        for folder in TESTS
        for file in sorted((ROOT / folder).glob("test_*.py"))
        if re.search(rf"\b{short}\b", file.read_text(encoding="utf-8"))
    ]
    yield [*FIRST, *near, *QUICK]
    yield [*TESTS, *QUICK]


def _try(mutant: Mutant) -> int:
    """Run the tests in this process, which has not imported the product; return the exit code."""
    signal.alarm(LONGEST)
    os.environ["MUTANT_UNDER_TEST"] = mutant.name
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.meta_path.insert(0, _Changed(mutant.module))
    settings.register_profile("mutants", deadline=None, database=None)
    settings.load_profile("mutants")
    options = ["-x", "-q", "--noconftest", "-p", "no:cacheprovider"]
    # What this process has imported before is not rewritten; that is no problem of the protocol.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    for some in selections(mutant):
        code = pytest.main([*options, *some])
        if code:
            return int(code)
    return SURVIVED


def survivors(mutants: Sequence[Mutant]) -> Iterator[Mutant]:
    """Yield those that no test notices from the first import on; says how far it is."""
    waiting, running, ended = list(reversed(mutants)), dict[int, Mutant](), 0
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            mutant = waiting.pop()
            pid = os.fork()
            if pid == 0:
                _end(mutant)
            running[pid] = mutant
        pid, status = os.wait()
        ended += 1
        print(f"\r{ended} of {len(mutants)} tried again", end="", file=sys.stderr, flush=True)
        mutant = running.pop(pid)
        code = os.waitstatus_to_exitcode(status)
        if code == SURVIVED:
            yield mutant
        elif code not in NOTICED:
            raise RuntimeError(f"the tests could not be run under {mutant.name}: {code}")
    print(file=sys.stderr)


def _end(mutant: Mutant) -> NoReturn:
    code = FAILED_HERE
    try:
        code = _try(mutant)
    finally:
        os._exit(code)


def main() -> int:
    """Make and try the mutants; 1 when too few are noticed or a survivor has no reason yet."""
    subprocess.run([sys.executable, "-m", "mutmut", "run"], cwd=ROOT, check=True)
    if list(survivors([Mutant(UNCHANGED)])) != [Mutant(UNCHANGED)]:
        raise RuntimeError("the tests fail without any change")
    codes = tried()
    left = list(survivors([mutant for mutant, code in codes.items() if code == SURVIVED]))
    noticed = 1 - len(left) / len(codes)
    print(f"mutants: {len(codes)}, noticed {noticed:.1%} (needed {NEEDED:.0%}), left {len(left)}")
    reasons = REASONS.read_text(encoding="utf-8")
    unexplained = [text for text in (mutant.described() for mutant in left) if text not in reasons]
    for text in unexplained:
        print(f"no reason in {REASONS.name}: {text}")
    return int(noticed < NEEDED or bool(unexplained))


if __name__ == "__main__":
    sys.exit(main())
