"""Delivery receipts of the SMS gateway (docs/channels.md).

A receipt is taken to be real when it repeats the reference that we signed, or when the gateway
signs the whole request with the key that it was given. Every answer is the same empty one, so that
nobody learns which messages there are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from diary.json_paths import pick
from diary.settings import Settings
from diary.signed import is_signed
from diary.store import receipts
from diary.store.tables import Receipt
from diary.web.context import now, wiring, writing

LONGEST_RECEIPT = 16 * 1024
TIMESTAMP, SIGNATURE = "X-Diary-Timestamp", "X-Diary-Signature"


def install(blueprint: Blueprint) -> None:
    """Add the address that gateways report to."""
    blueprint.add_url_rule("/receipts/sms", view_func=sms, methods=["GET", "POST"])


def sms() -> ResponseReturnValue:
    """Keep what a gateway says about one message."""
    request.max_content_length = LONGEST_RECEIPT
    settings = wiring().settings
    signed = _is_signed(settings.sms_receipt_key.get_secret_value())
    told = _read()
    reference = pick(told, settings.sms_receipt_reference)
    receipt = _meaning(settings, pick(told, settings.sms_receipt_status))
    if reference is None or receipt is None:
        # "Buffered", "sent": on its way still.
        return "", 204
    reminder_id = settings.signer.read_reference(reference)
    with writing(None) as unit:
        if reminder_id is not None:
            receipts.note_receipt(unit, reminder_id, receipt)
        elif signed:
            receipts.note_receipt_of(unit, reference, receipt)
    return "", 204


def _is_signed(key: str) -> bool:
    """Tell whether the request is signed; refuse it when there is a key and it is not."""
    if not key:
        return False
    content = request.query_string + b"\n" + request.get_data()
    timestamp = request.headers.get(TIMESTAMP, "")
    if not is_signed(key, timestamp, content, request.headers.get(SIGNATURE, ""), now()):
        abort(403)
    return True


def _read() -> object:
    """Return what the receipt says: in JSON, in a form, or in the address."""
    if request.method == "GET":
        return request.args.to_dict()
    if not request.is_json:
        return request.form.to_dict()
    try:
        return json.loads(request.get_data())
    except ValueError:
        abort(400)


def _meaning(settings: Settings, status: str | None) -> Receipt | None:
    meanings: Mapping[str, Receipt] = {
        **dict.fromkeys(settings.sms_failed, Receipt.FAILED),
        **dict.fromkeys(settings.sms_delivered, Receipt.DELIVERED),
    }
    return None if status is None else meanings.get(status)
