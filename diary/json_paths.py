"""Finding a value in somebody else's JSON by a path in the settings, such as `messages.0.id`."""

from __future__ import annotations


def pick(data: object, path: str) -> str | None:
    """Return the text, number or truth value at `path` as text, None when there is none."""
    for step in path.split("."):
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return str(data) if isinstance(data, str | int | float) else None
