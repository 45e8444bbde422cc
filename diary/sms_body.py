"""What is sent to an SMS gateway: a template from the settings, with places for what differs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlencode

PLACE = re.compile(r"\{(to|digits|text|reference|seconds)\}")


def writer(template: str) -> Callable[[Mapping[str, str]], tuple[str, bytes]]:
    """Return what fills the places of `template`: from values to content type and bytes.

    The template is taken apart first, so that no value can reach outside its own place. Raises
    ValueError for a template that is neither JSON nor a form, or has no place for number or text.
    """
    if not ({"to", "digits"} & set(PLACE.findall(template)) and "{text}" in template):
        raise ValueError("the body needs a place for {to} or {digits}, and one for {text}")
    if template.lstrip().startswith(("{", "[")):
        document = json.loads(template)
        return lambda values: (
            "application/json",
            json.dumps(_filled(document, values), ensure_ascii=False).encode(),
        )
    pairs = parse_qsl(template, keep_blank_values=True, strict_parsing=True)
    return lambda values: (
        "application/x-www-form-urlencoded",
        urlencode([(name, _put(value, values)) for name, value in pairs]).encode(),
    )


def _filled(part: object, values: Mapping[str, str]) -> object:
    if part == "{seconds}":
        # Gateways want it as a number.
        return int(values["seconds"])
    if isinstance(part, str):
        return _put(part, values)
    if isinstance(part, list):
        return [_filled(one, values) for one in part]
    if isinstance(part, dict):
        return {name: _filled(one, values) for name, one in part.items()}
    return part


def _put(written: str, values: Mapping[str, str]) -> str:
    return PLACE.sub(lambda place: values[place[1]], written)
