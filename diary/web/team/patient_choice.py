"""What the address asks of the list of patients: whom, and in which order. Kept in every link."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Self

from flask import url_for
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.protocol.phases import PhaseKind
from diary.protocol.verdicts import Rule, Status
from diary.store.patient_list import ListedPatient, collated, searched
from diary.web.team.summaries import Summary

NO_VERDICT = "none"
RUNNING, ENDED, ALL = "running", "ended", "all"
PATHWAYS = {
    RUNNING: N_("pathways that run"),
    ENDED: N_("pathways that ended"),
    ALL: N_("all pathways"),
}
# No name is longer; what is typed beyond it is not looked for.
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A patient with the line of the diary."""

    patient: ListedPatient
    summary: Summary


PHASES = tuple(PhaseKind)
# A switch-off has words of its own: what it reaches is the limit of worsening.
OFF = "off-"
VERDICTS = (*(one.value for one in Status), *(OFF + one.value for one in Status), NO_VERDICT)


def verdict_of(summary: Summary) -> str:
    """Return one of VERDICTS."""
    if summary.status is None:
        return NO_VERDICT
    off = OFF if summary.rule is Rule.SWITCH_OFF_WORSENING else ""
    return off + summary.status.value


ORDERS: dict[str, tuple[str, Callable[[Row], Any]]] = {
    "name": (N_("Name"), lambda row: collated(row.patient.name)),
    "number": (N_("Number"), lambda row: row.patient.hospital_number.casefold()),
    "phase": (N_("Phase"), lambda row: _phase_order(row)),
    "verdict": (N_("Verdict"), lambda row: VERDICTS.index(verdict_of(row.summary))),
    "missing": (N_("Missing"), lambda row: part_missing(row.summary)),
}
FIRST_ORDER = "name"


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom to show: `search` in name and number, and a site, phase and verdict ("" is any).

    `pathway` is "" for what is usual: those whose pathway runs, and everybody when a name is
    searched. Else it is what the other one of the two would be (RUNNING, ALL), or ENDED.

    `sort` is one of ORDERS, with "-" before it turned round.
    """

    search: str = ""
    site: str = ""
    phase: str = ""
    verdict: str = ""
    pathway: str = ""
    sort: str = FIRST_ORDER

    @classmethod
    def of(cls, sent: MultiDict[str, str]) -> Self:
        """Return the choice of an address; an unknown order is that by name."""
        sort = sent.get("sort", "")
        search = sent.get("search", "").strip()[:LONGEST_SEARCH]
        pathway = sent.get("pathway", "")
        return cls(
            search=search,
            site=sent.get("site", ""),
            phase=sent.get("phase", ""),
            verdict=sent.get("verdict", ""),
            pathway="" if pathway == _usual(search) else pathway,
            sort=sort if sort.removeprefix("-") in ORDERS else FIRST_ORDER,
        )

    @property
    def narrows(self) -> bool:
        """Whether somebody may be left out."""
        return bool(self.search or self.site or self.phase or self.verdict or self.pathway)

    @property
    def with_ended(self) -> bool:
        """Whether those whose pathway has ended may be among them."""
        return (self.pathway or _usual(self.search)) in {ENDED, ALL}

    @property
    def pathways(self) -> list[tuple[str, str]]:
        """Return what can be chosen of the pathways, the usual first, with its message id."""
        usual = _usual(self.search)
        others = [name for name in PATHWAYS if name != usual]
        return [("", PATHWAYS[usual]), *((name, PATHWAYS[name]) for name in others)]

    def url(self, endpoint: str = "team.patients.listing", **changes: str) -> str:
        """Return the address of this choice, with `changes`; what is not chosen is left out."""
        chosen = replace(self, **changes)
        return url_for(
            endpoint,
            search=chosen.search or None,
            site=chosen.site or None,
            phase=chosen.phase or None,
            verdict=chosen.verdict or None,
            pathway=chosen.pathway or None,
            sort=None if chosen.sort == FIRST_ORDER else chosen.sort,
        )

    def of_rows(self, rows: Iterable[Row]) -> list[Row]:
        """Return the chosen rows in the chosen order; the name decides between equals."""
        fitting = {row.patient.id: row for row in rows if self._fits(row)}
        found = searched((row.patient for row in fitting.values()), self.search)
        shown = [fitting[patient.id] for patient in found]
        shown.sort(key=ORDERS[FIRST_ORDER][1])
        name = self.sort.removeprefix("-")
        shown.sort(key=ORDERS[name][1], reverse=self.sort.startswith("-"))
        return shown

    def _fits(self, row: Row) -> bool:
        own_phase = row.patient.phase.kind.value if row.patient.phase else ""
        return (
            self.site in {"", row.patient.site}
            and self.phase in {"", own_phase}
            and self.verdict in {"", verdict_of(row.summary)}
            and (self.pathway != ENDED or row.patient.ended_at is not None)
        )


def _usual(search: str) -> str:
    return ALL if search else RUNNING


def part_missing(summary: Summary) -> float:
    """Return which part of the planned measurements is missing; below 0 when none were planned."""
    return summary.missing / summary.planned if summary.planned else -1.0


def _phase_order(row: Row) -> tuple[int, str]:
    phase = row.patient.phase
    if phase is None:
        return len(PHASES), ""
    return PHASES.index(phase.kind), phase.first_day.isoformat()
