"""Named parameter sets."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

from diary.protocol.scales import Scale
from diary.protocol.versions import NVA_2020, UnknownVersionError, version


def test_versions_have_names() -> None:
    assert version("nva-2020") is NVA_2020
    with pytest.raises(UnknownVersionError, match="nva-1999"):
        version("nva-1999")


def test_every_parameter_says_where_it_comes_from() -> None:
    told = [f for f in dataclasses.fields(NVA_2020) if f.name not in ("name", "deviates_from")]
    for field in told:
        source = field.metadata["source"]
        assert source == "choice" or source.startswith("S3 l.")
        # Nothing is weaker than what S3 leaves open; of what S3 asks, every set can be compared.
        assert (field.metadata["weaker"] is None) is (source == "choice")


def test_a_value_for_each_scale() -> None:
    assert NVA_2020.immpact_fall.on(Scale.NRS) == Fraction(2)
    assert NVA_2020.immpact_fall.on(Scale.VAS) == Fraction(15)
