"""A document as a PDF, where WeasyPrint is installed (the extra `pdf`) and finds Pango."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from diary import assets


@cache
def _weasyprint() -> ModuleType | None:
    try:
        return import_module("weasyprint")
    except (ImportError, OSError):  # OSError: the package is there, the libraries of Pango are not
        return None


def is_available() -> bool:
    """Tell whether this installation can make a PDF."""
    return _weasyprint() is not None


def make(html: str, styles: str, *, full_size: bool = False) -> bytes:
    """Return the document `html` as a PDF in the style of the file `styles` of our own folder.

    Nothing is fetched, from nowhere: pictures stand in the document itself. With `full_size` the
    PDF asks its reader to print as it is, where a line is a measure. Raises RuntimeError where
    `is_available` says no.
    """
    weasyprint = _weasyprint()
    if weasyprint is None:
        raise RuntimeError("WeasyPrint is not installed, or does not find Pango")
    written = (assets.folder("static") / styles).read_text(encoding="utf-8")
    # Not the network, and not the files of this machine.
    nowhere = weasyprint.urls.URLFetcher(allowed_protocols=("data",))
    document = weasyprint.HTML(string=html, url_fetcher=nowhere)
    made: bytes = document.write_pdf(
        stylesheets=[weasyprint.CSS(string=written, url_fetcher=nowhere)],
        finisher=_full_size if full_size else None,
    )
    return made


def _full_size(_document: Any, pdf: Any) -> None:
    preferences = import_module("pydyf").Dictionary({"PrintScaling": "/None"})
    pdf.catalog["ViewerPreferences"] = preferences
