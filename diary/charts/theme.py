"""Colours of the charts: light, dark, and for print.

Every colour goes together with a shape, a dash or a place, so that the chart is legible in grey
print; the hues stay apart for the three common colour-vision deficiencies (after Okabe and Ito).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Theme(StrEnum):
    """The reader's preference, or paper: dark inks, told apart in grey too."""

    LIGHT = "light"
    DARK = "dark"
    PRINT = "print"


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
    # Grey print keeps these apart by their darkness alone.
    Theme.PRINT: Palette(
        paper="#ffffff",
        ink="#000000",
        quiet="#3d4650",
        grid="#c9cfd6",
        phase="#f1f3f5",
        phase_ahead="#fafbfc",
        window="#d9e2ec",
        bounds="#a9bdd2",
        mean="#000000",
        counted="#2f6ea8",
        on_paper="#8f3f00",
        extra="#6b1f70",
        late="#5c4a00",
        missing="#a30f0f",
        threshold="#004d3b",
        gap="#66727e",
    ),
}
