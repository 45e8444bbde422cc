"""The app's icon as PNG, drawn when it is asked for: no picture files to keep in step."""

from __future__ import annotations

import io
from functools import cache

SIZES = (180, 192, 512)
# As in static/icons/icon.svg, on its field of 512 by 512.
FIELD = 512
GROUND, LINE, BASE = "#0f5c6e", "#ffffff", "#8fd0dd"
CURVE = ((96, 208), (160, 208), (208, 320), (280, 120), (336, 272), (360, 208), (416, 208))
UNDERLINE = ((136, 400), (376, 400))


@cache
def png(size: int) -> bytes:
    """Return the icon, `size` pixels square; the drawing keeps to the maskable safe zone."""
    # Half a second to import, and asked once per phone: not at start.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(size / 100, size / 100), dpi=100, facecolor=GROUND)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, FIELD)
    axes.set_ylim(FIELD, 0)
    point = size / FIELD * 0.72
    for path, colour, width in ((CURVE, LINE, 36), (UNDERLINE, BASE, 28)):
        xs, ys = zip(*path, strict=True)
        axes.plot(
            xs, ys, color=colour, lw=width * point, solid_capstyle="round", solid_joinstyle="round"
        )
    picture = io.BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()
