"""The columns and words of a CSV diary, in Dutch and in English (docs/csv.md).

The words stand here and not in the translations: a better translation must never make yesterday's
file unreadable. Everything is read in both languages, whatever the language it was written in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

LANGUAGES = ("nl", "en")


class Column(StrEnum):
    """A column that is not a pain site, by its English name."""

    DIARY_DAY = "diary_day"
    MOMENT = "moment"
    MEASURED_AT = "measured_at"
    UTC_MINUTES = "utc_minutes"
    KIND = "kind"
    SOURCE = "source"
    SCALE = "scale"
    WITHDRAWN = "withdrawn"
    ID = "id"


# The Dutch word for each English one; a word that is the same in both stands here all the same.
COLUMNS_NL = {
    Column.DIARY_DAY: "dagboekdag",
    Column.MOMENT: "moment",
    Column.MEASURED_AT: "gemeten_op",
    Column.UTC_MINUTES: "utc_minuten",
    Column.KIND: "soort",
    Column.SOURCE: "bron",
    Column.SCALE: "schaal",
    Column.WITHDRAWN: "ingetrokken",
    Column.ID: "id",
}
SITES_NL = {
    "leg": "been",
    "back": "rug",
    "arm": "arm",
    "neck": "nek",
    "foot": "voet",
    "hand": "hand",
    "head": "hoofd",
    "other": "anders",
}
KINDS_NL = {"scheduled": "gepland", "extra": "extra", "late": "later"}
SOURCES_NL = {"phone": "telefoon", "paper": "papier"}
SCALES_NL = {"nrs": "nrs", "vas": "vas"}
ANSWERS_NL = {"yes": "ja", "no": "nee"}
MOMENTS_NL = {
    "morning": "ochtend",
    "midday": "middag",
    "evening": "avond",
    "bedtime": "bedtijd",
    "night": "nacht",
}


@dataclass(frozen=True, slots=True)
class Words:
    """A small vocabulary: what is stored ↔ what stands in the file."""

    dutch: Mapping[str, str]

    def write(self, word: str, language: str) -> str:
        """Return `word` as it stands in a file in `language`."""
        return self.dutch.get(word, word) if language == "nl" else word

    def read(self, text: str) -> str | None:
        """Return the stored word for `text` in either language, or None."""
        text = text.strip().casefold()
        for word, dutch in self.dutch.items():
            if text in (word.casefold(), dutch.casefold()):
                return word
        return None

    @property
    def choices(self) -> str:
        """Return what may be written, for a message."""
        both = ((dutch, word) for word, dutch in self.dutch.items())
        return ", ".join(dict.fromkeys(name for pair in both for name in pair))


COLUMNS = Words({column.value: dutch for column, dutch in COLUMNS_NL.items()})
SITES = Words(SITES_NL)
KINDS = Words(KINDS_NL)
SOURCES = Words(SOURCES_NL)
SCALES = Words(SCALES_NL)
ANSWERS = Words(ANSWERS_NL)


def moment_words(names: Iterable[str]) -> Words:
    """Return the vocabulary of a plan: its own names, and Dutch for the names everybody has.

    A plan that itself has a moment called "ochtend" keeps that word for it.
    """
    names = list(names)
    taken = {name.casefold() for name in names}
    return Words(
        {
            name: dutch if (dutch := MOMENTS_NL.get(name, name)).casefold() not in taken else name
            for name in names
        }
    )
