"""Activation codes, the phones they activate, and the language of who is using the product."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import col

from diary.store.database import Unit
from diary.store.errors import NotFound
from diary.store.scope import Scope
from diary.store.tables import (
    ActivationCode,
    Patient,
    Phone,
    PushSubscription,
    Role,
    Staff,
    table_of,
)

# Neither digit nor letter looks like another one in print or in handwriting: no 0O 1IL 2Z 5S 8B.
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
CODE_LENGTH = 8
CODE_LIVES = timedelta(days=7)
TOUCH_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PhoneOwner:
    """The patient whose phone is asking."""

    centre_id: UUID
    patient_id: UUID
    phone_id: UUID
    language: str
    timezone: str

    @property
    def scope(self) -> Scope:
        """Return what this patient may see: the own diary."""
        return Scope(self.centre_id, Role.PATIENT, patient_id=self.patient_id)


@dataclass(frozen=True, slots=True)
class PhoneView:
    """An activated phone, as the team sees it."""

    id: UUID
    activated_at: datetime
    seen_at: datetime
    revoked_at: datetime | None


def create_activation_code(unit: Unit, patient_id: UUID) -> str:
    """Return a new code like "K7QM-R4TX", good once within seven days; older ones end now.

    Raises NotFound when the scope does not see the patient, or is the patient's own.
    """
    _team_sees(unit, patient_id)
    centre_id = unit.within.centre_id
    unit.session.execute(
        update(ActivationCode)
        .where(
            col(ActivationCode.centre_id) == centre_id,
            col(ActivationCode.patient_id) == patient_id,
            col(ActivationCode.used_at).is_(None),
            col(ActivationCode.revoked_at).is_(None),
        )
        .values(revoked_at=unit.now)
    )
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    unit.session.execute(
        insert(ActivationCode).values(
            centre_id=centre_id,
            id=uuid4(),
            patient_id=patient_id,
            code_hash=_code(unit, code),
            created_at=unit.now,
            expires_at=unit.now + CODE_LIVES,
        )
    )
    return f"{code[:4]}-{code[4:]}"


def plain_code(code: str) -> str:
    """Return a code as it is compared and counted: capitals and digits of ASCII, nothing else.

    Other letters are left out first: some turn into these when they become capitals.
    """
    return "".join(one for one in code if one.isascii() and one.isalnum()).upper()


def activate(unit: Unit, code: str, birth_date: date, token: str) -> PhoneOwner | None:
    """Use `code` up and make the phone that holds `token` the patient's; the unit has no scope.

    None for every kind of wrong (unknown, used, revoked or expired code, other birth date); a
    wrong birth date does not use the code up.
    """
    row = unit.session.execute(
        select(
            col(ActivationCode.id),
            col(Patient.centre_id),
            col(Patient.id),
            col(Patient.language),
            col(Patient.timezone),
            col(Patient.birth_date),
        )
        .join(
            Patient,
            (col(Patient.centre_id) == col(ActivationCode.centre_id))
            & (col(Patient.id) == col(ActivationCode.patient_id)),
        )
        .where(
            col(ActivationCode.code_hash) == _code(unit, code),
            col(ActivationCode.used_at).is_(None),
            col(ActivationCode.revoked_at).is_(None),
            col(ActivationCode.expires_at) > unit.now,
        )
    ).one_or_none()
    # An unknown code takes as long as a known one: something is opened and compared all the same.
    sealed = unit.vault.seal("nobody's") if row is None else row.birth_date
    right = hmac.compare_digest(unit.vault.open(sealed).encode(), birth_date.isoformat().encode())
    if row is None or not right:
        return None
    code_id, centre_id, patient_id, language, timezone, _ = row
    used = unit.session.execute(
        update(ActivationCode)
        .where(
            col(ActivationCode.centre_id) == centre_id,
            col(ActivationCode.id) == code_id,
            col(ActivationCode.used_at).is_(None),
        )
        .values(used_at=unit.now)
        .returning(col(ActivationCode.id))
    )
    if used.first() is None:
        return None
    phone_id = uuid4()
    unit.session.execute(
        insert(Phone).values(
            centre_id=centre_id,
            id=phone_id,
            patient_id=patient_id,
            token_hash=_token(unit, token),
            activated_at=unit.now,
            seen_at=unit.now,
        )
    )
    return PhoneOwner(centre_id, patient_id, phone_id, language, timezone)


_PHONE, _PATIENT = table_of(Phone).c, table_of(Patient).c
_OWNER = (
    select(
        _PHONE.seen_at,
        _PHONE.centre_id,
        _PHONE.patient_id,
        _PHONE.id,
        _PATIENT.language,
        _PATIENT.timezone,
    )
    .join(
        table_of(Patient),
        (_PATIENT.centre_id == _PHONE.centre_id) & (_PATIENT.id == _PHONE.patient_id),
    )
    .where(_PHONE.token_hash == bindparam("token"), _PHONE.revoked_at.is_(None))
)


def phone_owner(unit: Unit, token: str) -> PhoneOwner | None:
    """Return whose phone holds `token`, None when nobody's or revoked; the unit has no scope.

    In a write unit the time of this visit is kept, at most once an hour.
    """
    row = unit.session.execute(_OWNER, {"token": _token(unit, token)}).one_or_none()
    if row is None:
        return None
    seen_at, *owner = row
    found = PhoneOwner(*owner)
    if unit.writable and unit.now - seen_at >= TOUCH_AFTER:
        unit.session.execute(
            update(Phone)
            .where(col(Phone.centre_id) == found.centre_id, col(Phone.id) == found.phone_id)
            .values(seen_at=unit.now)
        )
    return found


def phones(unit: Unit, patient_id: UUID) -> list[PhoneView]:
    """Return the patient's phones, the oldest first; empty outside the scope."""
    rows = unit.session.execute(
        select(col(Phone.id), col(Phone.activated_at), col(Phone.seen_at), col(Phone.revoked_at))
        .where(
            unit.within.sees(col(Phone.centre_id), col(Phone.patient_id)),
            col(Phone.patient_id) == patient_id,
        )
        .order_by(col(Phone.activated_at), col(Phone.id))
    )
    return [PhoneView(*row) for row in rows]


