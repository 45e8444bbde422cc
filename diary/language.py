"""Languages: catalogues read straight from the .po files, so none can be stale.

Pure of any web framework: the web, the reminders and the exchange floor all speak through it.
"""

from __future__ import annotations

import gettext as _gettext
from functools import cache
from io import BytesIO
from threading import Lock

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from diary import assets

# In the order in which a person is offered them. English is the language of the message ids.
LANGUAGES = {
    "nl": "Nederlands",
    "en": "English",
    "de": "Deutsch",
    "pl": "Polski",
    "tr": "Türkçe",
    "ar": "العربية",
}
"""What a patient can choose. The catalogues say which still need a native reader."""
TEAM_LANGUAGES = {code: LANGUAGES[code] for code in ("nl", "en")}
"""What the team's screens speak."""
SOURCE = "en"


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools know
    """Mark `message` for translation where it stands; it is translated where it is shown."""
    return message


# Reading a catalogue takes a third of a second: threads that want one at once wait for the first.
_reading = Lock()


def catalogue(language: str) -> _gettext.NullTranslations:
    """Return the translations for `language`; the message ids themselves for English."""
    with _reading:
        return _read(language)


@cache
def _read(language: str) -> _gettext.NullTranslations:
    path = assets.folder("translations") / language / "LC_MESSAGES" / "messages.po"
    if language == SOURCE or not path.is_file():
        return _gettext.NullTranslations()
    with path.open("rb") as source:
        messages = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


@cache
def locale(language: str) -> Locale:
    """Return Babel's locale; English is the European kind, with day before month."""
    return Locale.parse("en_GB" if language == "en" else language)


def is_right_to_left(language: str) -> bool:
    """Tell whether `language` is written from right to left: pages, and the pain scale, mirror."""
    return locale(language).text_direction == "rtl"


@cache
def date_pattern(language: str, skeleton: str) -> str:
    """Return how `language` writes a date that consists of `skeleton` (CLDR): "d. MMM"."""
    return str(locale(language).datetime_skeletons[skeleton].pattern)


@cache
def day_pattern(language: str) -> str:
    """Return how `language` writes a weekday and a date in full: "EEEE, d. MMMM"."""
    return date_pattern(language, "MMMEd").replace("E", "EEEE").replace("MMM", "MMMM")


def known(language: str | None, otherwise: str = "nl") -> str:
    """Return `language` when the product speaks it, else `otherwise`."""
    return language if language in LANGUAGES else otherwise
