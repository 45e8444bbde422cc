"""Errors at the command line: one line that says what to do, never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from diary.store.errors import StoreError

P = ParamSpec("P")
R = TypeVar("R")


def told_in_one_line(command: Callable[P, R]) -> Callable[P, R]:
    """Turn the errors that a user can do something about into one line and exit code 1."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ValidationError as error:
            said = f"{what_is_missing(error)} (`diary init` makes them)"
            raise click.ClickException(said) from error
        except StoreError as error:
            raise click.ClickException(str(error)) from error
        except DBAPIError as error:
            reason = str(error.orig).splitlines()[0]
            raise click.ClickException(f"the database cannot be used: {reason}") from error
        except OSError as error:
            raise click.ClickException(f"{error.filename or 'file'}: {error.strerror}") from error

    return guarded


def what_is_missing(error: ValidationError) -> str:
    """Name the settings that are missing or wrong, and never their values."""
    wrong = [
        f"DIARY_{'_'.join(str(part) for part in problem['loc'][:1])}".upper()
        for problem in error.errors(include_input=False, include_url=False)
    ]
    return f"settings missing or wrong: {', '.join(sorted(set(wrong)))}"
