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
from diary.web.activation import TooManyGuesses, activate_phone
from diary.web.api.devices import NO_DATE, WRONG
from diary.web.context import now, reading
from diary.web.identity import PatientUser, set_phone_cookie
from diary.web.language import gettext as _
from diary.web.today import is_night

NO_CODE = N_("Fill in the code from the letter.")
NO_BIRTH_DATE = N_("Fill in your date of birth: day, month and year.")
TOO_OFTEN = N_("That was tried too often. Wait fifteen minutes and try again.")


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
        found = activate_phone(kept["code"], birth_date)
    except TooManyGuesses:
        return _page(kept, [Problem("code", TOO_OFTEN)]), 429
    if found is None:
        return _page(kept, [Problem("code", WRONG)]), 422
    flash(_("This phone is now your diary."), "good")
    owner, token = found
    with reading(owner.scope) as unit:
        lock = pins.lock_of(unit, owner)
    # The nurse is beside them now: the best moment to choose a PIN, which can wait as well.
    home = url_for("patient.home")
    place = url_for("patient.pin", next=home) if lock is Lock.NO_PIN else home
    response = make_response(redirect(place, 303))
    set_phone_cookie(response, token)
    return response


def _read(kept: dict[str, str]) -> tuple[date | None, list[Problem]]:
    problems = [] if kept["code"] else [Problem("code", NO_CODE)]
    parts = [kept[name] for name in ("year", "month", "day")]
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts[0]) != 4:
        return None, [*problems, Problem("day", NO_BIRTH_DATE)]
    try:
        return date(*map(int, parts)), problems
    except ValueError:
        return None, [*problems, Problem("day", NO_DATE)]


def _page(kept: dict[str, str], problems: list[Problem] | None = None) -> str:
    return render_template(
        "patient/activate.html",
        kept=kept,
        problems=[Problem(problem.field, _(problem.text)) for problem in problems or []],
        wrong={problem.field: True for problem in problems or []},
        night=is_night(now()),
    )
