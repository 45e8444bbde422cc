"""Our own keys of Web Push (VAPID, RFC 8292): what browsers subscribe with, and which was which."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid


@cache
def public_key(private_key: str) -> str:
    """Return the key that browsers subscribe with, url-safe base64 of an uncompressed point."""
    public = Vapid.from_string(private_key=private_key).public_key
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def key_hash(public: str) -> str:
    """Return the short name under which a subscription remembers the key it was made with."""
    return hashlib.sha256(public.encode()).hexdigest()[:16]
