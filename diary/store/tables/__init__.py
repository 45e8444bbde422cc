"""All tables; importing this package fills the metadata for the migrations."""

from diary.store.tables.audit import AccessLog, Action
from diary.store.tables.base import table_of
from diary.store.tables.centre import Attempt, Centre, Role, Site, Staff, StaffSession
from diary.store.tables.decisions import Decision, Position, StimulatorSwitch
from diary.store.tables.diary import CaseDetail, EntryRow, ScoreRow
from diary.store.tables.events import (
    AlarmClosing,
    DiaryEvent,
    EventKind,
    Medicine,
    StrengthUnit,
)
from diary.store.tables.intake import Consent, IntakeRecord, Purpose, TeamNote
from diary.store.tables.pathway import Pathway, PhaseRow
from diary.store.tables.people import (
    ActivationCode,
    Patient,
    Phone,
    PushSubscription,
    TreatmentRelation,
)
from diary.store.tables.protocols import ProtocolVersion
from diary.store.tables.questionnaires import Instrument, QuestionnaireResult
from diary.store.tables.reminders import (
    Channel,
    Pause,
    Prompt,
    Receipt,
    Reminder,
    ReminderState,
    WorkerGap,
    WorkerTick,
)
from diary.store.tables.symptoms import SymptomWording
from diary.store.tables.worklist import Act, DutyNotice, NoticeState, WorklistMark

__all__ = [
    "AccessLog",
    "Act",
    "Action",
    "ActivationCode",
    "AlarmClosing",
    "Attempt",
    "CaseDetail",
    "Centre",
    "Channel",
    "Consent",
    "Decision",
    "DiaryEvent",
    "DutyNotice",
    "EntryRow",
    "EventKind",
    "Instrument",
    "IntakeRecord",
    "Medicine",
    "NoticeState",
    "Pathway",
    "Patient",
    "Pause",
    "PhaseRow",
    "Phone",
    "Position",
    "Prompt",
    "ProtocolVersion",
    "Purpose",
    "PushSubscription",
    "QuestionnaireResult",
    "Receipt",
    "Reminder",
    "ReminderState",
    "Role",
    "ScoreRow",
    "Site",
    "Staff",
    "StaffSession",
    "StimulatorSwitch",
    "StrengthUnit",
    "SymptomWording",
    "TeamNote",
    "TreatmentRelation",
    "WorkerGap",
    "WorkerTick",
    "WorklistMark",
    "table_of",
]
