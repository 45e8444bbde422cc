"""Sealing of names, contacts and hospital numbers at rest (MultiFernet, rotating keys)."""

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet


class Vault:
    """Seals and opens short texts, and makes look-up hashes of secrets.

    `keys` are Fernet keys (url-safe base64 of 32 bytes), the newest first: it seals, all open.
    """

    def __init__(self, keys: Sequence[str], pepper: str) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._pepper = pepper.encode()

    def seal(self, text: str) -> bytes:
        """Return `text` encrypted and authenticated."""
        return self._fernet.encrypt(text.encode())

    def open(self, token: bytes) -> str:
        """Return the text in `token`; raises cryptography's InvalidToken when no key fits."""
        return self._fernet.decrypt(token).decode()

    def digest(self, secret: str) -> bytes:
        """Return the keyed hash (32 bytes) under which a token or code is stored and found."""
        return hmac.new(self._pepper, secret.encode(), hashlib.sha256).digest()
