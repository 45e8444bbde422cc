"""Opioids a day in oral morphine, against the limit of 90 mg (S3 l.160-166)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.protocol.cases import parse_case
from diary.protocol.context_writing import opioids_to_json
from diary.protocol.opioid_tables import OPIOIDS, SPELLINGS, TABLES
from diary.protocol.opioids import MedStatus, OpioidDay, opioid_days, opioid_in
from diary.protocol.pathway import Medication
from tests.naive import opioids as naive
from tests.naive.strategies import MEDICINES
from tests.protocol.building import case

DAY = date(2026, 3, 2)
BELOW, NOT_BELOW, PHYSICIAN = MedStatus


def mg(substance: str, dose: str, route: str = "oral") -> Medication:
    return Medication(DAY, substance, route, mg=Fraction(dose))


def patch(substance: str, ug_per_h: str) -> Medication:
    return Medication(DAY, substance, "patch", ug_per_h=Fraction(ug_per_h))


def judged(*taken: Medication, table: str = "nl-2019") -> OpioidDay:
    (day,) = opioid_days(taken, table)
    return day


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_are_those_of_the_protocol(name: str) -> None:
    """Against the naive tables, which were copied from the document one by one."""
    theirs = {key: Fraction(factor) for key, factor in naive.FACTORS[name].items()}
    assert TABLES[name].factors == theirs
    assert TABLES[name].published in TABLES[name].title


def test_every_name_is_known() -> None:
    assert naive.OPIOIDS <= OPIOIDS
    assert set(SPELLINGS.values()) <= OPIOIDS
    assert {name for table in TABLES.values() for name, _ in table.factors} <= OPIOIDS


@pytest.mark.parametrize(
    "taken,table,expected",
    [
        ([mg("oxycodone", "60")], "nl-2019", ("90", NOT_BELOW)),
        ([mg("oxycodone", "59.9")], "nl-2019", ("89.85", BELOW)),
        ([patch("fentanyl", "37.5")], "cdc-2022", ("90", NOT_BELOW)),
        ([patch("fentanyl", "25"), patch("fentanyl", "12")], "nl-2019", ("88.8", BELOW)),
        ([patch("buprenorphine", "35")], "nl-2019", ("84", BELOW)),
        ([patch("buprenorphine", "35")], "cdc-2022", (None, PHYSICIAN)),
        ([mg("morphine", "30", "sc")], "nl-2019", ("90", NOT_BELOW)),
        ([mg("morphine", "30", "sc")], "cdc-2022", (None, PHYSICIAN)),
        ([mg("tramadol", "0.1")] * 3, "nl-2019", ("0.03", BELOW)),
        ([mg("codeine", "600")], "cdc-2022", ("90", NOT_BELOW)),
        ([mg("methadone", "1")], "nl-2019", (None, PHYSICIAN)),
        ([mg("Oxycodon 10 mg", "60")], "nl-2019", ("90", NOT_BELOW)),
        ([mg("morfine injectie", "30")], "nl-2019", (None, PHYSICIAN)),
        ([mg("OxyContin", "20")], "nl-2019", (None, PHYSICIAN)),
        ([mg("MS Contin 30 mg", "30")], "nl-2019", (None, PHYSICIAN)),
        ([mg("morphine", "200"), mg("pethidine", "1", "iv")], "nl-2019", (None, PHYSICIAN)),
        ([mg("paracetamol", "4000"), mg("morphine", "20")], "nl-2019", ("20", BELOW)),
        ([mg("morphine", "20", "patch")], "nl-2019", (None, PHYSICIAN)),
        ([Medication(DAY, "morphine", "oral", ug_per_h=Fraction(5))], "nl-2019", (None, PHYSICIAN)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_day(taken: list[Medication], table: str, expected: tuple[str | None, MedStatus]) -> None:
    """S3 l.162: less than 90, so 90 itself is too much."""
    amount, status = expected
    found = judged(*taken, table=table)
    assert found.med_mg == (None if amount is None else Fraction(amount))
    assert found.status is status
    assert found.table.name == table


def test_a_patch_counts_on_each_day_it_is_worn() -> None:
    worn = [
        Medication(date(2026, 3, day), "fentanyl", "patch", None, Fraction(25)) for day in (3, 2)
    ]
    days = opioid_days([*worn, mg("paracetamol", "500")], "nl-2019")
    assert [(day.diary_day.day, day.med_mg) for day in days] == [(2, 60), (3, 60)]


@pytest.mark.parametrize(
    "taken,table,codes",
    [
        ([mg("tramadol", "450")], "nl-2019", ["other_table"]),
        ([mg("tramadol", "450")], "cdc-2022", ["other_table"]),
        ([mg("tramadol", "449")], "nl-2019", []),
        ([mg("tramadol", "900")], "nl-2019", []),
        ([mg("codeine", "600")], "cdc-2022", []),  # the other table says nothing
        ([mg("codeine", "30"), mg("codeine", "10")], "nl-2019", ["no_factor"]),
    ],
)
def test_cautions(taken: list[Medication], table: str, codes: list[str]) -> None:
    assert [caution.code for caution in judged(*taken, table=table).cautions] == codes


def test_cautions_say_what_and_by_which_table() -> None:
    (other,) = judged(mg("tramadol", "450")).cautions
    assert "cdc-2022" in other.english
    assert "90.0 mg" in other.english
    (unknown,) = judged(mg("Methadon", "5"), mg("codeine", "5"), mg("morphine", "5")).cautions
    assert unknown.english.endswith("nl-2019 has no factor for Methadon, codeine.")


@pytest.mark.parametrize(
    "name,expected",
    [
        ("morphine", "morphine"),
        ("Morfine", "morphine"),
        (" OXYCODON ", "oxycodone"),
        ("codeïne", "codeine"),
        ("codei\N{COMBINING DIAERESIS}ne", "codeine"),
        ("Oxycodon 10 mg", "oxycodone"),
        ("morfine retard", "morphine"),
        ("OXYCODON MGA 5 mg", "oxycodone"),
        ("fentanyl 12 µg/h", "fentanyl"),
        ("fentanyl 12 mcg per uur", "fentanyl"),
        ("morfine 20 mg/ml", "morphine"),
        # The form may not be that of the route; another word may be another medicine.
        ("fentanyl pleister", ""),
        ("morfine injectie", ""),
        ("codeïne forte", ""),
        ("oxycodon Sandoz", ""),
        ("tramadol/paracetamol", ""),
        ("paracetamol 500 mg", None),
        ("mg", None),
        ("oxycodone + naloxone", ""),
        ("paracetamol", None),
        ("", None),
        ("45", None),
    ],
)
def test_which_opioid_a_name_is(name: str, expected: str | None) -> None:
    assert opioid_in(name) == expected


def test_as_json_with_the_name_and_the_date_of_the_table() -> None:
    listed = [{"diary_day": "2026-03-02", "substance": "oxycodone", "route": "oral", "mg": "59.9"}]
    (row,) = opioids_to_json(parse_case(case([], medication=listed)))
    assert row == {
        "diary_day": "2026-03-02",
        "med_mg": "1797/20",
        "table": "nl-2019",
        "table_source": TABLES["nl-2019"].title,
        "status": "below",
        "cautions": [],
    }


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(2, 5), st.sampled_from(MEDICINES)), max_size=8),
    st.sampled_from(sorted(TABLES)),
)
def test_agrees_with_the_naive_days(taken: list[tuple[int, dict[str, Any]]], table: str) -> None:
    listed = [{"diary_day": f"2026-03-0{day}", **medicine} for day, medicine in taken]
    drawn = case([], medication=listed, med_table=table)
    kept = ("diary_day", "med_mg", "table", "status")
    found = [{key: row[key] for key in kept} for row in opioids_to_json(parse_case(drawn))]
    assert found == naive.opioids(drawn)


def names() -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(sorted(OPIOIDS)), st.text(max_size=8))


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Medication,
            st.dates(date(2026, 1, 1), date(2026, 1, 4)),
            names(),
            st.sampled_from(["oral", "sc", "iv", "patch", "nasal"]),
            st.none() | st.fractions(0, 1000),
            st.none() | st.fractions(0, 1000),
        )
    ),
    st.sampled_from(sorted(TABLES)),
)
def test_never_raises_and_more_is_never_less(taken: Iterable[Medication], table: str) -> None:
    listed = list(taken)
    before = {day.diary_day: day for day in opioid_days(listed[1:], table)}
    for day in opioid_days(listed, table):
        assert (day.med_mg is None) is (day.status is PHYSICIAN)
        assert all(caution.english for caution in day.cautions)
        earlier = before.get(day.diary_day)
        if earlier is not None and day.med_mg is not None:
            assert earlier.med_mg is not None
            assert earlier.med_mg <= day.med_mg
