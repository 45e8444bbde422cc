"""A case in, all verdicts out: the door through which everything else uses the protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from diary.protocol.attacks import AttackVerdict, attack_verdict
from diary.protocol.case_reading import CaseError, parse_case
from diary.protocol.case_writing import case_to_json
from diary.protocol.counting import Diary
from diary.protocol.entries import Entry, Placement, label
from diary.protocol.messages import Caution, caution
from diary.protocol.own_versions import deviation_cautions
from diary.protocol.pathway import CLUSTER, INDICATIONS, Case
from diary.protocol.phases import check_phases
from diary.protocol.reading import Problem
from diary.protocol.switch_off import switch_off_verdicts
from diary.protocol.trial import trial_verdicts
from diary.protocol.verdicts import DayMean, Verdict
from diary.protocol.weighted import day_mean

__all__ = [
    "Assessment",
    "Case",
    "CaseError",
    "Problem",
    "assess",
    "case_to_json",
    "parse_case",
    "sort_out",
]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything that the protocol says of a case, with each entry in its place.

    `verdicts` are those on pain; `placements` runs parallel to the case's entries.
    """

    case: Case
    verdicts: tuple[Verdict, ...]
    attacks: AttackVerdict | None
    placements: tuple[Placement, ...]
    diary: Diary = field(repr=False, compare=False)

    @property
    def placed(self) -> Iterator[tuple[Entry, Placement]]:
        """Each entry with its place in the plan, in the order of the case."""
        return zip(self.case.entries, self.placements, strict=True)

    def day_means(self, site: str) -> tuple[DayMean, ...]:
        """Return the mean of each diary day with a scheduled answer of `site`, oldest first.

        Night measurements are in these means; whether they count in a verdict depends on both of
        its windows, whose `days` hold the means as they were counted.
        """
        plan, answers = self.case.plan, self.diary.sites[site]
        return tuple(
            day_mean(day, answers.totals(day).night, len(plan.moments), plan.parameters)
            for day in sorted(answers.scheduled)
        )


def assess(case: Case) -> Assessment:
    """Return all verdicts on `case`: exact, and the same for every order of its entries."""
    placements, diary = sort_out(case)
    general = _cautions(case)
    of_trial = () if case.indication == CLUSTER else trial_verdicts(case, diary, general)
    of_switch_off = switch_off_verdicts(case, diary, general)
    attacks = attack_verdict(case, general)
    return Assessment(case, of_trial + of_switch_off, attacks, placements, diary)


def sort_out(case: Case) -> tuple[tuple[Placement, ...], Diary]:
    """Return the place of each entry of `case`, and the diary that they make."""
    plan = case.plan
    placements = tuple(label(entry, plan) for entry in case.entries)
    return placements, Diary(case.entries, placements, case.sites, case.scale, plan)


def _cautions(case: Case) -> tuple[Caution, ...]:
    found = deviation_cautions(case.parameters)
    found += [finding.message for finding in check_phases(case.phases, case.parameters)]
    if case.indication is not None and case.indication not in INDICATIONS:
        found.append(caution("unknown_indication", indication=case.indication))
    return tuple(found)
