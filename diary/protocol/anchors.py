"""The words at the two ends of a pain scale, which belong to a protocol version.

Other words at the ends make another scale, so they never change within a version. A translation
says the same in the patient's language (S3 l.69).
"""

from __future__ import annotations

from dataclasses import dataclass

from diary.protocol.messages import N_
from diary.protocol.versions import NVA_2020


@dataclass(frozen=True, slots=True)
class Anchors:
    """What 0 means (`least`) and what the highest score means (`most`), to be translated."""

    least: str
    most: str


ANCHORS = {NVA_2020.name: Anchors(N_("no pain"), N_("worst pain you can imagine"))}


def anchors(version: str) -> Anchors:
    """Return the anchors of the version of this name; a centre's own set has those of S3."""
    return ANCHORS.get(version, ANCHORS[NVA_2020.name])
