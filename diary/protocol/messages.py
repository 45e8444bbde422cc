"""Texts that the protocol shows, as English templates the web translates.

`N_` marks a template for the message catalogue and gives it back untouched. A template has named
%-placeholders, so that a translation may put the values in another order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(template: str) -> str:  # noqa: N802 - the name that every catalogue tool knows
    """Mark `template` for translation; returns it unchanged."""
    return template


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that a reader of a verdict has to know.

    `code` is stable and for machines, `text` the English template, `values` what fills it.
    """

    code: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def english(self) -> str:
        """The template filled in, in English."""
        return self.text % self.values


CAUTIONS: Mapping[str, str] = {
    "phase_order": N_("The %(kind)s phase starts before the %(before)s phase has ended."),
    "extension_out_of_range": N_(
        "Days by which the trial was extended: %(days)d; the protocol allows %(least)d to %(most)d."
    ),
    "ended_early": N_(
        "%(kind)s: ended early. Its last day is %(ended_on)s; planned was %(planned)s. "
        "The days after it take no part."
    ),
    "unknown_substances": N_(
        "Not known to the product, and counted as no opioid: %(names)s. Check that none of these "
        "is an opioid under another name."
    ),
    "deviates_from": N_(
        "The centre's own protocol %(protocol)s departs from S3: %(parameter)s is %(value)s "
        "instead of %(needed)s (%(source)s). Its reason: “%(note)s”."
    ),
    "unknown_indication": N_(
        "The indication %(indication)s is not one of the protocol's; it is judged as pain."
    ),
    "no_intake": N_("There is no intake phase, so there is no baseline."),
    "intake_running": N_("The intake phase has not finished, so there is no baseline yet."),
    "intake_too_short": N_(
        "The intake phase has %(days)d days; a baseline needs at least %(needed)d."
    ),
    "baseline_zero": N_("The baseline score is 0, so there is no reduction to compute."),
    "trial_too_short": N_(
        "The trial has %(days)d days; the protocol asks for at least %(needed)d."
    ),
    "no_trial": N_("There is no trial to judge."),
    "no_pre_switch_off": N_(
        "There is no diary from before the switch-off, so there is nothing to compare with."
    ),
    "pre_switch_off_running": N_("The diary before the switch-off has not finished."),
    "pre_switch_off_too_short": N_(
        "The diary before the switch-off has %(days)d days; at least %(needed)d are needed."
    ),
    "off_days_out_of_range": N_(
        "The switch-off is planned for %(days)d days; the protocol allows %(least)d to %(most)d."
    ),
    "off_too_short": N_(
        "The system is off for %(days)d days; without a worsening the protocol judges only after "
        "%(needed)d."
    ),
    "no_quality_of_life": N_(
        "An SF-12 is missing: one from before the switch-off and one from off-day %(day)d or later "
        "are needed."
    ),
    "quality_of_life_fell": N_(
        "The pain did not become worse, but the quality of life (SF-12) fell. S3 does not say what "
        "follows then: team and patient decide."
    ),
    "evenings_not_judged": N_(
        "Evenings that could not be judged: %(count)d of %(evenings)d. A worsening there would not "
        "have been seen."
    ),
    "attacks_not_cluster": N_(
        "The rule on attacks is for cluster headache; the indication is %(indication)s."
    ),
    "no_attacks_before": N_(
        "There was no attack in the intake phase, so there is no reduction to compute."
    ),
    "unconfirmed_baseline": N_(
        "Intake days that were confirmed: %(count)d of %(days)d; %(needed)d %% is needed."
    ),
    "unconfirmed_window": N_(
        "Trial days that were confirmed: %(count)d of %(days)d; %(needed)d %% is needed."
    ),
    "short_period": N_(
        "Short period: %(days)d confirmed trial days, fewer than %(sure)d, so the frequency is "
        "uncertain. It may be %(low)d %% to %(high)d %% of what it was (exact 95 %% interval)."
    ),
    "night_left_out": N_(
        "Night measurements are left out, because they are not in both windows: "
        "%(baseline)d at baseline, %(window)d in the last days."
    ),
    "other_scale_baseline": N_("Baseline measurements on another scale: %(count)d."),
    "other_scale_window": N_("Measurements of the last days on another scale: %(count)d."),
    "days_not_valid_baseline": N_(
        "Baseline days with too few measurements: %(count)d of %(days)d."
    ),
    "days_not_valid_window": N_("Last days with too few measurements: %(count)d of %(days)d."),
    "missing_baseline": N_("Baseline measurements that are missing: %(count)d of %(planned)d."),
    "missing_window": N_(
        "Measurements of the last days that are missing: %(count)d of %(planned)d."
    ),
    "outside_baseline": N_(
        "Baseline measurements recorded as in time, but made outside their window: %(count)d."
    ),
    "outside_window": N_(
        "Measurements of the last days recorded as in time, but made outside their window: "
        "%(count)d."
    ),
}


def caution(code: str, **values: object) -> Caution:
    """Return the caution `code` with its template and `values`. KeyError: no such caution."""
    return Caution(code, CAUTIONS[code], values)
