"""The PIN before history and settings: choosing it, filling it in, changing it, and locking."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from diary.language import N_
from diary.store import audit, pins
from diary.store.errors import Refused
from diary.store.pins import Lock
from diary.store.tables import Action
from diary.web.context import access_point
from diary.web.language import gettext as _
from diary.web.language import ngettext, own_path
from diary.web.patient.access import Visit, visit

NOT_FIVE = N_("Fill in five digits.")
NOT_THE_SAME = N_("The two PINs are not the same. Fill them in again.")


def install(blueprint: Blueprint) -> None:
    """Add the pages of the PIN."""
    blueprint.add_url_rule("/pin", view_func=pin)
    blueprint.add_url_rule("/pin", view_func=give_pin, methods=["POST"])
    blueprint.add_url_rule("/pin/change", view_func=change_pin, methods=["GET", "POST"])
    blueprint.add_url_rule("/pin/lock", view_func=lock, methods=["POST"])


def pin() -> ResponseReturnValue:
    """Ask for the PIN, or have one chosen when there is none."""
    with visit(None) as seen:
        if pins.lock_of(seen.unit, seen.owner) is Lock.OPEN:
            return redirect(_wanted(), 303)
        return _page(seen)


def give_pin() -> ResponseReturnValue:
    """Open history and settings with the right PIN, or with one that is chosen now."""
    with visit(None) as seen:
        how = pins.lock_of(seen.unit, seen.owner)
        if how is Lock.NO_PIN:
            problem = _choose(seen)
        elif how is Lock.OPEN:
            problem = None
        else:
            problem = _enter(seen)
        if problem is not None:
            return _page(seen, problem), 422
    return redirect(_wanted(), 303)


def change_pin() -> ResponseReturnValue:
    """Choose another PIN; the old one was given to get here."""
    with visit(None) as seen:
        problem = _choose(seen) if request.method == "POST" else None
        if request.method == "GET" or problem is not None:
            page = seen.page("pin_choose", problem=problem, wanted=None, skip=False, change=True)
            return page, 200 if problem is None else 422
    flash(_("Your new PIN is saved."), "good")
    return redirect(url_for("patient.settings"), 303)


def lock() -> ResponseReturnValue:
    """Ask for the PIN again from now on."""
    with visit(None) as seen:
        pins.shut(seen.unit, seen.owner)
    flash(_("Your measurements and settings are locked."), "good")
    return redirect(url_for("patient.home"), 303)


def _page(seen: Visit, problem: str | None = None) -> str:
    how = pins.lock_of(seen.unit, seen.owner)
    wanted = _wanted()
    if how is Lock.NO_PIN:
        # Right after connecting the phone it can wait.
        skip = wanted == url_for("patient.home")
        return seen.page("pin_choose", problem=problem, wanted=wanted, skip=skip, change=False)
    return seen.page("pin", problem=problem, wanted=wanted, blocked=how is Lock.BLOCKED)


def _wanted() -> str:
    return own_path(request.values.get("next") or url_for("patient.diary"))


def _choose(seen: Visit) -> str | None:
    """Keep the PIN that was chosen; returns what is wrong with it."""
    new, again = request.form.get("pin", ""), request.form.get("again", "")
    if not pins.is_pin(new):
        return _(NOT_FIVE)
    if new != again:
        return _(NOT_THE_SAME)
    try:
        pins.choose(seen.unit, seen.owner, new)
    except Refused as refused:
        return _(refused.text)
    _log(seen, "pin.choose", Action.UPDATE)
    return None


def _enter(seen: Visit) -> str | None:
    """Try the PIN; returns what to say when it is wrong."""
    given = request.form.get("pin", "")
    # A slip of the finger is no guess.
    if not pins.is_pin(given):
        return _(NOT_FIVE)
    left = pins.enter(seen.unit, seen.owner, given)
    _log(seen, "pin.enter", Action.EXECUTE, right=left is None)
    if left is None:
        return None
    return (
        ngettext(
            "That is not your PIN. You can try once more.",
            "That is not your PIN. You can try %(num)d more times.",
            left,
        )
        % {"num": left}
        if left
        else ""
    )


def _log(seen: Visit, event: str, action: Action, *, right: bool = True) -> None:
    audit.log(
        seen.unit,
        event,
        action,
        access_point=access_point(),
        patient_id=seen.owner.patient_id,
        object=f"phone {seen.owner.phone_id}",
        authorised=right,
    )