def revoke_phone(unit: Unit, phone_id: UUID) -> None:
    """Take a phone's access away, and its push address with it; NotFound outside the scope."""
    patient_id = unit.session.execute(
        update(Phone)
        .where(
            unit.within.sees(col(Phone.centre_id), col(Phone.patient_id)),
            col(Phone.id) == phone_id,
            col(Phone.revoked_at).is_(None),
        )
        .values(revoked_at=unit.now)
        .returning(col(Phone.patient_id))
    ).scalar_one_or_none()
    if patient_id is None:
        raise NotFound
    silence(unit, unit.within.centre_id, phone_id)


def give_up_phone(unit: Unit, token: str) -> PhoneOwner | None:
    """Revoke the phone that holds `token`, in whichever centre; the unit has no scope.

    For a phone that has become somebody else's. Returns whose it was, None when nobody's.
    """
    owner = phone_owner(unit, token)
    if owner is not None:
        unit.session.execute(
            update(Phone)
            .where(col(Phone.centre_id) == owner.centre_id, col(Phone.id) == owner.phone_id)
            .values(revoked_at=unit.now)
        )
        silence(unit, owner.centre_id, owner.phone_id)
    return owner


def silence(unit: Unit, centre_id: UUID, phone_id: UUID) -> None:
    """Send no more push messages to this phone; it was found within the scope, or by its token."""
    unit.session.execute(
        update(PushSubscription)
        .where(
            col(PushSubscription.centre_id) == centre_id,
            col(PushSubscription.phone_id) == phone_id,
            col(PushSubscription.gone_at).is_(None),
        )
        .values(gone_at=unit.now)
    )


def set_language(unit: Unit, language: str) -> None:
    """Keep the language of the patient or staff member of the scope."""
    scope = unit.within
    theirs = (
        update(Patient).where(
            col(Patient.centre_id) == scope.centre_id, col(Patient.id) == scope.patient_id
        )
        if scope.role is Role.PATIENT
        else update(Staff).where(
            col(Staff.centre_id) == scope.centre_id, col(Staff.id) == scope.staff_id
        )
    )
    unit.session.execute(theirs.values(language=language))


def _team_sees(unit: Unit, patient_id: UUID) -> None:
    scope = unit.within
    seen = select(col(Patient.id)).where(
        scope.sees(col(Patient.centre_id), col(Patient.id)), col(Patient.id) == patient_id
    )
    if scope.role is Role.PATIENT or unit.session.execute(seen).first() is None:
        raise NotFound


def _code(unit: Unit, code: str) -> bytes:
    return unit.vault.digest(f"activation:{plain_code(code)}")


def _token(unit: Unit, token: str) -> bytes:
    return unit.vault.digest(f"phone:{token}")
