"""`python -m tests.bench [NAME …]`: run all benchmarks, or those named; one JSON line each."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

NAMES = ("assess", "charts", "claim", "entries", "planning", "process", "push", "team")


def main() -> int:
    """Run the benchmarks and fail when one misses its goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME")
    missed = False
    for name in parser.parse_args().names or NAMES:
        for result in import_module(f"tests.bench.{name}").run():
            print(result.line(), flush=True)
            missed = missed or not result.ok
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
