"""Keeps docs/traceability.md in step, and the table of parameters in docs/protocol.md.

`python -m tests.support.traceability [--update]`

For each requirement of S3: the rules of the code that cite its line, and the tests. A test is of a
requirement when it cites the line itself (docstring, comment or parameter); where no test does,
the test file of the rule's module is named, or those that import it.

What is checked: the document is in step, every requirement has a rule and every rule a test, and
no citation points at a line that asks nothing.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.support.parameters import with_table
from tests.support.requirements import REQUIREMENTS

ROOT = Path(__file__).parents[2]
CODE = ROOT / "diary" / "protocol"
TESTS = (ROOT / "tests" / "protocol", ROOT / "tests" / "naive")
DOCUMENT = ROOT / "docs" / "traceability.md"
IN_WORDS = ROOT / "docs" / "protocol.md"
CITED = re.compile(r"S3((?:,? l\.\d+(?:-\d+)?)+)")
LINES = re.compile(r"l\.(\d+)(?:-(\d+))?")
# A module that cites more lines than this names its chapter, not a rule.
A_CHAPTER = 10

Lines = tuple[int, int]


@dataclass(frozen=True)
class Citation:
    """Lines of S3 that something in the code cites: `what` in the module `where`."""

    lines: Lines
    where: str
    what: str

    def meets(self, lines: Lines) -> bool:
        """Tell whether it cites any of `lines`."""
        return self.lines[0] <= lines[1] and lines[0] <= self.lines[1]


def citations(folder: Path) -> Iterator[Citation]:
    """Yield every citation in the Python files of `folder`, by the smallest thing it stands in."""
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        where = path.relative_to(folder).with_suffix("").as_posix()
        named = sorted(_named(ast.parse(text)), key=lambda found: found[1] - found[0])
        for number, line in enumerate(text.splitlines(), start=1):
            what = next((name for first, last, name in named if first <= number <= last), "")
            for lines in cited_in(line):
                if what or lines[1] - lines[0] <= A_CHAPTER:
                    yield Citation(lines, where, what)


def cited_in(text: str) -> Iterator[Lines]:
    """Yield the lines of S3 that a text cites."""
    for found in CITED.finditer(text):
        for first, last in LINES.findall(found[1]):
            yield int(first), int(last or first)


def _named(tree: ast.Module) -> Iterator[tuple[int, int, str]]:
    """Yield first line, last line and name of everything a citation can stand in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.Call) and (name := _name_of(node)):
            decorators = getattr(node, "decorator_list", [])
            first = min(one.lineno for one in (node, *decorators))
            yield first, node.end_lineno or first, name
        body = getattr(node, "body", None)
        for one, text in pairwise(body if isinstance(body, list) else []):
            # The docstring of a field stands after it.
            if isinstance(text, ast.Expr) and (name := _name_of(one)):
                yield one.lineno, text.end_lineno or one.lineno, name


def _name_of(node: ast.stmt | ast.Call) -> str | None:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    if isinstance(node, ast.Call) and node.args:
        # Data such as Criterion("age", "S3 l.130", …): its name is the first argument.
        name = node.args[0]
        if isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value.isascii():
            return name.value if name.value.isidentifier() else None
    return None


def tests_of(module: str) -> list[str]:
    """Return the test file named after a module of the protocol, else those that import it."""
    named = f"test_{Path(module).name}"
    files = [path for folder in TESTS for path in sorted(folder.glob("test_*.py"))]
    if named in (path.stem for path in files):
        return [named]
    wanted = re.compile(rf"from diary\.protocol\.{module.replace('/', '[.]')} import")
    return [path.stem for path in files if wanted.search(path.read_text(encoding="utf-8"))]


@dataclass(frozen=True)
class Row:
    """One requirement with its rules and its tests."""

    lines: Lines
    text: str
    rules: tuple[str, ...]
    tests: tuple[str, ...]


def rows() -> list[Row]:
    """Return the requirements of S3 with what the code and the tests say of them."""
    code = list(citations(CODE))
    tests = [one for folder in TESTS for one in citations(folder) if one.where.startswith("test_")]
    found = []
    for first, last, text in REQUIREMENTS:
        of_code = [one for one in code if one.meets((first, last))]
        direct = [f"{one.where}: {one.what}" for one in tests if one.meets((first, last))]
        modules = {one.where for one in of_code}
        found.append(
            Row(
                (first, last),
                text,
                _unique(f"{one.where}: {one.what}" if one.what else one.where for one in of_code),
                _unique(direct) or _unique(t for m in sorted(modules) for t in tests_of(m)),
            )
        )
    return found


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def problems() -> Iterator[str]:
    """Yield one line for each requirement without rule or test, and for each wrong citation."""
    for row in rows():
        if not row.rules:
            yield f"S3 {shown(row.lines)} ({row.text}): no rule cites it"
        elif not row.tests:
            yield f"S3 {shown(row.lines)} ({row.text}): no test is of it"
    for folder in (CODE, *TESTS):
        for one in citations(folder):
            if not any(one.meets((first, last)) for first, last, _ in REQUIREMENTS):
                yield f"{folder.name}/{one.where}: S3 {shown(one.lines)} asks nothing"
    for path, wanted in documents():
        if not path.is_file() or path.read_text(encoding="utf-8") != wanted:
            name = path.relative_to(ROOT)
            yield f"{name} is not in step: python -m tests.support.traceability --update"


def shown(lines: Lines) -> str:
    """Return lines as they are cited: "l.130" or "l.134-136"."""
    first, last = lines
    return f"l.{first}" if first == last else f"l.{first}-{last}"


def documents() -> tuple[tuple[Path, str], ...]:
    """Return the documents and what they should say."""
    in_words = with_table(IN_WORDS.read_text(encoding="utf-8"))
    return (DOCUMENT, document()), (IN_WORDS, in_words)


def document() -> str:
    """Return docs/traceability.md, made from the code and the tests."""
    lines = [
        "# From the standpunt to the rules and their tests",
        "",
        "S3 is the NVA standpunt on neuromodulation in chronic pain (2020); l. is a line of its",
        "text. Rules are in `diary/protocol/`, tests in `tests/protocol/`. In words, with worked",
        "examples: [protocol.md](protocol.md). Made from the code by",
        "`python -m tests.support.traceability --update`.",
        "",
        "| S3 | what it asks | rules | tests |",
        "|---|---|---|---|",
    ]
    for row in rows():
        cells = (shown(row.lines), row.text, _listed(row.rules), _listed(row.tests))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _listed(names: Iterable[str]) -> str:
    """Group "file: name" by file: `file`: name, name."""
    by_file: dict[str, list[str]] = {}
    for name in names:
        where, _, what = name.partition(": ")
        by_file.setdefault(where, []).extend([what] if what else [])
    return "<br>".join(
        f"`{where}`" + (f": {', '.join(whats)}" if whats else "")
        for where, whats in by_file.items()
    )


def main() -> int:
    """Check the documents, or write what is made from the code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="write the documents")
    if parser.parse_args().update:
        for path, wanted in documents():
            path.write_text(wanted, encoding="utf-8")
    wrong = list(problems())
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"traceability: {len(REQUIREMENTS)} requirements, {len(wrong)} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
