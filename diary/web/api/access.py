"""Who may use the API: a phone that is connected to a diary."""

from __future__ import annotations

from flask import abort
from flask_login import current_user

from diary.store.phones import PhoneOwner
from diary.web.identity import PatientUser


def phone_owner() -> PhoneOwner:
    """Return the patient whose phone asks; ends the request with 401 for anybody else."""
    user = current_user._get_current_object()
    if not isinstance(user, PatientUser):
        abort(401)
    return user.owner
