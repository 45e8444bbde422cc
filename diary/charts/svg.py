"""From a matplotlib figure to an SVG file: the same figure gives the same bytes, everywhere."""

from __future__ import annotations

import hashlib
import io
import re
import threading

import matplotlib as mpl
from matplotlib.figure import Figure

# Change it whenever a chart of the same data looks different: caches then ask for it anew.
DRAWING = 2

# Set once for the process and never again: rcParams are global, and `rc_context` around every
# figure would let two threads undo each other's settings.
mpl.rcParams["svg.fonttype"] = "none"
mpl.rcParams["svg.hashsalt"] = "pijndagboek"

# matplotlib's font and text caches are not made for several threads at a time.
_one_at_a_time = threading.Lock()

_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_FONTS = re.compile(r"font-family: [^;\"]*")
_SIZE = re.compile(r'width="[\d.]+pt" height="[\d.]+pt"')
_DOCTYPE = re.compile(r"<!DOCTYPE[^>]*>\s*")
_NO_ROTATION = re.compile(r' transform="rotate\(-?0 [^"]*\)"')


def render(figure: Figure) -> bytes:
    """Return `figure` as SVG, with generic sans-serif text and its size in CSS pixels.

    The figure is drawn at 72 dots an inch, so that a point is a pixel.
    """
    page = io.StringIO()
    with _one_at_a_time:
        figure.savefig(page, format="svg", metadata=_NO_METADATA)
    width, height = (round(inches * 72) for inches in figure.get_size_inches())
    text = _SIZE.sub(f'width="{width}" height="{height}"', page.getvalue(), count=1)
    text = _DOCTYPE.sub("", text, count=1)
    text = _NO_ROTATION.sub("", text)
    return _FONTS.sub("font-family: sans-serif", text).encode()


def etag(*parts: object) -> str:
    """Return the cache key of a chart drawn from `parts`: revision, day, language, theme, size.

    Equal parts give equal keys in every process; another drawing or matplotlib another key.
    """
    material = repr((DRAWING, mpl.__version__, *map(str, parts)))
    return hashlib.sha256(material.encode()).hexdigest()[:32]
