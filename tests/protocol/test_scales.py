"""Scores on the two scales, and exact numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from diary.protocol.exact import NumberError, decimal_text, exact_text, read_exact
from diary.protocol.scales import Scale, ScoreError, Source, parse_score


@pytest.mark.parametrize("source", Source)
@pytest.mark.parametrize("scale", Scale)
def test_whole_numbers_on_the_scale_are_scores(scale: Scale, source: Source) -> None:
    for value in range(scale.maximum + 1):
        assert parse_score(value, scale, source) == parse_score(str(value), scale, source) == value


@pytest.mark.parametrize("value", ["7.5", 7.5, Decimal("7.5"), Fraction(15, 2)])
def test_only_paper_nrs_has_halves(value: object) -> None:
    assert parse_score(value, Scale.NRS, Source.PAPER) == Fraction(15, 2)
    for scale, source in [("nrs", "phone"), ("vas", "phone"), ("vas", "paper")]:
        with pytest.raises(ScoreError, match="whole number"):
            parse_score(value, Scale(scale), source)


@pytest.mark.parametrize("value", ["7.3", "7.25", "0.1", 7.3])
def test_no_other_fraction_is_a_score(value: object) -> None:
    with pytest.raises(ScoreError, match="whole or a half"):
        parse_score(value, Scale.NRS, Source.PAPER)


@pytest.mark.parametrize(
    "scale,value", [(Scale.NRS, "11"), (Scale.NRS, "-0.5"), (Scale.VAS, 101), (Scale.VAS, -1)]
)
def test_off_the_scale_names_the_scale(scale: Scale, value: object) -> None:
    with pytest.raises(ScoreError, match=f"0 to {scale.maximum}") as error:
        parse_score(value, scale, Source.PAPER)
    assert error.value.text % error.value.values == str(error.value)


NO_TEXTS = ["", " 7", "7,5", "+7", "7.", ".5", "1e1", "\N{ARABIC-INDIC DIGIT SEVEN}", "7\n"]
NO_NUMBERS = [float("nan"), float("inf"), Decimal("NaN"), Decimal("1e999999999"), 1e300, 7j]


@pytest.mark.parametrize("value", [*NO_TEXTS, *NO_NUMBERS, "0" * 25, 10**24, None, True, [], {}])
def test_what_is_no_number_is_no_score(value: object) -> None:
    with pytest.raises(NumberError):
        read_exact(value)
    with pytest.raises(ScoreError, match="Not a number"):
        parse_score(value, Scale.NRS, Source.PAPER)


def test_numbers_are_read_and_written_exactly() -> None:
    assert read_exact(0.1) == read_exact("0.1") == read_exact(Decimal("1e-1")) == Fraction(1, 10)
    assert read_exact(-3) == -3
    assert exact_text(Fraction(-4)) == "-4"
    assert exact_text(Fraction(6, 4)) == "3/2"
    for text in ["7.5", "20", "-0.25", "0", "0.0005", "1234567.125", "100"]:
        assert decimal_text(Fraction(text)) == text
    with pytest.raises(ValueError, match="1/3"):
        decimal_text(Fraction(1, 3))


def test_the_scales_say_what_they_are() -> None:
    assert [(s.value, s.maximum, s.unit) for s in Scale] == [
        ("nrs", 10, "points"),
        ("vas", 100, "mm"),
    ]
