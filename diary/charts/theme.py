"""Colours of the charts, light and dark.

Every colour goes together with a shape, a dash or a place, so that the chart is legible in grey
print; the hues stay apart for the three common colour-vision deficiencies (after Okabe and Ito).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Theme(StrEnum):
    """The reader's preference."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme."""

    paper: str
    ink: str
    quiet: str
    grid: str
    phase: str
    phase_ahead: str
    window: str
    bounds: str
    mean: str
    counted: str
    on_paper: str
    extra: str
    late: str
    missing: str
    threshold: str
    gap: str


PALETTES = {
    Theme.LIGHT: Palette(
        paper="#ffffff",
        ink="#16202b",
        quiet="#55636f",
        grid="#d8dee5",
        phase="#f0f3f6",
        phase_ahead="#f8f9fb",
        window="#dfe9f3",
        bounds="#b9cfe4",
        mean="#0f3b66",
        counted="#4b8fd0",
        on_paper="#b4530f",
        extra="#8a3b8f",
        late="#7a6200",
        missing="#b3261e",
        threshold="#00664f",
        gap="#7d8a96",
    ),
    Theme.DARK: Palette(
        paper="#12181f",
        ink="#e8edf2",
        quiet="#a3b0bc",
        grid="#323d48",
        phase="#1b232c",
        phase_ahead="#161d25",
        window="#22364a",
        bounds="#31516f",
        mean="#c9e1f8",
        counted="#5b9fde",
        on_paper="#f0975a",
        extra="#d694dc",
        late="#dcc04c",
        missing="#ff8a80",
        threshold="#4ad3ac",
        gap="#7f8d9b",
    ),
}
