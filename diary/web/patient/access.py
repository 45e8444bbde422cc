"""Who may see a patient's page: the phone that is connected to that diary, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from diary.store import audit, centres, pathways, pins
from diary.store.centres import CentreView
from diary.store.database import Unit
from diary.store.pathways import PathwayView
from diary.store.phones import PhoneOwner
from diary.store.pins import Lock
from diary.store.tables import Action
from diary.web.calling import only_centre
from diary.web.context import access_point, now, writing
from diary.web.identity import PatientUser
from diary.web.labels import scale_ends
from diary.web.language import gettext as _
from diary.web.security import SAFE_METHODS
from diary.web.today import is_night

# Pages that hold nothing of anybody.
OPEN = frozenset(
    f"patient.{name}"
    for name in (
        "activate",
        "activate_code",
        "manifest",
        "icon",
        "service_worker",
        "kept_file",
        "shell",
    )
)


# History and settings: only for who knows the PIN. Scoring and the start ask for none.
BEHIND_PIN = frozenset(
    f"patient.{name}"
    for name in (
        *("diary", "diary_week", "diary_day", "chart", "access_log", "download", "download_file"),
        *("settings", "email", "channel", "try_reminder", "disconnect", "change_pin"),
        *("pause", "resume", "prefer"),
    )
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a patient: the transaction, whose phone, and the own diary.

    `pathways` are all of the patient: the last is the one that asks, if any does.
    """

    unit: Unit
    owner: PhoneOwner
    pathways: tuple[PathwayView, ...]
    centre: CentreView

    @property
    def pathway(self) -> PathwayView | None:
        """The current pathway, else the last one; None when there is none yet."""
        return self.pathways[-1] if self.pathways else None

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the patient's clock."""
        return ZoneInfo(self.pathway.timezone if self.pathway else self.owner.timezone)

    def may_show(self, filled_in_at: datetime) -> bool:
        """Tell whether an answer may stand on a page: it was just given, or the PIN was."""
        just_now = abs(self.unit.now - filled_in_at) < pins.IDLE
        return just_now or pins.lock_of(self.unit, self.owner) is Lock.OPEN

    def page(self, template: str, **values: object) -> str:
        """Return a page with what every page needs."""
        night = is_night(self.unit.now, self.zone)
        return render_template(
            f"patient/{template}.html",
            centre=self.centre,
            owner=self.owner.patient_id,
            asked_by=self.pathway.id if self.pathway else None,
            ends=scale_ends(self.pathway.protocol) if self.pathway else scale_ends(),
            **({"night": night} | values),
        )


def require_phone() -> ResponseReturnValue | None:
    """Send a phone without a diary to the activation; say so when an answer came with it.

    A form says of whose diary its page was: nothing of one patient gets into another's diary when
    the phone changed hands since.
    """
    if request.endpoint in OPEN:
        return None
    user = current_user._get_current_object()
    if isinstance(user, PatientUser):
        own = str(user.owner.patient_id)
        if request.method in SAFE_METHODS or request.form.get("owner") == own:
            return None
        return _not_connected(elsewhere=True), 409
    # Disconnected already, by a double tap: there is nothing to be lost.
    if request.method in SAFE_METHODS or request.endpoint == "patient.disconnect":
        return redirect(url_for("patient.activate"), 303)
    return _not_connected(elsewhere=False), 401


def _stay_in(pathway: PathwayView | None) -> None:
    """Lead to the start from a form that was made before another pathway began.

    What it asked was asked by another scale, or of other pain sites.
    """
    asked_by = request.form.get("pathway")
    if asked_by and pathway is not None and asked_by != str(pathway.id):
        flash(_("Nothing was saved: a new diary has begun. Please fill it in here."))
        abort(redirect(url_for("patient.home"), 303))


def _not_connected(*, elsewhere: bool) -> str:
    night = is_night(now())
    return render_template(
        "patient/not_connected.html", elsewhere=elsewhere, night=night, centre=only_centre()
    )


def require_pin() -> ResponseReturnValue | None:
    """Ask for the PIN where one's history or settings are, unless it was given just now."""
    if request.endpoint not in BEHIND_PIN:
        return None
    owner = current_user.owner
    with writing(owner.scope) as unit:
        lock = pins.lock_of(unit, owner)
    if lock is Lock.OPEN:
        return None
    wanted = request.full_path.rstrip("?")
    if request.method not in SAFE_METHODS:
        # A form that comes too late is not sent on: the page that it stood on comes back.
        wanted = request.path.rpartition("/")[0]
    return redirect(url_for("patient.pin", next=wanted), 303)


@contextmanager
def visit(event: str | None, action: Action = Action.READ) -> Iterator[Visit]:
    """Open the patient's own diary for this request, and write the access-log row at its end.

    `event` None: nothing of the diary is shown, or the store writes the row itself.
    """
    owner = current_user.owner
    with writing(owner.scope) as unit:
        seen = Visit(
            unit, owner, pathways.all_pathways(unit, owner.patient_id), centres.centre(unit)
        )
        _stay_in(seen.pathway)
        yield seen
        if event is None:
            return
        audit.log(unit, event, action, access_point=access_point(), patient_id=owner.patient_id)
