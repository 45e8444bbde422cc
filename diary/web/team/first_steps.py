"""What is still to be done for a patient who was just enrolled, until the first measurement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from diary.language import N_
from diary.protocol.pathway import Case
from diary.store import consents, medicines
from diary.store.phones import PhoneView
from diary.store.tables import Purpose
from diary.web.language import gettext, ngettext
from diary.web.team import eligibility
from diary.web.team.access import Opened


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One thing to do: where, how far it is, and whether it is done."""

    words: str
    state: str
    url: str
    done: bool


def first_steps(found: Opened, case: Case, phones: Sequence[PhoneView]) -> list[FirstStep]:
    """Return the steps of a patient without any measurement; none once there is one."""
    if case.entries or found.pathway.ended_at is not None:
        return []

    def there(endpoint: str) -> str:
        return url_for(f"team.{endpoint}", patient_id=found.card.id)

    connected = any(phone.revoked_at is None for phone in phones)
    listed = len(medicines.medicines(found.unit, found.pathway.id))
    agreed = Purpose.DATA in consents.standing(consents.consents(found.unit, found.card.id))
    no, yes = gettext(N_("not yet")), gettext(N_("done"))
    return [
        FirstStep(
            gettext(N_("Print the letter and connect the phone")),
            yes if connected else no,
            there("patient.page") + "#phones",
            connected,
        ),
        FirstStep(
            gettext(N_("Fill in the medicines")),
            ngettext("%(num)d on the list", "%(num)d on the list", listed) if listed else no,
            there("medicines.page"),
            bool(listed),
        ),
        FirstStep(
            gettext(N_("Send a test reminder over each channel")),
            gettext(N_("together, on the spot")),
            there("reminding.page"),
            False,
        ),
        FirstStep(
            gettext(N_("Write down what the patient agrees to")),
            yes if agreed else no,
            there("consent.page"),
            agreed,
        ),
        FirstStep(
            gettext(N_("Fill in the checklist of eligibility")),
            eligibility.counts(case),
            there("eligibility.page"),
            False,
        ),
    ]
