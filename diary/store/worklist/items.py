"""What an item of the worklist is, and which is most urgent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ItemKind(StrEnum):
    """What there is to do, most urgent first (product.md, "The nurse")."""

    ALARM = "alarm"
    WORSE_WHILE_OFF = "worse_while_off"
    EARLY_NOTICE = "early_notice"
    NOT_DELIVERED = "not_delivered"
    MISSED = "missed"
    AT_RISK = "at_risk"
    TRIAL_READY = "trial_ready"
    SWITCH_OFF_READY = "switch_off_ready"
    VERDICT_CHANGED = "verdict_changed"
    SF12_BEFORE = "sf12_before"
    SF12_AFTER = "sf12_after"
    TRAVEL = "travel"
    SILENT_PHONE = "silent_phone"
    CONTACT_DUE = "contact_due"
    PROMS_DUE = "proms_due"


ORDER = {kind: place for place, kind in enumerate(ItemKind)}
# These also go out to who is on duty.
URGENT = frozenset({ItemKind.ALARM, ItemKind.WORSE_WHILE_OFF})
# These are done once the team has decided; the subject is the first day of such a meeting.
FOR_THE_TEAM = frozenset({ItemKind.TRIAL_READY, ItemKind.SWITCH_OFF_READY})

Key = tuple[UUID, ItemKind, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do for one patient, since an instant.

    `subject` stays the same as long as it is the same thing: closed, it does not come back, while
    the next of its kind does. `values` fill the words of the reason.
    """

    patient_id: UUID
    kind: ItemKind
    subject: str
    since: datetime
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.patient_id, self.kind, self.subject

    @property
    def urgent(self) -> bool:
        """Whether it cannot wait until somebody looks at the list."""
        return self.kind in URGENT
