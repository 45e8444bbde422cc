"""A booklet as a PDF, where WeasyPrint is installed (the extra `pdf`) and finds Pango."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from diary import assets

STYLES = "css/booklet.css"


@cache
def _weasyprint() -> ModuleType | None:
    try:
        return import_module("weasyprint")
    except (ImportError, OSError):  # OSError: the package is there, the libraries of Pango are not
        return None


def is_available() -> bool:
    """Tell whether this installation can make a PDF."""
    return _weasyprint() is not None


def pdf_of(html: str) -> bytes:
    """Return the document `html` as a PDF in the style of the booklet.

    Nothing is fetched, from nowhere: the style is read from our own folder, and there are no
    pictures. The PDF asks its reader to print at full size, since a VAS line is 100 mm long.
    Raises RuntimeError where `is_available` says no.
    """
    weasyprint = _weasyprint()
    if weasyprint is None:
        raise RuntimeError("WeasyPrint is not installed, or does not find Pango")
    styles = (assets.folder("static") / STYLES).read_text(encoding="utf-8")
    # No protocol is allowed: not to the network, and not to the files of this machine.
    nowhere = weasyprint.urls.URLFetcher(allowed_protocols=())
    document = weasyprint.HTML(string=html, url_fetcher=nowhere)
    made: bytes = document.write_pdf(
        stylesheets=[weasyprint.CSS(string=styles, url_fetcher=nowhere)], finisher=_full_size
    )
    return made


def _full_size(_document: Any, pdf: Any) -> None:
    preferences = import_module("pydyf").Dictionary({"PrintScaling": "/None"})
    pdf.catalog["ViewerPreferences"] = preferences
