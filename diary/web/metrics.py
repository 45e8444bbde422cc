"""Figures for Prometheus (docs/running.md): from the database, so that all processes agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeHistogramMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from diary.store import figures, pulse
from diary.store.database import Unit
from diary.web.context import reading

# Seconds from the moment until the first reminder was accepted; the goal is 60 (quality.md).
BOUNDS = (10, 20, 30, 45, 60, 120, 300, 900, 1800)


def exposition() -> bytes:
    """Return the figures of this process and those of the whole installation."""
    registry = CollectorRegistry()
    registry.register(_Once(_installation))
    return generate_latest(REGISTRY) + generate_latest(registry)


class _Once(Collector):
    """What is asked for now, and for this one answer."""

    def __init__(self, collected: Callable[[], Iterator[Metric]]) -> None:
        self._collected = collected

    def collect(self) -> Iterator[Metric]:
        """Return the figures."""
        return self._collected()


def _installation() -> Iterator[Metric]:
    try:
        with reading(None) as unit:
            found = [*_worker(unit), *_reminders(unit)]
    except SQLAlchemyError:
        found = []
    yield GaugeMetricFamily("diary_database_up", "The database answers", value=bool(found))
    yield from found


def _worker(unit: Unit) -> Iterator[Metric]:
    last = pulse.last_tick(unit)
    yield GaugeMetricFamily(
        "diary_worker_tick_age_seconds",
        "Since when no worker got on with its work; above 180 /readyz is red",
        value=float("inf") if last is None else (unit.now - last).total_seconds(),
    )
    since = unit.now - figures.PERIOD
    gaps = (gap.until_at - max(gap.from_at, since) for gap in pulse.gaps(unit, since))
    yield GaugeMetricFamily(
        "diary_worker_standstill_seconds_24h",
        "How long all workers stood still in 24 hours",
        value=sum(gaps, timedelta()).total_seconds(),
    )


def _reminders(unit: Unit) -> Iterator[Metric]:
    done = figures.done(unit)
    yield _by_channel("diary_reminders_waiting", "Planned, or being sent", figures.waiting(unit))
    yield _by_channel(
        "diary_reminders_done_24h", "What became of the reminders of 24 hours", done.counts
    )
    yield GaugeMetricFamily(
        "diary_reminders_overdue",
        "Should have left more than two minutes ago",
        value=figures.overdue(unit, figures.OVERDUE).count,
    )
    yield GaugeMetricFamily(
        "diary_reminders_quarantined_24h",
        "Set apart in 24 hours, because the code failed on them three times",
        value=done.poison.total(),
    )
    yield GaugeMetricFamily(
        "diary_windows_open",
        "Moments that can be answered in time now, and are not",
        value=figures.open_windows(unit),
    )
    delays = figures.delays(unit, BOUNDS)
    buckets = [(f"{bound}.0", n) for bound, n in zip(BOUNDS, delays.within, strict=True)]
    yield GaugeHistogramMetricFamily(
        "diary_reminder_delay_seconds",
        "From the moment until its first reminder was accepted, of 24 hours",
        buckets=[*buckets, ("+Inf", delays.count)],
        gsum_value=delays.total,
    )


def _by_channel(name: str, meaning: str, counts: figures.ByChannel) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=("channel", "state"))
    for (channel, state), number in sorted(counts.items()):
        family.add_metric((channel.value, state.value), number)
    return family
