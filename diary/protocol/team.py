"""Who has to be in the team that decides on the indication (S3 l.172-178)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from diary.protocol.intake_facts import TeamRole
from diary.protocol.messages import N_

SOURCE = "S3 l.172-178"


@dataclass(frozen=True, slots=True)
class TeamPart:
    """A part of the team: somebody of one of these roles has to be there."""

    roles: frozenset[TeamRole]
    text: str


TEAM = (
    TeamPart(
        frozenset({TeamRole.PAIN_SPECIALIST, TeamRole.NEUROSURGEON}),
        N_("A pain specialist or a neurosurgeon"),
    ),
    TeamPart(
        frozenset({TeamRole.PSYCHOLOGIST, TeamRole.PSYCHIATRIST}),
        N_("A clinical psychologist or a psychiatrist"),
    ),
    TeamPart(
        frozenset({TeamRole.NURSE_SPECIALIST, TeamRole.PHYSICIAN_ASSISTANT, TeamRole.NURSE}),
        N_("A nurse specialist, a physician assistant or a nurse"),
    ),
)


def missing_in_team(team: Collection[TeamRole]) -> tuple[TeamPart, ...]:
    """Return the parts of which nobody is in `team`; none: the team is complete (S3 l.172-178)."""
    return tuple(part for part in TEAM if part.roles.isdisjoint(team))
