"""What comes back over the channels from outside: a click on "stop", a receipt of a gateway.

Nobody is signed in here; what counts is our own signature.
"""

from __future__ import annotations

from flask import Blueprint

from diary.web.channels import receipts, stop

blueprint = Blueprint("channels", __name__)

for room in (receipts, stop):
    room.install(blueprint)
