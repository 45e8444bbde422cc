"""What came of a form in the settings stands where the form is, not at the top of a long page."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue


def back_to(place: str, words: str, kind: str) -> ResponseReturnValue:
    """Lead to `place` in the settings (an id there), and say `words` there.

    `kind`: "good", "bad" or "warn".
    """
    # Read by templates/patient/_reminders.html; templates/base.html leaves it alone.
    flash(words, f"{place}:{kind}")
    return redirect(url_for("patient.settings", _anchor=place), 303)
