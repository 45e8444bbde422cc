"""The trend chart: same input, same bytes; every mark there; nothing outside the picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import combinations
from xml.etree import ElementTree

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection, LineCollection
from matplotlib.colors import to_rgba

from diary.charts.alt import alt_text
from diary.charts.data import (
    Gap,
    Mark,
    Moment,
    OpioidDay,
    Phase,
    Switch,
    TrendData,
    Window,
    WindowRole,
)
from diary.charts.gaps import LEAST
from diary.charts.legend import MARKS
from diary.charts.medication import HIGHEST
from diary.charts.scale import lay_out
from diary.charts.svg import etag
from diary.charts.theme import PALETTES, Theme
from diary.charts.trend import (
    MIDDLE,
    NARROW,
    ON_PAPER,
    WIDE,
    Size,
    place,
    trend_figure,
    trend_svg,
)
from tests.charts.examples import dutch, patient

SVG = "{http://www.w3.org/2000/svg}"


def draw(data: TrendData, theme: Theme = Theme.LIGHT, size: Size = WIDE) -> str:
    return trend_svg(data, dutch, "nl", theme, size).decode()


def texts(svg: str) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_same_data_give_the_same_bytes(theme: Theme, size: Size) -> None:
    data = patient(gap=40, paper=True, seed=3)
    assert draw(data, theme, size) == draw(data, theme, size)
    assert draw(data, theme, size) != draw(patient(seed=4), theme, size)


def test_the_file_holds_no_date_no_font_and_no_metadata() -> None:
    svg = draw(patient())
    assert not re.search(r"<metadata|Matplotlib|DejaVu|20\d\d-\d\d-\d\d", svg)
    assert 'width="900" height="360"' in svg


def test_every_kind_of_mark_has_its_own_shape_and_only_what_counts_is_filled() -> None:
    shapes = {(style.shape, style.filled) for style in MARKS.values()}
    assert len(shapes) == len(MARKS)
    assert {mark for mark, style in MARKS.items() if style.filled} == {Mark.COUNTED, Mark.PAPER}


@pytest.mark.parametrize("mark", Mark)
def test_every_measurement_is_drawn_and_named(mark: Mark) -> None:
    data = patient()
    points = tuple(replace(point, mark=mark) for point in data.points)
    figure = trend_figure(replace(data, points=points), dutch, "nl", Theme.LIGHT, WIDE)
    shape = MARKS[mark].shape
    lines = figure.axes[0].lines
    drawn = [len(line.get_xdata()) for line in lines if line.get_marker() == shape]
    assert drawn == [len(points), 1]  # the marks, and the sample in the legend


def test_the_words_are_the_readers() -> None:
    words = texts(draw(patient(gap=40)))
    assert {"Intake", "Proefstimulatie", "2 mrt", "40 d", "50 %", "gemist"} <= set(words)
    assert any(re.fullmatch(r"uitgangswaarde \d,\d", word) for word in words)


def _pictures() -> Iterator[tuple[TrendData, Size]]:
    for size in (WIDE, NARROW):
        yield patient(), size
        yield patient(gap=40, paper=True, seed=3), size
        yield patient(maximum=100, running=4, seed=4), size
        yield patient(trial_days=28, intake_days=7, gap=0, missing=0.4, paper=True), size


@pytest.mark.parametrize("data,size", list(_pictures()))
def test_no_words_leave_the_picture_or_lie_on_one_another(data: TrendData, size: Size) -> None:
    figure = trend_figure(data, dutch, "nl", Theme.LIGHT, size)
    figure.draw_without_rendering()
    boxes = [
        (text.get_text(), text.get_window_extent())
        for text in figure.axes[0].texts
        if text.get_text() != "nu"
    ]
    for text, box in boxes:
        assert box.x0 >= 0, text
        assert box.x1 <= size.width, text
        assert box.y0 >= 0, text
        assert box.y1 <= size.height, text
    for index, (text, box) in enumerate(boxes):
        for other, its_box in boxes[:index]:
            overlap = (
                min(box.x1, its_box.x1) - max(box.x0, its_box.x0),
                min(box.y1, its_box.y1) - max(box.y0, its_box.y0),
            )
            # A pixel or two of empty line height may be shared.
            assert min(overlap) <= 3, (text, other)


def test_a_long_silence_is_cut_and_the_days_keep_their_width() -> None:
    near, far = (lay_out(patient(gap=gap), 0, 900, 0, 300) for gap in (0, 40))
    assert [days for *_edges, days in far.breaks()] == [40]
    assert near.breaks() == []
    widths = {round((run.right - run.left) / run.days, 6) for run in far.runs}
    assert len(widths) == 1
    assert far.runs[-1].right == pytest.approx(900)


def test_a_diary_without_entries_is_an_empty_picture() -> None:
    empty = replace(
        patient(), points=(), missing=(), day_means=(), windows=(), threshold=None, phases=()
    )
    assert "<svg" in draw(empty)


def test_the_key_changes_with_everything_that_changes_the_picture() -> None:
    key = etag(12, "2026-03-20", "nl", "light", 900)
    assert key == etag(12, "2026-03-20", "nl", "light", 900)
    assert len({key, etag(13, "2026-03-20", "nl", "light", 900), etag(12, "nl")}) == 3


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", Theme)
def test_words_and_marks_stand_out_from_every_ground(theme: Theme) -> None:
    palette = PALETTES[theme]
    for ground in (palette.paper, palette.phase, palette.window):
        for words in (palette.ink, palette.mean, palette.threshold):
            assert _contrast(words, ground) >= 4.5, (words, ground)
        for mark in ("counted", "on_paper", "extra", "late", "missing"):
            assert _contrast(getattr(palette, mark), ground) >= 2.7, (mark, ground)
    assert _contrast(palette.quiet, palette.paper) >= 4.5


GAP = Gap(
    Moment(date(2026, 3, 12), 4 / 24),
    Moment(date(2026, 3, 12), 10 / 24),
    datetime.fromisoformat("2026-03-12T08:00+01:00"),
    datetime.fromisoformat("2026-03-12T14:00+01:00"),
)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_standstill_is_hatched_where_it_was_and_named(size: Size) -> None:
    data = replace(patient(gap=4), gaps=(GAP,))
    svg = draw(data, Theme.DARK, size)
    assert svg == draw(data, Theme.DARK, size), "the same bytes"
    assert "systeem lag stil, niet gevraagd" in texts(svg)
    figure = trend_figure(data, dutch, "nl", Theme.DARK, size)
    colour = to_rgba(PALETTES[Theme.DARK].gap)
    bands = [
        [x for stroke in lines.get_segments() for x, _y in stroke]
        for lines in figure.axes[0].collections
        if isinstance(lines, LineCollection) and tuple(lines.get_colors()[0]) == colour
    ]
    band, sample = (max(xs) - min(xs) for xs in bands)
    assert sample == pytest.approx(14), "in the legend too"
    assert band >= LEAST - 1e-6, "wide enough to be seen"


def test_a_standstill_in_words() -> None:
    over_night = replace(GAP, until_at=GAP.until_at + timedelta(days=1))
    text = alt_text(replace(patient(), gaps=(GAP, over_night)), dutch, "nl")
    assert (
        "Het systeem lag stil en er is niets gevraagd: 12 maart 2026 08:00 – 14:00;"
        " 12 maart 2026 08:00 – 13 maart 2026 14:00." in text
    )


def test_a_switch_is_a_named_line_and_stands_in_the_words() -> None:
    data = patient()
    moment = data.points[3].at
    at = datetime.combine(moment.day, time(9, 30), UTC)
    data = replace(data, switches=(Switch(moment, at, on=False), Switch(moment, at, on=True)))
    svg = draw(data)
    assert svg == draw(data), "the same bytes"
    assert {"uitgezet", "aangezet"} <= set(texts(svg))
    said = alt_text(data, dutch, "nl")
    assert f"{at:%H:%M}" not in said
    assert " uitgezet; " in said


@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["wide", "middle", "narrow"])
def test_opioids_lie_under_the_days_and_leave_the_legend_free(size: Size) -> None:
    plain = patient()
    days = [mean.day for mean in plain.day_means]
    amounts = [Fraction(60), Fraction(45), None]
    opioids = tuple(OpioidDay(*pair) for pair in zip(days, amounts, strict=False))
    data = replace(plain, opioids=opioids)
    axes = trend_figure(data, dutch, "nl", Theme.LIGHT, size).axes[0]
    bars = next(c for c in axes.collections if to_rgba(PALETTES[Theme.LIGHT].gap) in _faces(c))
    boxes = [path.get_extents() for path in bars.get_paths()]
    assert [box.height for box in boxes] == [HIGHEST, HIGHEST * 0.75]
    plot, rows = place(data, str, size)
    top = size.line * (len(rows) - 1) + size.letters
    assert all(top < box.y0 and box.y1 < plot.bottom - 19 - size.letters + 2 for box in boxes)
    words = [text.get_text() for text in axes.texts]
    assert words.count("?") == 2  # on its day, and in the legend
    assert "60" in words
    assert "60,0 mg" in alt_text(data, dutch, "nl")


def _faces(collection: Collection) -> list[tuple[float, ...]]:
    return [tuple(face) for face in collection.get_facecolor()]


@pytest.mark.parametrize("size", [NARROW, ON_PAPER, WIDE], ids=lambda size: str(size.width))
@pytest.mark.parametrize("hours", [(0, 1), (0, 12, 24), (0, 2, 30, 31), (0, 24, 48, 72)])
def test_words_of_switches_lie_nowhere_over_one_another(size: Size, hours: tuple[int, ...]) -> None:
    """Measured where the letters really are, at times as close as a clinic may have them."""
    data = patient()
    day = data.phases[-1].first_day
    start = datetime.combine(day, time(9), tzinfo=UTC)
    switches = tuple(
        Switch(Moment(at.date(), (at.hour + at.minute / 60) / 24), at, on=bool(number % 2))
        for number, at in enumerate(start + timedelta(hours=hour) for hour in hours)
    )
    figure = trend_figure(replace(data, switches=switches), dutch, "nl", Theme.PRINT, size)
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [
        text.get_window_extent(renderer)
        for text in figure.axes[0].texts
        if text.get_rotation() == 90
    ]
    assert len(boxes) == len(hours)
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)
    for box in boxes:
        assert box.x0 >= 0
        assert box.x1 <= size.width
        assert box.y1 <= size.height


@pytest.mark.parametrize(
    "size", [NARROW, MIDDLE, ON_PAPER, WIDE], ids=["narrow", "middle", "paper", "wide"]
)
def test_what_is_written_above_the_days_of_a_switch_off_lies_nowhere_over_one_another(
    size: Size,
) -> None:
    """Two short phases after each other, and both their scores: the least room that there is."""
    plain = patient()
    last = plain.phases[-1].last_day + timedelta(days=40)
    before = Phase("pre_switch_off", last, last + timedelta(days=3))
    off = Phase("switch_off", last + timedelta(days=4), last + timedelta(days=31))
    windows = (
        Window(WindowRole.ON, before.first_day, before.last_day, Fraction(2), "2.1"),
        Window(
            WindowRole.OFF, off.first_day, off.first_day + timedelta(days=3), Fraction(6), "6.2"
        ),
    )
    data = replace(plain, phases=(*plain.phases, before, off), windows=(*plain.windows, *windows))
    figure = trend_figure(data, dutch, "nl", Theme.PRINT, size)
    renderer = FigureCanvasAgg(figure).get_renderer()
    top = place(data, dutch, size)[0].top
    above = {
        text.get_text(): text.get_window_extent(renderer)
        for text in figure.axes[0].texts
        if text.get_position()[1] > top + 5 and text.get_position()[0] > 30
    }
    assert {"2,1", "6,2"} <= {name.split()[-1] for name in above}
    for one, other in combinations(above, 2):
        assert not above[one].overlaps(above[other]), (one, other)
    for box in above.values():
        assert box.y1 <= size.height
        assert box.x1 <= size.width
