"""Settings: environment variables `DIARY_…`, or the same names in the file `diary init` writes."""

from __future__ import annotations

import json
import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from diary.signed import Signer
from diary.sms_body import writer
from diary.store.database import Database
from diary.store.vault import Vault

# Push services of the browsers; a subscription elsewhere is refused (no requests to inner hosts).
PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    "*.notify.windows.com",
)


class Settings(BaseSettings):
    """Everything an installation decides. Secrets have no default: without them nothing starts."""

    model_config = SettingsConfigDict(
        env_prefix="DIARY_", extra="ignore", frozen=True, populate_by_name=True
    )

    database_url: str = Field(description="sqlite:////path/diary.db or postgresql+psycopg://…")
    base_url: str = Field(
        default="http://127.0.0.1:8000", description="The address on which patients reach the app"
    )
    secret_key: SecretStr = Field(min_length=32, description="Signs short-lived cookies")
    pepper: SecretStr = Field(min_length=32, description="Keys the hashes of tokens and codes")
    vault_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        min_length=1,
        description="Fernet keys, newest first, separated by commas. Never drop an old one: "
        "what it sealed cannot be read any more",
    )
    # One key may still stand under its old name, which spoke of a single one.
    vapid_private_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        min_length=1,
        validation_alias=AliasChoices("DIARY_VAPID_PRIVATE_KEYS", "DIARY_VAPID_PRIVATE_KEY"),
        description="EC keys for Web Push, newest first, separated by commas (base64url or PEM)",
    )
    vapid_subject: str = Field(description="mailto: address that push services may write to")
    push_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=PUSH_HOSTS, description="Hosts that a push may be sent to"
    )

    smtp_host: str = Field(default="", description="Empty: no e-mail is sent")
    smtp_port: int = Field(default=587, description="Port of that server")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection is protected: starttls, tls or none"
    )
    smtp_user: str = Field(default="", description="Empty: the server asks for no log-in")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Password of that user")
    mail_from: str = Field(default="pijndagboek@localhost", description="Sender of the e-mails")

    sms_url: str = Field(default="", description="Empty: no SMS is sent (see channels.md)")
    sms_method: Literal["POST", "PUT"] = Field(default="POST", description="How it is sent there")
    sms_headers: SecretStr = Field(
        default=SecretStr("{}"), description="Headers as a JSON object, with the gateway's key"
    )
    sms_body: str = Field(
        default="", description="JSON or form with places for what differs (see channels.md)"
    )
    sms_id: str = Field(
        default="", description="Where the answer names the message: `messages.0.id`"
    )
    sms_accepted: str = Field(
        default="", description="`path=value` in the answer, if 200 alone does not mean accepted"
    )
    sms_receipt_key: SecretStr = Field(
        default=SecretStr(""), description="If set, delivery receipts must be signed with it"
    )
    sms_receipt_reference: str = Field(
        default="reference", description="Where a receipt repeats our reference"
    )
    sms_receipt_status: str = Field(default="status", description="Where a receipt has the status")
    sms_delivered: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("delivered",), description="Statuses that mean: it arrived"
    )
    sms_failed: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("delivery_failed", "expired", "failed", "rejected", "undelivered"),
        description="Statuses that mean: it will not arrive",
    )

    trusted_proxies: int = Field(default=0, ge=0, le=5, description="Reverse proxies in front")
    demo: bool = Field(default=False, description="Demo: reminders are printed, not sent")

    @field_validator(
        "vault_keys",
        "vapid_private_keys",
        "push_hosts",
        "sms_delivered",
        "sms_failed",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("vault_keys")
    @classmethod
    def _are_keys(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in keys:
            Fernet(key.get_secret_value())
        return keys

    @field_validator("sms_url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
            raise ValueError("an SMS gateway is reached over https")
        return url

    @field_validator("sms_headers")
    @classmethod
    def _are_headers(cls, headers: SecretStr) -> SecretStr:
        read = json.loads(headers.get_secret_value())
        if not isinstance(read, dict) or not all(isinstance(one, str) for one in read.values()):
            raise ValueError("headers are a JSON object of texts")
        return headers

    @model_validator(mode="after")
    def _has_sms_body(self) -> Self:
        # Found out now, and not when the first text message should leave.
        if self.sms_url:
            writer(self.sms_body)
        return self

    @field_validator("base_url")
    @classmethod
    def _no_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @cached_property
    def vault(self) -> Vault:
        """Return the vault that these keys make."""
        keys = [key.get_secret_value() for key in self.vault_keys]
        return Vault(keys, self.pepper.get_secret_value())

    @cached_property
    def signer(self) -> Signer:
        """Return what signs links in e-mails and references of SMS messages."""
        return Signer(self.secret_key.get_secret_value())

    @property
    def push_keys(self) -> tuple[str, ...]:
        """Return our private keys for Web Push, newest first."""
        return tuple(key.get_secret_value() for key in self.vapid_private_keys)

    def open_database(self) -> Database:
        """Return the store that these settings name; the caller closes it."""
        return Database(self.database_url, self.vault)


def settings_file() -> Path:
    """Return the file that holds the settings: `DIARY_SETTINGS`, or `diary.env` here."""
    return Path(os.environ.get("DIARY_SETTINGS", "diary.env"))


def load() -> Settings:
    """Read the settings; raises pydantic's ValidationError that names what is missing."""
    return Settings(_env_file=settings_file())
