"""Questionnaires that were typed over, as lines: all of them, and the latest of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import url_for

from diary.language import N_
from diary.protocol.cases import Assessment
from diary.protocol.days import diary_day_of
from diary.protocol.flags import FlagKind, flags
from diary.protocol.phases import PhaseKind
from diary.protocol.questionnaires.filled_in import FilledIn, baseline_of
from diary.protocol.questionnaires.pain import GPE
from diary.store import questionnaire_reading
from diary.store.pathways import PathwayView
from diary.store.questionnaire_reading import ResultView
from diary.store.worklist.items import ItemKind
from diary.web.language import day_short, gettext, moment_in
from diary.web.team import item_words
from diary.web.team.access import Opened
from diary.wording import questionnaires as wording
from diary.wording.questionnaires import ScoreLine

WANTED = (FlagKind.SF12_BEFORE, FlagKind.SF12_AFTER)


@dataclass(frozen=True, slots=True)
class Line:
    """A questionnaire of one day. `baseline` is the day that its changes are since, "" for none.

    `state` says why it does not count, "" when it does; the addresses are then "".
    """

    name: str
    about: str
    on: str
    scores: list[ScoreLine]
    baseline: str
    is_baseline: bool
    way: str
    typed: str
    state: str
    correct_url: str
    withdraw_url: str


def lines(found: Opened, known: Sequence[ResultView]) -> list[Line]:
    """Return all that was typed on the opened pathway, the latest day first."""
    return [_line(found, view, known) for view in reversed(known)]


def latest(found: Opened) -> list[Line]:
    """Return of each questionnaire the latest one that counts, for the patient's page."""
    known = questionnaire_reading.results(found.unit, found.pathway.id)
    last = {view.instrument: view for view in known if view.stands}
    return [_line(found, view, known) for view in sorted(last.values(), key=_place)]


def wanted(assessment: Assessment) -> list[str]:
    """Return which SF-12 the verdict of the switch-off waits for, in words."""
    return [
        gettext(item_words.said(ItemKind(flag.kind.value)).reason) % {"on": day_short(flag.on)}
        for flag in flags(assessment)
        if flag.kind in WANTED
    ]


def names_since(known: Sequence[ResultView], day: date, zone: ZoneInfo) -> str:
    """Return the names of the questionnaires typed over since `day` that count.

    They may have been filled in long before, when they were sent home. What was imported, or typed
    over before and only corrected since, was not for this visit.
    """
    typed = {
        view.instrument
        for view in known
        if view.by
        and not (view.corrects or view.taken_back)
        and diary_day_of(view.typed_at, zone) >= day
    }
    found = [view for view in known if view.stands and view.instrument in typed]
    return ", ".join(dict.fromkeys(wording.SHORT[view.instrument.value] for view in found))


def baseline(pathway: PathwayView, view: FilledIn, counting: Iterable[FilledIn]) -> FilledIn | None:
    """Return what `view` is compared with: the one from before the treatment, or the first.

    `counting` are all that count, with `view`, which may be the baseline itself. None for one from
    before the baseline, since a change never goes back in time, and for a GPE, which is a change.
    """
    if view.form is GPE:
        return None
    found = baseline_of((one for one in counting if one.form is view.form), _treated_from(pathway))
    return None if found is None or view.on < found.on else found


def _treated_from(pathway: PathwayView) -> date | None:
    days = [phase.first_day for phase in pathway.held if phase.kind is PhaseKind.TRIAL]
    days += [pathway.implanted_on] if pathway.implanted_on is not None else []
    return min(days, default=None)


def _place(view: ResultView) -> int:
    return list(wording.SHORT).index(view.instrument.value)


def _line(found: Opened, view: ResultView, known: Sequence[ResultView]) -> Line:
    filled = view.filled_in
    counting = (one.filled_in for one in known if one.stands)
    compared = baseline(found.pathway, filled, counting) if view.stands else None

    def there(step: str) -> str:
        if not view.stands:
            return ""
        endpoint = f"team.questionnaires.{step}"
        return url_for(endpoint, patient_id=found.card.id, result_id=view.id)

    scores = wording.score_lines(filled, compared)
    changed = any(score.change for score in scores)
    return Line(
        name=wording.SHORT[view.instrument.value],
        about=gettext(wording.ABOUT[view.instrument.value]),
        on=day_short(filled.on),
        scores=scores,
        baseline=day_short(compared.on) if compared is not None and changed else "",
        is_baseline=compared is filled,
        way=gettext(N_("totals") if filled.totals is not None else N_("answers")),
        typed=", ".join(_typed(found, view)),
        state=_state(view),
        correct_url=there("correct"),
        withdraw_url=there("withdraw"),
    )


def _typed(found: Opened, view: ResultView) -> Iterator[str]:
    yield moment_in(view.typed_at, found.pathway.zone)
    if view.by:
        yield view.by
    if view.corrects:
        yield gettext("correction")


def _state(view: ResultView) -> str:
    if view.stands:
        return ""
    said = N_("withdrawn: %(why)s") if view.taken_back else N_("corrected: %(why)s")
    return gettext(said) % {"why": view.why}
