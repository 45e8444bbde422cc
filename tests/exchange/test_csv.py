"""CSV diaries: out and in again, typed by hand, and wrong in every way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.exchange.case_files import in_time_order
from diary.exchange.csv_reading import Expected, HeaderError, read_table
from diary.exchange.csv_writing import write_table
from diary.exchange.spreadsheet import SpreadsheetError
from diary.protocol.entries import Kind
from diary.protocol.pathway import Case
from diary.protocol.scales import Scale, Source
from tests.exchange.cases import cases

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NRS = Expected(Scale.NRS, ("morning", "midday", "evening", "bedtime"), AMSTERDAM, ("leg", "back"))


def expected_of(case: Case) -> Expected:
    return Expected(case.scale, tuple(m.name for m in case.moments), case.zone, case.sites)


@given(cases(), st.sampled_from(["nl", "en"]))
def test_out_and_in_again_is_the_same(case: Case, language: str) -> None:
    written = write_table(case, language)
    table = read_table(written, expected_of(case))
    assert table.problems == ()
    assert table.entries == in_time_order(case).entries
    assert table.sites == case.sites


def test_the_table_a_nurse_types() -> None:
    table = read_table(b"Dagboekdag;Moment;Been\n02-03-2026;ochtend;8\n2-3-2026;Middag;7,5\n", NRS)
    assert table.problems == ()
    first, second = table.entries
    assert (first.diary_day, first.moment, first.scores) == (
        date(2026, 3, 2),
        "morning",
        {"leg": 8},
    )
    assert (second.source, second.scores["leg"], second.kind) == (
        Source.PAPER,
        Fraction(15, 2),
        None,
    )
    assert (first.id, first.measured_at) == (None, None)


def test_a_table_from_a_device() -> None:
    table = read_table(b"measured_at,leg,kind\n2026-07-02 00:40,6,extra\n", NRS)
    (entry,) = table.entries
    assert entry.measured_at == datetime(2026, 7, 1, 22, 40, tzinfo=UTC)
    assert (entry.source, entry.kind, entry.diary_day) == (Source.PHONE, Kind.EXTRA, None)


@pytest.mark.parametrize(
    "row, column, said",
    [
        ("02-03-2026;ochtend;;11;;;;;;", "been", "0 to 10"),
        ("02-03-2026;ochtend;;-1;;;;;;", "been", "0 to 10"),
        ("02-03-2026;ochtend;;7,3;;;;;;", "been", "whole or a half"),
        (";;02-03-2026 08:00;7,5;;;;;;", "been", "whole number"),
        ("02-03-2026;ochtend;;veel;;;;;;", "been", "Not a number"),
        ("02-03-2026;ochtend;;1e1;;;;;;", "been", "Not a number"),
        ("31-02-2026;ochtend;;7;;;;;;", "dagboekdag", "no date"),
        ("02-03-2026;'s nachts;;7;;;;;;", "moment", "ochtend"),
        (";;29-03-2026 02:30;7;;;;;;", "gemeten_op", "summer time"),
        (";;02-03-2026;7;;;;;;", "gemeten_op", "date with a time"),
        (";;01-01-0001 00:00;7;;;;;;", "gemeten_op", "1900"),
        ("31-12-9999;ochtend;;7;;;;;;", "dagboekdag", "1900"),
        ("03-03-2026;;03-03-2026 00:40;7;;;;;;", "dagboekdag", "04:00"),
        ("02-03-2026;ochtend;;7;;soms;;;;", "soort", "gepland"),
        ("02-03-2026;ochtend;;7;;;fax;;;", "bron", "papier"),
        ("02-03-2026;ochtend;;7;;;;misschien;;", "ingetrokken", "ja"),
        ("02-03-2026;ochtend;;7;;;;;cm;", "schaal", "vas"),
        ("02-03-2026;ochtend;;;;;;;;", None, "no score"),
        ("02-03-2026;;;7;;;;;;", None, "dagboekdag and moment"),
        (";;;7;;;;;;", None, "gemeten_op"),
        ("02-03-2026;ochtend;;7;;;;;;x;y", None, "more cells"),
        ("02-03-2026;ochtend;;7;;;;;;" + "x" * 101, "id", "100"),
        ("02-03-2026;avond;;7;;;;;;a", "id", "line 2"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_kept(
    row: str, column: str | None, said: str
) -> None:
    header = "dagboekdag;moment;gemeten_op;been;rug;soort;bron;ingetrokken;schaal;id"
    good = ["02-03-2026;ochtend;;7;;;;;;a", "03-03-2026;middag;;6;;;;;;b"]
    table = read_table("\r\n".join([header, good[0], row, good[1]]).encode(), NRS)
    assert [entry.id for entry in table.entries] == ["a", "b"]
    assert {(problem.line, problem.column) for problem in table.problems} == {(3, column)}
    message = str(table.problems[0])
    assert message.startswith("line 3")
    assert said in message
    assert "veel" not in message, "what was typed may be anything: it is not repeated"


@pytest.mark.parametrize(
    "header, column, said",
    [
        ("dagboekdag;moment;been;opmerking", "opmerking", "no column of this name"),
        ("dagboekdag;moment;been;leg", "leg", "twice"),
        ("dagboekdag;moment;arm", "arm", "been, rug"),
        ("dagboekdag;moment", None, "scores"),
        ("dagboekdag;been", None, "gemeten_op"),
    ],
)
def test_columns_that_cannot_be_used(header: str, column: str | None, said: str) -> None:
    with pytest.raises(HeaderError) as caught:
        read_table(f"{header}\n1;2;3;4\n".encode(), NRS)
    assert {problem.column for problem in caught.value.problems} >= {column}
    assert said in str(caught.value)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
def test_no_file_breaks_it(data: bytes) -> None:
    header = b"dagboekdag;moment;been\n"
    for content in (data, header + data):
        try:
            read_table(content, NRS)
        except (HeaderError, SpreadsheetError) as error:
            assert str(error)  # noqa: PT017
