"""The worked examples of docs/protocol.md: every number in them is computed here by the engine.

An example is the quotation after `<!-- example: name -->`. Its function gives the texts that must
stand in it, in that order; what is left over may hold no digit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from diary.protocol.cases import assess, parse_case
from diary.protocol.centre_norms import Procedure, ProcedureKind, centre_year
from diary.protocol.eligibility import eligibility
from diary.protocol.follow_up import FollowUpKind, follow_up
from diary.protocol.intake_facts import Technique
from diary.protocol.medication_beside import medication_beside
from diary.protocol.opioid_tables import TABLES
from diary.protocol.opioids import opioid_days
from diary.protocol.pathway import Medication
from diary.protocol.questionnaires.known import QUESTIONNAIRES
from diary.protocol.questionnaires.scoring import parse_answers, score
from diary.protocol.shown import MINUS, shown_number, shown_percent
from diary.protocol.verdicts import Verdict, Window
from diary.protocol.versions import Parameters
from tests.protocol.building import AFTER, BEFORE, INTAKE, case, diary, paper, verdict

DOCUMENT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"<!-- example: (\w+) -->\n((?:>.*\n)+)")
BLOCKS = {name: " ".join(text.replace(">", "").split()) for name, text in BLOCK.findall(DOCUMENT)}
MOMENTS = ("morning", "midday", "evening", "bedtime")

Example = Callable[[], Iterable[str]]
EXAMPLES: dict[str, Example] = {}


def example(function: Example) -> Example:
    EXAMPLES[function.__name__] = function
    return function


def shown(value: Fraction | None) -> str:
    assert value is not None
    return shown_number(value).removeprefix(MINUS)


def percent(value: Fraction | None) -> str:
    assert value is not None
    return shown_percent(value)


def day(day: date) -> str:
    return f"{day.day} {day:%B}"


def some(window: Window | None) -> Window:
    assert window is not None
    return window


def answers(days: Sequence[str], scores: Sequence[Sequence[int]]) -> list[dict[str, Any]]:
    return [
        paper(day, moment, score)
        for day, row in zip(days, scores, strict=True)
        for moment, score in zip(MOMENTS, row, strict=False)
    ]


FOUR_MOMENTS = [
    {"name": name, "time": at}
    for name, at in zip(MOMENTS, ("08:00", "13:00", "18:00", "22:00"), strict=True)
]


@example
def score_() -> Iterable[str]:
    rows = [[8, 6], [7, 7, 7], [9, 8, 7, 8], [6, 6]]
    window = some(verdict(answers(BEFORE, rows), moments=FOUR_MOMENTS).baseline)
    yield from (str(number) for row in rows for number in row)
    yield from (shown(found.mean) for found in window.days)
    yield shown(window.score)
    everything = [number for row in rows for number in row]
    yield str(len(everything))
    yield shown(Fraction(sum(everything), len(everything)))


@example
def bounds() -> Iterable[str]:
    window = some(verdict([*diary(BEFORE, 8), *diary(AFTER, 4)[1:]]).window)
    assert window.bounds is not None
    yield from (str(window.planned), str(len(window.used)), "4", str(window.missing))
    yield shown(window.score)
    yield from map(shown, window.bounds)


@example
def trial() -> Iterable[str]:
    found = verdict([*diary(BEFORE, 74), *diary(AFTER, 35)], scale="vas")
    assert found.status == "reached"
    yield from (shown(some(found.baseline).score), shown(some(found.window).score))
    yield from (shown(found.change), percent(found.reduction), percent(found.threshold))


@example
def edge() -> Iterable[str]:
    found = verdict([*diary(BEFORE, 8), *diary(AFTER, 4)])
    assert (found.status, found.agree, found.stability is None) == ("reached", True, False)
    assert found.stability is not None
    yield from (shown(some(found.baseline).score), shown(some(found.window).score))
    yield from (percent(found.reduction), str(len(found.sensitivity)))
    yield shown(found.stability.slack)
    used = [len(some(window).used) for window in (found.window, found.baseline)]
    assert len(found.stability.turns) == sum(used)
    yield from map(str, used)
    one_missing = verdict([*diary(BEFORE, 8), *diary(AFTER, 4)[1:]])
    assert (one_missing.bounds is not None, one_missing.robust) == (True, False)
    yield str(some(one_missing.window).missing)
    yield from map(percent, one_missing.bounds or ())


BEFORE_OFF = {"kind": "pre_switch_off", "first_day": "2026-03-02", "last_day": "2026-03-05"}
OFF = {"kind": "switch_off", "first_day": "2026-03-10", "last_day": "2026-04-06"}
OFF_DAYS = [str(date(2026, 3, 10) + timedelta(days=number)) for number in range(28)]


def off(scores: Sequence[int], finished: int, **more: object) -> Verdict:
    """A switch-off from a score of 4, as of the morning after so many off-days."""
    entries = diary(BEFORE, 4)
    for on, points in zip(OFF_DAYS, scores, strict=False):
        entries += diary([on], points)
    as_of = f"{date(2026, 3, 10) + timedelta(days=finished)}T12:00:00+02:00"
    return verdict(entries, phases=[BEFORE_OFF, OFF], as_of=as_of, **more)


@example
def switch_off() -> Iterable[str]:
    means = [5, 5, 6, 7, 8]
    fourth, fifth = off(means, 4), off(means, 5)
    assert (fourth.status, fifth.status) == ("running", "reached")
    yield shown(some(fourth.baseline).score)
    yield from (shown(Fraction(mean)) for mean in means)
    yield from ("4", shown(some(fourth.window).score), shown(fourth.change))
    assert fifth.switch_off is not None
    assert str(fifth.switch_off.crossed_on) == OFF_DAYS[4]
    yield from ("5", shown(some(fifth.window).score), shown(fifth.change), shown(fifth.threshold))
    noticed = [OFF_DAYS.index(str(day)) + 1 for day in fifth.switch_off.early_notices]
    yield from map(str, noticed)


@example
def quality_of_life() -> Iterable[str]:
    forms = [("2026-03-09", "41.2"), (OFF_DAYS[24], "40.0")]
    listed = [{"on": on, "pcs": pcs, "mcs": "50"} for on, pcs in forms]
    found = off([4] * 28, 28, quality_of_life=listed)
    assert found.status == "undecided"
    assert found.switch_off is not None
    pair = found.switch_off.quality_of_life
    assert pair is not None
    yield from (str(found.switch_off.days), shown(found.change), "12")
    yield from (shown(pair.before.pcs), shown(pair.after.pcs))
    yield str(OFF_DAYS.index(str(pair.after.on)) + 1)


@example
def attacks() -> Iterable[str]:
    first = date(2026, 2, 2)
    counts = [1] * 28 + [0] * 3 + [1] * 7
    confirmed = [
        {"diary_day": str(first + timedelta(days=number)), "attacks": count}
        for number, count in enumerate(counts)
    ]
    phases = [
        {"kind": "intake", "first_day": "2026-02-02", "last_day": "2026-03-01"},
        {"kind": "trial", "first_day": "2026-03-02", "last_day": "2026-03-11"},
    ]
    more = {"phases": phases, "attack_days": confirmed, "indication": "cluster"}
    found = assess(parse_case(case([], **more))).attacks
    assert found is not None
    assert (found.status, found.interval is None) == ("reached", False)
    before, after = found.baseline, found.window
    assert before is not None
    assert after is not None
    yield from (str(before.attacks), str(before.confirmed_days), shown(before.per_week))
    yield from (str(after.attacks), str(after.confirmed_days), shown(after.per_week))
    yield percent(found.reduction)
    yield from map(percent, found.interval or ())


@example
def eligibility_() -> Iterable[str]:
    raw = case(
        diary(BEFORE, 5),
        patient={"birth_date": "2008-03-02", "pain_since": "2025-09-03"},
        intake_facts={"bmi": 35, "med_mg": "89.9"},
    )
    parsed = parse_case(raw)
    found = eligibility(parsed, assess(parsed).diary).criteria
    status = {one.criterion.name: one.status.value for one in found}
    assert [status[name] for name in ("age", "pain_duration", "weighted_score")] == [
        "met",
        "not_met",
        "met",
    ]
    assert (status["bmi"], status["opioids"], status["not_pregnant"]) == (
        "not_met",
        "met",
        "unknown",
    )
    yield from (day(date.fromisoformat(INTAKE["first_day"])), "2026", "2 March", "2008", "18")
    yield from ("3 September", "2025", "6", "5.0", "35", "89.9")


def taken(substance: str, dose: str, route: str = "oral") -> Medication:
    amount = Fraction(dose)
    if route == "patch":
        return Medication(date(2026, 3, 2), substance, route, ug_per_h=amount)
    return Medication(date(2026, 3, 2), substance, route, mg=amount)


@example
def opioids() -> Iterable[str]:
    listed = [taken("oxycodone", "40"), taken("fentanyl", "12", "patch")]
    parts = [opioid_days([one], "nl-2019")[0].med_mg for one in listed]
    (both,) = opioid_days(listed, "nl-2019")
    assert both.status == "below"
    yield from ("40", "12", *map(shown, parts), shown(both.med_mg), "90.0")
    yield "450"
    for table, status in (("nl-2019", "below"), ("cdc-2022", "not_below")):
        (found,) = opioid_days([taken("tramadol", "450")], table)
        assert (found.status, [c.code for c in found.cautions]) == (status, ["other_table"])
        yield from (shown(found.med_mg), table) if table == "nl-2019" else (shown(found.med_mg),)
        if table != "nl-2019":
            yield table


@example
def medication() -> Iterable[str]:
    listed = [
        {"diary_day": on, "substance": "oxycodone", "route": "oral", "mg": mg}
        for days, mg in ((BEFORE, "20"), (AFTER, "28"))
        for on in days
    ]
    found = verdict([*diary(BEFORE, 8), *diary(AFTER, 4)], medication=listed)
    beside = medication_beside(
        parse_case(case([], medication=listed)), found.baseline, found.window
    )
    assert beside is not None
    assert beside.baseline is not None
    assert beside.window is not None
    yield from (shown(some(found.baseline).score), shown(some(found.window).score))
    yield from (percent(found.reduction), "20", "28")
    yield from (shown(beside.baseline.med_mg), shown(beside.window.med_mg))
    yield f"+{percent(beside.change)}"


@example
def follow_up_() -> Iterable[str]:
    implanted = date(2026, 11, 30)
    due = follow_up(implanted)
    contacts = [one.on for one in due if one.kind is FollowUpKind.CONTACT][:3]
    proms = [one.on for one in due if one.kind is FollowUpKind.PROMS][:2]
    yield from (part for on in (implanted, *contacts, *proms) for part in (day(on), str(on.year)))


def scores(name: str, given: dict[str, Any]) -> dict[str, Any]:
    form = QUESTIONNAIRES[name]
    return {one.scale.name: one for one in score(form, parse_answers(form, given))}


@example
def sf12() -> Iterable[str]:
    names = [item.name for item in QUESTIONNAIRES["sf12"].items]
    best = scores("sf12", dict(zip(names, [1, 3, 3, 2, 2, 2, 2, 1, 1, 1, 6, 5], strict=True)))
    yield from ("12", shown(best["pcs"].value), shown(best["mcs"].value))


@example
def odi() -> Iterable[str]:
    names = [item.name for item in QUESTIONNAIRES["odi"].items]
    whole = scores("odi", dict(zip(names, [2, 1, 2, 1, 2, 2, 1, 2, 2, 1], strict=True)))
    one_less = scores("odi", dict(zip(names[:9], [3, 1, 2, 1, 2, 2, 1, 2, 2], strict=True)))
    disability = whole["disability"]
    assert disability.scale.band(disability.value).text == "moderate disability"
    yield from ("16", "10", percent(disability.value / 100))
    yield from ("16", "16", "45", percent(one_less["disability"].value / 100))


@example
def psqi() -> Iterable[str]:
    given = {item.name: 0 for item in QUESTIONNAIRES["psqi"].items}
    given |= {"bed_time": 23 * 60, "rising_time": 7 * 60, "hours_asleep": 6}
    found = scores("psqi", {**given, "minutes_to_sleep": 40})
    total = found["total"]
    assert total.scale.band(total.value).text == "good sleep"
    yield from ("23:00", "07:00", "6", "40")
    yield from (str(found["c3_duration"].value), str(found["c4_efficiency"].value), "75")
    yield from (str(found["c2_latency"].value), str(found["total"].value))


@example
def centre() -> Iterable[str]:
    north, south = range(12), range(10, 21)
    done = [
        Procedure(str(patient), date(2026, 5, 1), site, ProcedureKind.TRIAL, Technique.SCS)
        for site, patients in (("north", north), ("south", south))
        for patient in patients
    ]
    found = centre_year(done, 2026, has_partner=False)
    assert [norm.status.value for norm in found.norms[:2]] == ["met", "not_met"]
    yield from (str(found.by_site["north"]), str(found.by_site["south"]))
    yield from (str(len(set(north) & set(south))), str(found.patients))
    yield from (str(norm.needed) for norm in found.norms[:2])


@pytest.mark.parametrize("name", BLOCKS)
def test_every_number_of_an_example_is_computed(name: str) -> None:
    function = EXAMPLES.get(name) or EXAMPLES[f"{name}_"]
    left = BLOCKS[name]
    position = 0
    for text in function():
        found = left.find(text, position)
        assert found >= 0, f"{text!r} should follow in: {left}"
        left = left[:found] + left[found + len(text) :]
        position = found
    assert not re.search(r"\d", left), f"not computed: {left}"


def test_every_example_stands_in_the_document() -> None:
    assert sorted(BLOCKS) == sorted(name.removesuffix("_") for name in EXAMPLES)


def test_the_tables_of_opioids_are_those_of_the_code() -> None:
    """S3 l.160-162: each factor of the document, and none that it does not have."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in DOCUMENT.splitlines()]
    found = {
        table: {(row[0].split(" ")[0], row[column]) for row in rows if len(row) == 3}
        for column, table in ((1, "nl-2019"), (2, "cdc-2022"))
    }
    for name, table in TABLES.items():
        for (substance, _), factor in table.factors.items():
            assert (substance, f"{float(factor):g}") in found[name], (substance, name)
        factors = {s for s, value in found[name] if re.fullmatch(r"[\d.]+", value)}
        assert factors == {substance for substance, _ in table.factors}


def test_every_parameter_is_named_in_the_text() -> None:
    """Beside the table, which is made from the code, the rule in words names its parameter."""
    words, _, _ = DOCUMENT.partition("<!-- parameters")
    missing = [field.name for field in fields(Parameters) if f"`{field.name}`" not in words]
    assert missing == ["name"]
