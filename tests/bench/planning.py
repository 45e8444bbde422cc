"""Laying out the prompts of fourteen days for 10,000 patients, as the worker does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

from diary.reminders import planning
from tests.bench.crowd import NOW, TRIAL_DAYS, both, in_trial
from tests.bench.measure import Result, at_most
from tests.support.people import MOMENTS

PATIENTS = 10_000
MOST_SECONDS = 60


def run() -> Iterator[Result]:
    """Plan once on each database; the floor is the goal itself, in seconds."""
    with both() as databases:
        for name, database in databases:
            in_trial(database, PATIENTS)
            started = time.perf_counter()
            # The worker lays out three days at a time, and does so every few minutes.
            with patch.object(planning, "AHEAD", timedelta(days=TRIAL_DAYS)):
                made = planning.materialise(database, NOW)
            seconds = time.perf_counter() - started
            # At eight in the morning, the moments of the first day are all still to come.
            assert made == PATIENTS * TRIAL_DAYS * len(MOMENTS), made
            what = f"planning {PATIENTS} patients, {TRIAL_DAYS} days, {name} (s, floor: the goal)"
            yield at_most(what, seconds, MOST_SECONDS, 1)
