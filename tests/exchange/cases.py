"""Random but possible cases, to be carried out and in again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from diary.protocol.days import diary_day_of
from diary.protocol.entries import Entry, Kind
from diary.protocol.moments import DEFAULT_MOMENTS, Moment
from diary.protocol.pathway import SITES, Case
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.scales import Scale, Source

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FIRST = date(2026, 3, 2)
DAYS = 30
AS_OF = datetime(2026, 5, 1, tzinfo=UTC)
PHASES = (
    Phase(PhaseKind.INTAKE, FIRST, FIRST + timedelta(days=6)),
    Phase(PhaseKind.TRIAL, FIRST + timedelta(days=8), FIRST + timedelta(days=17)),
)
MOMENTS = st.sampled_from(
    [
        DEFAULT_MOMENTS,
        (*DEFAULT_MOMENTS, Moment("night", time(3), night=True)),
        (Moment("=7 uur", time(7)), Moment("ochtend", time(9)), Moment("morning", time(11))),
    ]
)


def scores(scale: Scale, source: Source) -> st.SearchStrategy[Fraction]:
    if scale is Scale.NRS and source is Source.PAPER:
        return st.integers(0, 20).map(lambda halves: Fraction(halves, 2))
    return st.integers(0, scale.maximum).map(Fraction)


@st.composite
def entries(
    draw: st.DrawFn, scale: Scale, sites: tuple[str, ...], moments: tuple[Moment, ...]
) -> Entry:
    source = draw(st.sampled_from(Source))
    moment = draw(st.sampled_from(moments)).name
    kind = draw(st.sampled_from(Kind))
    if source is Source.PHONE:
        offset = timezone(timedelta(minutes=draw(st.sampled_from([60, 120, 0, -300, 330]))))
        start = datetime(2026, 3, 2, 4, tzinfo=AMSTERDAM)
        instant = start + timedelta(milliseconds=draw(st.integers(0, DAYS * 86_400_000 - 1)))
        measured_at, day = instant.astimezone(offset), diary_day_of(instant, AMSTERDAM)
    else:
        measured_at, day = None, FIRST + timedelta(days=draw(st.integers(0, DAYS - 1)))
        kind = draw(st.sampled_from([Kind.SCHEDULED, Kind.LATE]))
    scored = draw(st.sets(st.sampled_from(sites), min_size=1))
    return Entry(
        id=str(draw(st.uuids(version=4))),
        measured_at=measured_at,
        diary_day=day,
        moment=None if kind is Kind.EXTRA else moment,
        scores={site: draw(scores(scale, source)) for site in sites if site in scored},
        kind=kind,
        source=source,
        withdrawn=draw(st.booleans()),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    scale = draw(st.sampled_from(Scale))
    sites = tuple(draw(st.lists(st.sampled_from(SITES), min_size=1, max_size=3, unique=True)))
    moments = draw(MOMENTS)
    found = draw(
        st.lists(
            entries(scale, sites, moments), max_size=12, unique_by=lambda entry: UUID(entry.id)
        )
    )
    return Case(
        as_of=AS_OF,
        scale=scale,
        phases=PHASES,
        sites=sites,
        primary_site=sites[0],
        moments=moments,
        entries=tuple(found),
    )
