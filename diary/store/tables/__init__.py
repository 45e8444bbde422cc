"""All tables; importing this package fills the metadata for the migrations."""

from diary.store.tables.audit import AccessLog, Action
from diary.store.tables.base import table_of
from diary.store.tables.centre import Attempt, Centre, Role, Site, Staff, StaffSession
from diary.store.tables.diary import CaseDetail, EntryRow, ScoreRow
from diary.store.tables.pathway import Pathway, PhaseRow
from diary.store.tables.people import (
    ActivationCode,
    Patient,
    Phone,
    PushSubscription,
    TreatmentRelation,
)
from diary.store.tables.reminders import Channel, Prompt, Reminder, ReminderState, WorkerTick

__all__ = [
    "AccessLog",
    "Action",
    "ActivationCode",
    "Attempt",
    "CaseDetail",
    "Centre",
    "Channel",
    "EntryRow",
    "Pathway",
    "Patient",
    "PhaseRow",
    "Phone",
    "Prompt",
    "PushSubscription",
    "Reminder",
    "ReminderState",
    "Role",
    "ScoreRow",
    "Site",
    "Staff",
    "StaffSession",
    "TreatmentRelation",
    "WorkerTick",
    "table_of",
]
