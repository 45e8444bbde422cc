"""From the text of a case file to the case: JSON read strictly, every number exactly.

A centre's own protocol version is read in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from diary.protocol.case_reading import CaseError, parse_case
from diary.protocol.exact import LONGEST_NUMBER
from diary.protocol.messages import N_
from diary.protocol.own_versions import VersionError, parse_version
from diary.protocol.pathway import Case
from diary.protocol.reading import DuplicateKeys, Problem, Wrong
from diary.protocol.versions import Parameters

NOT_UTF8 = N_("is not UTF-8 text: byte %(byte)d cannot be read")
# What Python's reader says (`what`) is in English, and tells no more than the place does.
NOT_JSON = N_("is not JSON: %(what)s (line %(line)d, column %(column)d)")


def parse_case_text(text: bytes) -> Case:
    """Return the case in a JSON text (UTF-8). Raises CaseError with every problem found."""
    return parse_case(_read_json(text))


def parse_version_text(text: bytes) -> Parameters:
    """Return a centre's own set in a JSON text (UTF-8). Raises VersionError with every problem."""
    try:
        value = _read_json(text)
    except CaseError as error:
        raise VersionError(error.problems) from None
    return parse_version(value)


def _read_json(text: bytes) -> object:
    try:
        return json.loads(
            text.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_constant,
        )
    except UnicodeDecodeError as error:
        wrong: ValueError = Wrong(NOT_UTF8, byte=error.start + 1)
    except json.JSONDecodeError as error:
        wrong = Wrong(NOT_JSON, what=error.msg, line=error.lineno, column=error.colno)
    except RecursionError:
        wrong = Wrong(N_("is not a case: it is nested too deeply"))
    except ValueError as error:
        wrong = error
    raise CaseError([Problem.of("", wrong)])


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else DuplicateKeys(pairs)


def _number(text: str) -> Decimal | None:
    """Return an exact number; None, which no reader accepts, for a number beyond all use."""
    try:
        return Decimal(text) if len(text) <= LONGEST_NUMBER else None
    except ArithmeticError:
        return None


def _constant(name: str) -> object:
    raise Wrong(N_("is not JSON: %(name)s is not a number"), name=name)
