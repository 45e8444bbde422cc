"""The page that connects a phone: code from the letter (or its QR code) and the date of birth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from diary.language import N_
from diary.store import pins
from diary.store.pins import Lock
from diary.web.activation import TooManyGuesses, WrongGuess, activate_phone
from diary.web.api.devices import NO_DATE, WRONG
from diary.web.calling import only_centre
from diary.web.context import now, reading
from diary.web.identity import PatientUser, set_phone_cookie
from diary.web.language import gettext as _
from diary.web.language import ngettext, speaking
from diary.web.today import is_night

NO_CODE = N_("Fill in the code from the letter.")
NO_BIRTH_DATE = N_("Fill in your date of birth: day, month and year.")
SHORT_YEAR = N_("Fill in the year with four digits. For example: 1958.")
TOO_OFTEN = N_("That was tried too often. Wait fifteen minutes and try again.")
YEAR_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and the field where it can be put right."""

    field: str
    text: str


def install(blueprint: Blueprint) -> None:
    """Add the activation page and the short address in the QR code."""
    blueprint.add_url_rule("/activate", view_func=activate, methods=["GET", "POST"])
    blueprint.add_url_rule("/a/<code>", view_func=activate_code)


def activate_code(code: str) -> ResponseReturnValue:
    """Show the page with the code from the QR code filled in."""
    return _page({"code": code[:20]})


def activate() -> ResponseReturnValue:
    """Show the page, or connect this phone; what was typed stays."""
    if request.method == "GET":
        if isinstance(current_user._get_current_object(), PatientUser):
            return redirect(url_for("patient.home"), 303)
        return _page({})
    kept = {name: request.form.get(name, "").strip() for name in ("code", "day", "month", "year")}
    birth_date, problems = _read(kept)
    if birth_date is None or problems:
        return _page(kept, problems), 422
    try:
        owner, token = activate_phone(kept["code"], birth_date)
    except TooManyGuesses:
        return _page(kept, [Problem("code", _(TOO_OFTEN))]), 429
    except WrongGuess as wrong:
        return _page(kept, [Problem("code", f"{_(WRONG)} {_tries(wrong.left)}")]), 422
    # From here on the pages speak the patient's language, so what they say first does too.
    with speaking(owner.language):
        flash(_("This phone is now your diary."), "good")
    with reading(owner.scope) as unit:
        lock = pins.lock_of(unit, owner)
    # The nurse is beside them now: the best moment to choose a PIN, which can wait as well.
    home = url_for("patient.home")
    place = url_for("patient.pin", next=home) if lock is Lock.NO_PIN else home
    response = make_response(redirect(place, 303))
    set_phone_cookie(response, token)
    return response


def _tries(left: int) -> str:
    if not left:
        return _(TOO_OFTEN)
    words = ngettext("You can try once more.", "You can try %(num)d more times.", left)
    return words % {"num": left}


def _read(kept: dict[str, str]) -> tuple[date | None, list[Problem]]:
    """Return the birth date, and what is wrong with each field."""
    problems = [] if kept["code"] else [Problem("code", _(NO_CODE))]
    parts = {name: kept[name] for name in ("day", "month", "year")}
    for name, part in parts.items():
        if not (part.isascii() and part.isdigit()):
            return None, [*problems, Problem(name, _(NO_BIRTH_DATE))]
    if len(parts["year"]) != YEAR_DIGITS:
        return None, [*problems, Problem("year", _(SHORT_YEAR))]
    try:
        return date(*(int(parts[name]) for name in ("year", "month", "day"))), problems
    except ValueError:
        return None, [*problems, Problem("day", _(NO_DATE))]


def _page(kept: dict[str, str], problems: list[Problem] | None = None) -> str:
    return render_template(
        "patient/activate.html",
        kept=kept,
        problems=problems,
        wrong={problem.field: True for problem in problems or []},
        night=is_night(now()),
        centre=only_centre(),
    )
