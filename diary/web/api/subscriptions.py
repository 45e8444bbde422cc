"""`/api/v1/subscriptions`: where Web Push reaches this phone."""

from __future__ import annotations

import base64
from fnmatch import fnmatchcase
from functools import cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from py_vapid import Vapid
from spectree import Response

from diary.language import N_
from diary.store import phones, subscriptions
from diary.web.api.access import phone_owner
from diary.web.api.bodies import NOT_RIGHT, read_body, refuse
from diary.web.api.documentation import SIGNED_IN, spec
from diary.web.api.schemas import ErrorBody, PushKey, Subscription
from diary.web.context import wiring, writing
from diary.web.language import gettext

blueprint = Blueprint("subscriptions", __name__)

NO_PUSH_SERVICE = N_("Your centre sends no reminders to this kind of phone.")


@blueprint.post("/subscriptions")
@spec.validate(
    json=Subscription,
    resp=Response("HTTP_204", HTTP_400=ErrorBody, HTTP_401=ErrorBody),
    security=SIGNED_IN,
    skip_validation=True,
)
def renew() -> ResponseReturnValue:
    """Keep, or renew, the address of this phone, if its push service is on the centre's list."""
    owner = phone_owner()
    body = read_body(Subscription)
    if not _is_listed(body.endpoint):
        refuse(400, "not_right", NOT_RIGHT, {"endpoint": gettext(NO_PUSH_SERVICE)})
    with writing(owner.scope) as unit:
        subscriptions.subscribe(unit, owner, body.endpoint, body.keys.p256dh, body.keys.auth)
    return "", 204


@blueprint.get("/subscriptions")
@spec.validate(
    resp=Response(HTTP_200=PushKey, HTTP_401=ErrorBody), security=SIGNED_IN, skip_validation=True
)
def key() -> ResponseReturnValue:
    """Return the key that this phone subscribes with."""
    phone_owner()
    return jsonify(key=_public_key(wiring().settings.vapid_private_key.get_secret_value()))


@blueprint.delete("/subscriptions")
@spec.validate(
    resp=Response("HTTP_204", HTTP_401=ErrorBody), security=SIGNED_IN, skip_validation=True
)
def stop() -> ResponseReturnValue:
    """Send no more push messages to this phone: they were turned off, or are blocked there."""
    owner = phone_owner()
    with writing(owner.scope) as unit:
        phones.silence(unit, owner.centre_id, owner.phone_id)
    return "", 204


@cache
def _public_key(private_key: str) -> str:
    """Return the key that browsers subscribe with (RFC 8292), url-safe base64."""
    public = Vapid.from_string(private_key=private_key).public_key
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def _is_listed(endpoint: str) -> bool:
    """Tell whether `endpoint` is at a known push service: the diary sends requests nowhere else."""
    try:
        host = (urlsplit(endpoint).hostname or "").lower()
    except ValueError:
        return False
    return any(fnmatchcase(host, pattern.lower()) for pattern in wiring().settings.push_hosts)
