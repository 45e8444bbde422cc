"""The PROMs of neuromodulation by name, in the order of S3 l.860-876."""

from __future__ import annotations

from collections.abc import Mapping

from diary.protocol.questionnaires.disability import NDI, ODI
from diary.protocol.questionnaires.forms import Questionnaire
from diary.protocol.questionnaires.mind import CATASTROPHIZING, HADS
from diary.protocol.questionnaires.pain import BPI, GPE, NRS
from diary.protocol.questionnaires.sf12 import SF12
from diary.protocol.questionnaires.sleep import PSQI

QUESTIONNAIRES: Mapping[str, Questionnaire] = {
    form.name: form for form in (GPE, SF12, NRS, BPI, ODI, NDI, HADS, CATASTROPHIZING, PSQI)
}
