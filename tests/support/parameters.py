"""The table of all parameters in docs/protocol.md, made from diary/protocol/versions.py."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from itertools import pairwise

from diary.protocol import versions
from diary.protocol.versions import CHOICE, NVA_2020, Parameters, PerScale

MARK = "<!-- parameters: made from the code -->\n"


def with_table(text: str) -> str:
    """Return a document with the table after the mark; what stands there is replaced."""
    before, mark, _ = text.partition(MARK)
    return before + mark + "\n" + table() if mark else text


def table() -> str:
    """Return the table: name, value in `nva-2020`, meaning and source of each parameter."""
    lines = ["| parameter | value | meaning | source |", "|---|---|---|---|"]
    meanings = dict(_meanings())
    for field in fields(Parameters):
        source = field.metadata.get("source")
        if source is not None:
            value = _shown(getattr(NVA_2020, field.name))
            shown_source = "[choice]" if source == CHOICE else source
            lines.append(f"| `{field.name}` | {value} | {meanings[field.name]} | {shown_source} |")
    return "\n".join(lines) + "\n"


def _meanings() -> Iterator[tuple[str, str]]:
    """Yield the docstring after each field, on one line."""
    (tree,) = (
        node
        for node in ast.walk(ast.parse(inspect.getsource(versions)))
        if isinstance(node, ast.ClassDef) and node.name == Parameters.__name__
    )
    for field, text in pairwise(tree.body):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            assert isinstance(field.target, ast.Name)
            assert isinstance(text.value, ast.Constant)
            yield field.target.id, " ".join(str(text.value.value).split())


def _shown(value: object) -> str:
    if isinstance(value, PerScale):
        return f"{value.nrs} points, {value.vas} mm"
    if isinstance(value, timedelta):
        return f"{value // timedelta(minutes=1)} min"
    return str(value)
