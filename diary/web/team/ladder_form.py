"""The ladder of reminders and its quiet hours as a form: a patient's own, and the centre's."""

from __future__ import annotations

from datetime import timedelta

from diary.language import N_
from diary.protocol.reminding import MOST_STEPS, Quiet, Step
from diary.store.centre_settings import Custom
from diary.web.language import gettext
from diary.web.team.forms import Form, FormError

FIRST, OTHER = "first", "other"
BOTH_TIMES = N_("Fill in both times, or neither.")
BAD_MINUTES = N_("Fill in whole minutes, or leave it empty.")


def read_custom(form: Form) -> Custom:
    """Return the ladder and quiet hours of a form; FormError, and errors noted, otherwise."""
    steps = []
    for index in range(MOST_STEPS):
        after = form.value(f"after_{index}") if index else "0"
        if after and not (after.isascii() and after.isdigit() and len(after) <= 3):
            form.errors["ladder"] = BAD_MINUTES
        elif after:
            other = form.value(f"channel_{index}") == OTHER
            steps.append(Step(timedelta(minutes=int(after)), other))
    start = form.clock("quiet_from", required=False)
    end = form.clock("quiet_until", required=False)
    if (start is None) != (end is None):
        form.errors.setdefault("quiet_until" if end is None else "quiet_from", BOTH_TIMES)
    if form.errors:
        raise FormError
    quiet = None if start is None or end is None else Quiet(start, end)
    return Custom(tuple(steps), quiet)


def custom_fields(custom: Custom) -> dict[str, str]:
    """Return what the fields of a ladder and its quiet hours hold."""
    quiet = custom.quiet
    values = {
        "quiet_from": f"{quiet.start:%H:%M}" if quiet else "",
        "quiet_until": f"{quiet.end:%H:%M}" if quiet else "",
    }
    for index, step in enumerate(custom.steps):
        values[f"after_{index}"] = str(step.after // timedelta(minutes=1))
        values[f"channel_{index}"] = OTHER if step.other else FIRST
    return values


def sides() -> list[tuple[str, str]]:
    """Return over which side of a patient's channels a step may go out."""
    return [
        (FIRST, gettext("the phone, else what is there")),
        (OTHER, gettext("other channel")),
    ]
