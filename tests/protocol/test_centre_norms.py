"""How many patients a centre has to treat (S3 l.824-848)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.protocol.centre_norms import COUNTED, CentreYear, Procedure, ProcedureKind, centre_year
from diary.protocol.intake_facts import Technique

DAY = date(2026, 5, 1)


def done(
    patient: int,
    kind: str = "trial",
    on: date = DAY,
    site: str = "north",
    technique: str = "scs",
) -> Procedure:
    return Procedure(str(patient), on, site, ProcedureKind(kind), Technique(technique))


def statuses(found: CentreYear) -> tuple[str, ...]:
    assert [norm.name for norm in found.norms] == ["patients", "partner", "ons_patients"]
    return tuple(norm.status.value for norm in found.norms)


@pytest.mark.parametrize(
    "count,partner,expected",
    [
        (0, False, ("not_met", "not_met")),
        (19, True, ("not_met", "met")),
        (20, True, ("met", "met")),
        (49, False, ("met", "not_met")),
        (49, True, ("met", "met")),
        (50, False, ("met", "met")),
    ],
)
def test_twenty_patients_and_a_partner_below_fifty(
    count: int, partner: bool, expected: tuple[str, str]
) -> None:
    """S3 l.824-842."""
    found = centre_year([done(i) for i in range(count)], 2026, partner)
    assert statuses(found) == (*expected, "not_applicable")
    assert found.patients == count
    assert [(norm.needed, norm.found) for norm in found.norms[:2]] == [(20, count), (50, count)]


@pytest.mark.parametrize("count,expected", [(1, "not_met"), (9, "not_met"), (10, "met")])
def test_ten_patients_with_occipital_stimulation(count: int, expected: str) -> None:
    """S3 l.844-848, for a centre that does it."""
    found = centre_year([done(i, technique="ons") for i in range(count)], 2026, False)
    assert statuses(found)[2] == expected
    assert found.ons_patients == count
    assert (found.norms[2].needed, found.norms[2].found) == (10, count)


def test_every_norm_has_its_source_and_the_year() -> None:
    found = centre_year([done(1)], 2026, False)
    assert found.year == 2026
    assert [norm.source for norm in found.norms] == [
        "S3 l.824-828",
        "S3 l.830-842",
        "S3 l.844-848",
    ]


@pytest.mark.parametrize("kind", ProcedureKind)
def test_batteries_and_removals_do_not_count(kind: ProcedureKind) -> None:
    """S3 l.826-828, l.1003."""
    found = centre_year([done(1, kind.value)], 2026, False)
    assert found.patients == (kind not in ("battery", "removal"))


@pytest.mark.parametrize(
    "on,counted",
    [("2025-12-31", 0), ("2026-01-01", 1), ("2026-12-31", 1), ("2027-01-01", 0)],
)
def test_a_calendar_year(on: str, counted: int) -> None:
    """S3 l.824."""
    assert centre_year([done(1, on=date.fromisoformat(on))], 2026, False).patients == counted


def test_a_patient_counts_once_and_two_sites_are_one_centre() -> None:
    """S3 l.923, l.1050: trial, revision and all, also when at both hospitals."""
    north = [done(i) for i in range(12)] + [done(i, "revision") for i in range(5)]
    south = [done(i, "all_in_one", site="south") for i in range(10, 21)]
    found = centre_year([*north, *south], 2026, True)
    assert (found.patients, dict(found.by_site)) == (21, {"north": 12, "south": 11})
    assert statuses(found)[:2] == ("met", "met")


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            done,
            st.integers(1, 30),
            st.sampled_from([kind.value for kind in ProcedureKind]),
            st.dates(date(2025, 6, 1), date(2027, 6, 1)),
            st.sampled_from(["north", "south"]),
            st.sampled_from([one.value for one in Technique]),
        )
    )
)
def test_the_sites_together_have_at_least_the_patients_of_the_centre(
    procedures: list[Procedure],
) -> None:
    found = centre_year(procedures, 2026, False)
    in_year = [one for one in procedures if one.on.year == 2026 and one.kind in COUNTED]
    assert found.patients == len({one.patient for one in in_year})
    assert max(found.by_site.values(), default=0) <= found.patients <= sum(found.by_site.values())
    assert found.ons_patients <= found.patients
