"""The access log a page at a time: which part of it an address asks for."""

from __future__ import annotations

from flask import request

# What a column of whole numbers holds; no log has more lines.
MOST = 2**31 - 1


def before() -> int | None:
    """Return below which number lines are asked for; None: from the latest on."""
    text = request.args.get("before", "")
    # That many digits are more than MOST has, and quick to read.
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return None
    return min(int(text), MOST)
