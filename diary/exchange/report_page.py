"""The report as a document to print, and as a PDF where WeasyPrint is installed."""

from __future__ import annotations

import base64
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from diary import assets
from diary.exchange import pdf
from diary.exchange.report import Report
from diary.wording import spoken

STYLES = "css/report.css"
# On the first page; all of them stand in the appendix.
MOST_DECISIONS = 2


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(assets.folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(spoken.gettext, spoken.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(day_short=spoken.day_short)
    made.globals.update(language=spoken.current)
    return made


def document(
    report: Report,
    chart: str,
    alt: str,
    switched: str = "",
    *,
    appendix: bool = True,
    styles: str = "",
    bar: str = "",
) -> str:
    """Return the report as HTML in the language that is spoken.

    `chart` is the address of the picture, `alt` says the same in words, and `switched` what it may
    have no room for; `styles` is the address of the style, and `bar` (HTML) stands above it on a
    screen, neither of them in a PDF.
    """
    template = _templates().get_template("report/document.html")
    return template.render(
        report=report,
        chart=chart,
        alt=alt,
        switched=switched,
        appendix=appendix,
        styles=styles,
        bar=bar,
        most_decisions=MOST_DECISIONS,
    )


def as_address(chart: bytes) -> str:
    """Return an SVG picture as an address that needs no fetching."""
    return f"data:image/svg+xml;base64,{base64.b64encode(chart).decode()}"


def pdf_of(html: str) -> bytes:
    """Return the document as a PDF. Raises RuntimeError where `pdf.is_available` says no."""
    return pdf.make(html, STYLES)
