"""The engine: from answers to scores, exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from diary.protocol.messages import N_
from diary.protocol.questionnaires.forms import Item, Questionnaire, Scale
from diary.protocol.reading import Problem, Reader, Wrong, a_number

Answers = Mapping[str, Fraction]
A_HALF = N_("must be a whole or a half number from %(least)d to %(most)d")


class AnswerError(ValueError):
    """Answers that are none of this questionnaire. `problems` are all that is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class ScaleScore:
    """The score of one scale: exact, None when it cannot be given. `answered` of its parts."""

    scale: Scale
    value: Fraction | None
    answered: int


def parse_answers(form: Questionnaire, value: object) -> Answers:
    """Return the answers in a JSON object of numbers by item; null is no answer.

    Raises AnswerError with every problem found, each with its JSON pointer.
    """
    reader = Reader()
    found = reader.fields(value, (), (), [item.name for item in form.items])
    answers = {
        item.name: reader.attempt(found[item.name], (item.name,), _an_answer(item))
        for item in form.items
        if found.get(item.name) is not None
    }
    if reader.problems:
        raise AnswerError(reader.problems)
    return {name: answer for name, answer in answers.items() if answer is not None}


def total_limits(scale: Scale) -> tuple[int, int]:
    """Return the least and the most that a total typed from another form may be.

    A score of norms (SF-12) has no such limits of its own: another country's weights give others.
    It is taken from 0 to 100, as a case takes it.
    """
    least, most = Fraction(scale.least), Fraction(scale.most)
    if least.denominator == most.denominator == 1:
        return least.numerator, most.numerator
    return 0, 100


def parse_totals(form: Questionnaire, value: object) -> Answers:
    """Return the totals in a JSON object of numbers by reported scale; all of them are needed.

    Raises AnswerError with every problem found, each with its JSON pointer.
    """
    reader = Reader()
    scales = {scale.name: scale for scale in form.reported_scales}
    found = reader.fields(value, (), scales, ())
    totals = {
        name: reader.optional(found, name, (), a_number(*total_limits(scale)))
        for name, scale in scales.items()
    }
    if reader.problems:
        raise AnswerError(reader.problems)
    return {name: total for name, total in totals.items() if total is not None}


def score(form: Questionnaire, answers: Answers) -> tuple[ScaleScore, ...]:
    """Return the score of each scale of `form`, in its order; `answers` come of parse_answers."""
    points = {item.name: _points(item, answers) for item in form.items}
    found = []
    for scale in form.scales:
        known = [point for part in scale.parts if (point := points[part]) is not None]
        value = None
        if len(known) >= scale.needed:
            value = _cut(scale, scale.combine(known, len(scale.parts)))
        points[scale.name] = value
        found.append(ScaleScore(scale, value, len(known)))
    return tuple(found)


def _an_answer(item: Item) -> Callable[[object], Fraction]:
    number = a_number(item.least, item.most, whole=item.steps == 1)

    def read(value: object) -> Fraction:
        answer = number(value)
        if not item.takes(answer):
            raise Wrong(A_HALF, least=item.least, most=item.most)
        return answer

    return read


def _points(item: Item, answers: Answers) -> Fraction | None:
    answer = answers.get(item.name)
    if answer is None:
        return None if item.blank is None else Fraction(item.blank)
    return item.least + item.most - answer if item.reverse else answer


def _cut(scale: Scale, value: Fraction | None) -> Fraction | None:
    if value is None or not scale.cuts:
        return value
    return Fraction(sum((value < cut) if scale.falling else (value >= cut) for cut in scale.cuts))
