"""Whole results as they stood when people read them through: in `whole/`, every key and every word.

After a change of the rules or the words: `python -m tests.protocol.test_whole_results` writes them
anew; read each difference before it is committed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from diary.protocol.cases import Assessment, CaseError, assess, case_to_json, parse_case
from diary.protocol.indications.known import NOT_REIMBURSED, REIMBURSED
from diary.protocol.questionnaires.forms import Item, Questionnaire, Scale
from diary.protocol.questionnaires.known import QUESTIONNAIRES
from diary.protocol.result_text import assessment_to_text
from diary.protocol.result_writing import assessment_to_json
from tests.protocol import whole_cases, wrong_cases
from tests.protocol.building import case

# The working of these in JSON too; the others in words are enough to read.
BIG = ("trial", "fallen", "worse", "cluster", "odd")
WHOLE = Path(__file__).parent / "whole"


def judged(name: str) -> Assessment:
    return assess(parse_case(whole_cases.CASES[name]))


def as_json(name: str) -> str:
    return json.dumps(assessment_to_json(judged(name)), indent=1, ensure_ascii=False) + "\n"


def written(name: str) -> str:
    """The case itself, read and written again."""
    return json.dumps(case_to_json(parse_case(whole_cases.CASES[name])), ensure_ascii=False) + "\n"


def as_text(name: str) -> str:
    return assessment_to_text(judged(name))


def criteria() -> str:
    """Every criterion and treatment of every indication, as one reads it with nothing known."""
    return "\n".join(
        f"# {name}\n{assessment_to_text(assess(parse_case(case([], indication=name))))}"
        for name in (*REIMBURSED, *NOT_REIMBURSED)
    )


def questionnaires() -> str:
    """Every item and scale of every questionnaire, a line each."""
    return "\n".join(line for form in QUESTIONNAIRES.values() for line in described(form)) + "\n"


def described(form: Questionnaire) -> Iterator[str]:
    yield f"# {form.name}: {form.title} ({form.source}); {form.missing}"
    yield from (item_line(item) for item in form.items)
    yield from (scale_line(scale) for scale in form.scales)


def item_line(item: Item) -> str:
    marks = [
        {1: "", 2: "also halves", None: "also parts"}[item.steps],
        "reverse" if item.reverse else "",
        "" if item.blank is None else f"blank is {item.blank}",
    ]
    return "; ".join(filter(None, [f"item {item.name} {item.least} to {item.most}", *marks]))


def scale_line(scale: Scale) -> str:
    bands = ", ".join(f"{band.least} {band.text}" for band in scale.bands)
    cuts = ", ".join(map(str, scale.cuts)) + (" falling" if scale.falling else "")
    parts = " ".join(scale.parts)
    return (
        f"scale {scale.name} ({scale.text}): {scale.needed} of {parts};"
        f" {scale.least} to {scale.most}; bands {bands or '-'}; cuts {cuts.strip() or '-'}"
    )


def problems() -> str:
    """What is said of each wrong case: pointer and message, a line each."""
    return (
        "\n".join(f"# {name}\n{refusal(wrong)}" for name, wrong in wrong_cases.CASES.items()) + "\n"
    )


def refusal(wrong: object) -> str:
    with pytest.raises(CaseError) as error:
        parse_case(wrong)
    assert str(error.value) == "\n".join(map(str, error.value.problems))
    return str(error.value)


FILES: dict[str, Callable[[], str]] = {
    **{f"{name}.json": partial(as_json, name) for name in BIG},
    "trial.case.json": partial(written, "trial"),
    "odd.case.json": partial(written, "odd"),
    **{f"{name}.txt": partial(as_text, name) for name in whole_cases.CASES},
    "criteria.txt": criteria,
    "problems.txt": problems,
    "questionnaires.txt": questionnaires,
}


@pytest.mark.parametrize("file", FILES)
def test_a_whole_result_is_as_it_was_read(file: str) -> None:
    assert FILES[file]() == (WHOLE / file).read_text(encoding="utf-8")


@pytest.fixture
def computer_far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set the computer's own clock to the other side of the world."""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("computer_far_away")
@pytest.mark.parametrize("name", BIG)
def test_where_the_computer_stands_does_not_matter(name: str) -> None:
    assert as_json(name) == (WHOLE / f"{name}.json").read_text(encoding="utf-8")


def main() -> None:
    """Write them anew."""
    for file, make in FILES.items():
        (WHOLE / file).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
