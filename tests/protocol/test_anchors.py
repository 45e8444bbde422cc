"""The words at the ends of a pain scale: one set for each version, none of them forgotten."""

from __future__ import annotations

import pytest

from diary.protocol.anchors import ANCHORS, anchors
from diary.protocol.versions import VERSIONS


def test_every_version_has_its_own_ends() -> None:
    assert ANCHORS.keys() == VERSIONS.keys()


@pytest.mark.parametrize("version", [*VERSIONS, "noord-2027"])
def test_a_set_of_a_centre_has_those_of_the_field(version: str) -> None:
    ends = anchors(version)
    assert (ends.least, ends.most) == ("no pain", "worst pain you can imagine")
