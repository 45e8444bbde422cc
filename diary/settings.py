"""Settings: environment variables `DIARY_…`, or the same names in the file `diary init` writes."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

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

    model_config = SettingsConfigDict(env_prefix="DIARY_", extra="ignore", frozen=True)

    database_url: str = Field(description="sqlite:////path/diary.db or postgresql+psycopg://…")
    base_url: str = Field(
        default="http://127.0.0.1:8000", description="The address on which patients reach the app"
    )
    secret_key: SecretStr = Field(min_length=32, description="Signs short-lived cookies")
    pepper: SecretStr = Field(min_length=32, description="Keys the hashes of tokens and codes")
    vault_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        min_length=1, description="Fernet keys, newest first, separated by commas"
    )
    vapid_private_key: SecretStr = Field(description="EC key for Web Push, url-safe base64 or PEM")
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

    trusted_proxies: int = Field(default=0, ge=0, le=5, description="Reverse proxies in front")
    demo: bool = Field(default=False, description="Demo: reminders are printed, not sent")

    @field_validator("vault_keys", "push_hosts", mode="before")
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

    @field_validator("base_url")
    @classmethod
    def _no_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @cached_property
    def vault(self) -> Vault:
        """Return the vault that these keys make."""
        keys = [key.get_secret_value() for key in self.vault_keys]
        return Vault(keys, self.pepper.get_secret_value())

    def open_database(self) -> Database:
        """Return the store that these settings name; the caller closes it."""
        return Database(self.database_url, self.vault)


def settings_file() -> Path:
    """Return the file that holds the settings: `DIARY_SETTINGS`, or `diary.env` here."""
    return Path(os.environ.get("DIARY_SETTINGS", "diary.env"))


def load() -> Settings:
    """Read the settings; raises pydantic's ValidationError that names what is missing."""
    return Settings(_env_file=settings_file())
