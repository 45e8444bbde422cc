"""The alarm symptoms a patient is asked about in the trial and after the implant.

What a centre wants to hear at once about a lead or an implant: infection, a wound that opens,
pressure on the spinal cord or the nerves, leaking fluid, and a lead that moved or broke. The
centre changes the list and the words (`diary.web.admin.symptoms`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import g, has_request_context
from flask_login import current_user

from diary.language import N_
from diary.protocol.phases import PhaseKind
from diary.store.pathways import PhaseView
from diary.store.symptoms import Wording, wordings
from diary.web.context import reading
from diary.web.language import current, gettext

# None ever leaves, and new ones join at the end: paper and what is stored are read by this list.
SYMPTOMS = {
    "fever": N_("Fever: 38.5 °C or higher, or chills"),
    "wound": N_("The wound is red, hot, swollen or open"),
    "wound_fluid": N_("Pus or clear fluid comes from the wound"),
    "weakness": N_("New weakness in an arm or a leg"),
    "numbness": N_("New numbness, also around the anus or the genitals"),
    "bladder": N_("You cannot hold or pass urine or stool"),
    "headache": N_("Severe headache when you sit up or stand"),
    "stiff_neck": N_("A stiff neck, or drowsy or confused"),
    "back_pain": N_("Sudden severe new pain in the back or neck"),
    "shocks": N_("Strange shocks, or the stimulation feels different at once"),
}
# The centre's own are numbered from here on: one that joins the product's list moves no other.
OWN_FROM = 21
# Also while the system is off: wound and lead are still there.
ASKED_IN = frozenset(PhaseKind) - {PhaseKind.INTAKE}


@dataclass(frozen=True, slots=True)
class Symptom:
    """A symptom of the centre's list; `texts` are the centre's own words, by language.

    `number` stands beside it on paper. It stays the same whatever the centre changes on its list,
    for a booklet that was printed earlier comes back later. 0: not on the list yet.
    """

    code: str
    asked: bool
    texts: Mapping[str, str]
    number: int = 0

    @property
    def label(self) -> str:
        """The symptom in the reader's words."""
        return _said(self.code, self.texts)


def are_asked(phase: PhaseView | None) -> bool:
    """Tell whether symptoms are asked in a phase: not when nothing was placed yet."""
    return phase is not None and phase.kind in ASKED_IN


def symptoms_asked(phase: PhaseView | None) -> list[Symptom]:
    """Return the list for the patient; empty when nothing was placed yet."""
    return [one for one in centre_list() if one.asked] if are_asked(phase) else []


def symptom_label(code: str, at: datetime) -> str:
    """Return a symptom in the reader's words, as the centre asked it at `at`."""
    own = [one for one in _wordings() if one.code == code]
    before = [one for one in own if one.at <= at]
    # The product's own words were first; what the centre added has no words before its first.
    texts = before[-1].texts if before else {} if code in SYMPTOMS or not own else own[0].texts
    return _said(code, texts)


def is_known(code: str) -> bool:
    """Tell whether the centre asks a symptom, or once did: a phone may have been offline long."""
    return code in SYMPTOMS or any(one.code == code for one in _wordings())


def centre_list() -> list[Symptom]:
    """Return the whole list of the centre, also what is not asked: the product's own first."""
    latest = {one.code: one for one in _wordings()}
    return [
        Symptom(code, latest[code].asked, latest[code].texts, number)
        if code in latest
        else Symptom(code, True, {}, number)
        for number, code in _numbered()
    ]


def _numbered() -> Iterator[tuple[int, str]]:
    """Yield each code that was ever asked with its number: changes are kept, so none moves."""
    yield from enumerate(SYMPTOMS, start=1)
    own = dict.fromkeys(one.code for one in _wordings() if one.code not in SYMPTOMS)
    yield from enumerate(own, start=OWN_FROM)


def _said(code: str, texts: Mapping[str, str]) -> str:
    own = texts.get(current())
    if own:
        return own
    return gettext(SYMPTOMS[code]) if code in SYMPTOMS else texts.get("nl", code)


def _wordings() -> list[Wording]:
    """Return the changes of the centre that asks, read once for each request."""
    if not has_request_context() or not current_user.is_authenticated:
        return []
    if "symptom_wordings" not in g:
        with reading(current_user.scope) as unit:
            g.symptom_wordings = wordings(unit)
    found: list[Wording] = g.symptom_wordings
    return found
