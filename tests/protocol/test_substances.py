"""Names of medicines: what is not known may be an opioid, and never counts as 0 in silence."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from diary.protocol.attacks import AttackCount
from diary.protocol.cases import parse_case
from diary.protocol.context_writing import medication_to_json
from diary.protocol.medication_beside import medication_beside
from diary.protocol.opioid_tables import OPIOIDS, SPELLINGS
from diary.protocol.opioids import unknown_cautions
from diary.protocol.substances import BRANDS, OTHERS, brand_of, is_known, unknown
from tests.protocol.building import case

DAYS = AttackCount(date(2026, 3, 2), date(2026, 3, 5), 4, 4, 0)


@pytest.mark.parametrize(
    "name",
    [
        *("oxycodon", "Codeïne", "codei\u0308ne", "paracetamol", "Paracetamol 500 mg", "zuurstof"),
        *("tramadol/paracetamol", "vitamine D", "valproïnezuur", "diclofenac gel"),
    ],
)
def test_a_name_that_is_known(name: str) -> None:
    assert is_known(name)
    assert brand_of(name) is None


@pytest.mark.parametrize("name", ["oxycodn", "paracetamol/oxycodn", "500 mg", "", "mefentanyl"])
def test_a_name_that_is_not(name: str) -> None:
    assert not is_known(name)


@pytest.mark.parametrize(
    "name,substance",
    [("OxyContin", "oxycodone"), ("ms contin", "morphine"), ("Durogesic 25", "fentanyl")],
)
def test_a_brand_says_what_to_fill_in(name: str, substance: str) -> None:
    assert brand_of(name) == substance
    assert not is_known(name)


def test_no_name_is_of_two_kinds() -> None:
    assert set(BRANDS.values()) <= OPIOIDS
    assert not OTHERS & (OPIOIDS | SPELLINGS.keys() | BRANDS.keys())
    assert unknown(["b", "morfine", "oxycodn", "oxycodn"]) == ("b", "oxycodn")


def test_what_is_judged_by_a_physician_is_not_said_to_count_as_none() -> None:
    """A brand, and an opioid beside a word that is not known, are opioids (S3 l.160)."""
    counted = ("OxyContin", "oxycodon Sandoz", "morfine", "tramadol/paracetamol")
    assert unknown_cautions(counted) == ()
    (found,) = unknown_cautions((*counted, "paracetamol/oxycodn"))
    assert found.values == {"names": "paracetamol/oxycodn"}


def test_the_amount_stays_and_the_unknown_names_stand_beside_it() -> None:
    taken = [
        {"diary_day": "2026-03-02", "substance": "morfine", "route": "oral", "mg": "20"},
        {"diary_day": "2026-03-02", "substance": "oxycodn", "route": "oral", "mg": "20"},
        {"diary_day": "2026-03-09", "substance": "elders", "route": "oral", "mg": "20"},
    ]
    parsed = parse_case(case([], medication=taken))
    found = medication_beside(parsed, DAYS, None)
    assert found is not None
    assert found.baseline is not None
    assert found.baseline.med_mg == Fraction(20)
    (caution,) = found.cautions
    assert (caution.code, caution.values) == ("unknown_substances", {"names": "oxycodn"})
    written = medication_to_json(parsed, DAYS, None)
    assert written is not None
    assert [one["code"] for one in written["cautions"]] == ["unknown_substances"]
