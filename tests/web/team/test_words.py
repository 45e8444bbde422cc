"""Everything that the protocol and the store can say has a word on the team's pages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pytest

from diary.protocol import naming
from diary.protocol.entries import Kind
from diary.protocol.pathway import INDICATIONS
from diary.protocol.scales import Source
from diary.protocol.verdicts import Days, Reason, Status
from diary.protocol.versions import Mean
from diary.store.tables import Role
from diary.web.team.words import KINDS, ROLES
from diary.wording import words


@pytest.mark.parametrize(
    "kind,said",
    [
        (Status, words.BADGES),
        (Status, words.MEANINGS),
        (Reason, naming.REASONS),
        (Kind, KINDS),
        (Source, words.SOURCES),
        (Mean, words.MEANS),
        (Days, words.DAYS),
    ],
)
def test_every_code_has_a_word(kind: type[StrEnum], said: Mapping[StrEnum, object]) -> None:
    assert set(kind) - set(said) == set()


def test_every_indication_and_every_role_of_staff_has_a_word() -> None:
    assert set(INDICATIONS) == set(words.INDICATIONS)
    assert set(Role) - {Role.PATIENT} == set(ROLES)


def test_verdicts_are_told_apart_without_colour() -> None:
    badges = list(words.BADGES.values())
    assert len({badge.word for badge in badges}) == len(badges)
    assert len({badge.shape for badge in badges}) == len(badges)
