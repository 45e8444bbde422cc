"""Planning a phase: what each kind asks, and what has to be known before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from diary.language import N_
from diary.protocol.days import ONE_DAY
from diary.protocol.follow_up import FollowUpKind, follow_up
from diary.protocol.messages import Caution, caution
from diary.protocol.pathway import CLUSTER
from diary.protocol.phases import Phase, PhaseKind
from diary.store import pathways
from diary.web.language import gettext
from diary.web.team import words
from diary.web.team.access import Opened
from diary.web.team.forms import Form
from diary.web.team.phase_changes import LONGEST_PHASE, Change, Field, day_count
from diary.web.team.phase_lengths import too_short, usual_days

HINTS: Mapping[PhaseKind, str] = {
    PhaseKind.INTAKE: N_("The baseline is taken from the last four days of the intake."),
    PhaseKind.TRIAL: N_("The first whole day with the lead: the day after placement."),
    PhaseKind.PRE_SWITCH_OFF: N_("The system stays on: these days are what is compared with."),
    PhaseKind.SWITCH_OFF: N_("The first whole day on which the system is off."),
    PhaseKind.FOLLOW_UP: N_("Usually the days before the contact that is due next."),
}
# Attacks are counted over whole phases, not over the last four days (S3 l.192-213).
HINTS_ATTACKS: Mapping[PhaseKind, str] = {
    PhaseKind.INTAKE: N_(
        "The baseline is the whole intake: attacks are counted on the days that are confirmed."
    ),
}
AFTER_IMPLANT = frozenset(
    {PhaseKind.PRE_SWITCH_OFF, PhaseKind.SWITCH_OFF, PhaseKind.FOLLOW_UP},
)
TWICE = N_(
    "There is one already, and a pathway has no more than one of these. "
    "It can be ended, and a trial can be extended."
)
NO_IMPLANT = N_("No day of implantation is filled in yet.")
BEGUN = N_("It begins today or earlier: moments that have passed are not asked any more.")


class Start(Change):
    """Plan a phase."""

    event = "phase.plan"

    def __init__(self, found: Opened, kind: PhaseKind) -> None:
        super().__init__(found, None)
        self.kind = kind
        self.title = gettext(N_("Plan: %(phase)s")) % {"phase": words.phase(kind)}
        self.save_words = gettext(N_("Save this phase"))
        self.others = {phase.kind: phase for phase in found.pathway.phases}
        self.reason = ""

    @property
    def version(self) -> int:
        """All phases as they were looked at."""
        return self.found.pathway.phases_version

    @property
    def impossible(self) -> str:
        """All kinds but the follow-up come once."""
        if self.kind is not PhaseKind.FOLLOW_UP and self.kind in self.others:
            return gettext(TWICE)
        return super().impossible

    def fields(self) -> tuple[Field, ...]:
        """Ask the first day and the number of days; of a switch-off, the reason too (S3 l.237)."""
        limits = {"min": 1, "max": LONGEST_PHASE}
        asked = (
            Field("first_day", gettext(N_("First day")), "date", gettext(self._hint())),
            Field("days", gettext(N_("Number of days")), "number", self._length(), limits),
        )
        if self.kind is not PhaseKind.SWITCH_OFF:
            return asked
        most = {"maxlength": pathways.LONGEST_REASON}
        hint = gettext(N_("What the doubt is about, and whose it is: the patient's or the team's."))
        return (*asked, Field("reason", gettext(N_("Reason")), "text", hint, most))

    def usual(self) -> dict[str, str]:
        """Start as the protocol has it, for as long as it asks."""
        return {
            "first_day": self._usual_first().isoformat(),
            "days": str(usual_days(self.found.pathway, self.kind)),
        }

    def read(self, form: Form) -> Phase | None:
        """Return the new phase."""
        first, count = form.planned_day("first_day", self.today), day_count(form)
        if self.kind is PhaseKind.SWITCH_OFF:
            self.reason = form.text("reason", pathways.NO_REASON)
        if first is None or count is None or form.errors:
            return None
        return Phase(self.kind, first, first + timedelta(days=count - 1))

    def save(self, new: Phase, version: int) -> None:
        """Add the phase to those that the person saw."""
        found = self.found
        pathways.start_phase(
            found.unit,
            found.pathway.id,
            new.kind,
            new.first_day,
            new.last_day,
            reason=self.reason,
            phases_version=version,
        )

    def cautions(self, new: Phase) -> list[Caution]:
        """Return what is unusual: a length, or what has to come before and is not there."""
        parameters, found = self.found.pathway.parameters, []
        if self.kind is PhaseKind.SWITCH_OFF:
            least, most = parameters.off_days_least, parameters.off_days_most
            if not least <= new.days <= most:
                found.append(
                    caution("off_days_out_of_range", days=new.days, least=least, most=most)
                )
            if PhaseKind.PRE_SWITCH_OFF not in self.others:
                found.append(caution("no_pre_switch_off"))
        else:
            found += too_short(self.found.pathway, new)
        if self.kind is PhaseKind.TRIAL and PhaseKind.INTAKE not in self.others:
            found.append(caution("no_intake"))
        if self.kind in AFTER_IMPLANT and self.found.pathway.implanted_on is None:
            found.append(Caution("no_implant", NO_IMPLANT))
        if new.first_day <= self.today:
            found.append(Caution("begun", BEGUN))
        return found

    def _hint(self) -> str:
        attacks = self.found.pathway.indication == CLUSTER
        return HINTS_ATTACKS.get(self.kind, HINTS[self.kind]) if attacks else HINTS[self.kind]

    def _usual_first(self) -> date:
        """Return the day after all that is planned; a follow-up leads to the next contact."""
        last = max([self.today, *(phase.end for phase in self.found.pathway.phases)])
        first = last + ONE_DAY
        if self.kind is PhaseKind.FOLLOW_UP and self.found.pathway.implanted_on is not None:
            days = timedelta(days=usual_days(self.found.pathway, self.kind))
            visits = follow_up(self.found.pathway.implanted_on, self.found.pathway.parameters)
            for visit in visits:
                if visit.kind is FollowUpKind.CONTACT and visit.on - days >= first:
                    return visit.on - days
        return first

    def _length(self) -> str:
        parameters = self.found.pathway.parameters
        if self.kind is PhaseKind.SWITCH_OFF:
            text = gettext(N_("The protocol has %(least)d to %(most)d days; sooner on if worse."))
            return text % {"least": parameters.off_days_least, "most": parameters.off_days_most}
        if self.kind is PhaseKind.FOLLOW_UP:
            text = gettext(N_("A weighted score takes %(days)d."))
        else:
            text = gettext(N_("The protocol asks for %(days)d."))
        return text % {"days": usual_days(self.found.pathway, self.kind)}
