"""Between the tables and the protocol's case: what a verdict is computed from, and an import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from sqlalchemy import func, insert, select, update
from sqlmodel import col

from diary.protocol.days import diary_day_of
from diary.protocol.entries import Entry, Kind, Placement, place_in
from diary.protocol.exact import decimal_text
from diary.protocol.messages import N_
from diary.protocol.pathway import (
    Attack,
    AttackDay,
    Case,
    Medication,
    QualityOfLife,
)
from diary.protocol.pathway import Patient as CasePatient
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.diary_reading import EntryView, entries_of
from diary.store.errors import NotFound, Refused
from diary.store.pathways import PathwayView, bump, lock, moments_as_rows, pathway, pathways_of
from diary.store.tables import CaseDetail, EntryRow, Pathway, Patient, PhaseRow, Role, ScoreRow
