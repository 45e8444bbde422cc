"""What opioids are worth in oral morphine: two published tables, and the names they go by.

S3 l.160-162 sets a limit in morphine equivalents and names no table, so the centre chooses one
(protocol.md, section 8). What neither table knows is for a physician to judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from diary.protocol.messages import N_

ORAL, UNDER_SKIN, INTO_VEIN, PATCH = "oral", "sc", "iv", "patch"


class MedTable(StrEnum):
    """The tables that a centre chooses from."""

    NL_2019 = "nl-2019"
    CDC_2022 = "cdc-2022"


@dataclass(frozen=True, slots=True)
class OpioidTable:
    """Factors by substance and route: mg of oral morphine a day for each mg, or µg/h of a patch.

    `published` is the year that is shown beside every result; doses are of the salt on the label.
    """

    name: MedTable
    title: str
    published: str
    factors: Mapping[tuple[str, str], Fraction] = field(repr=False)


def _factors(
    oral: Mapping[str, str], patch: Mapping[str, str], injected: Mapping[str, str]
) -> dict[tuple[str, str], Fraction]:
    by_route = {ORAL: oral, PATCH: patch, UNDER_SKIN: injected, INTO_VEIN: injected}
    return {
        (substance, route): Fraction(factor)
        for route, factors in by_route.items()
        for substance, factor in factors.items()
    }


NL_2019 = OpioidTable(
    MedTable.NL_2019,
    N_('Dutch guideline "Pijn bij patiënten met kanker" 3.0 (2019), NHG rotation table 6 (2016)'),
    "2019",
    _factors(
        oral={
            "morphine": "1",
            "oxycodone": "1.5",
            "hydromorphone": "5",
            "tapentadol": "0.4",
            "tramadol": "0.1",
        },
        patch={"fentanyl": "2.4", "buprenorphine": "2.4"},
        injected={"morphine": "3", "oxycodone": "3"},
    ),
)
CDC_2022 = OpioidTable(
    MedTable.CDC_2022,
    N_("CDC Clinical Practice Guideline for Prescribing Opioids for Pain (2022)"),
    "2022",
    _factors(
        oral={
            "morphine": "1",
            "oxycodone": "1.5",
            "hydromorphone": "5",
            "tapentadol": "0.4",
            "tramadol": "0.2",
            "codeine": "0.15",
            "hydrocodone": "1",
            "oxymorphone": "3",
        },
        patch={"fentanyl": "2.4"},
        injected={},
    ),
)
TABLES: Mapping[str, OpioidTable] = {table.name: table for table in (NL_2019, CDC_2022)}

# Opioids by their English names; those in no table are always for a physician to judge.
_NAMES = """
    alfentanil bezitramide buprenorphine butorphanol codeine dextromoramide dextropropoxyphene
    diamorphine dihydrocodeine fentanyl heroin hydrocodone hydromorphone levomethadone levorphanol
    meperidine meptazinol methadone morphine nalbuphine nicomorphine opium oxycodone oxymorphone
    pentazocine pethidine piritramide remifentanil sufentanil tapentadol tilidine tramadol
"""
OPIOIDS = frozenset(_NAMES.split())
# The same substances as Dutch charts spell them.
SPELLINGS: Mapping[str, str] = {
    "buprenorfine": "buprenorphine",
    "butorfanol": "butorphanol",
    "codeïne": "codeine",
    "dextropropoxyfeen": "dextropropoxyphene",
    "diamorfine": "diamorphine",
    "dihydrocodeïne": "dihydrocodeine",
    "heroïne": "heroin",
    "hydrocodon": "hydrocodone",
    "hydromorfon": "hydromorphone",
    "levomethadon": "levomethadone",
    "levorfanol": "levorphanol",
    "methadon": "methadone",
    "morfine": "morphine",
    "nalbufine": "nalbuphine",
    "nicomorfine": "nicomorphine",
    "oxycodon": "oxycodone",
    "oxymorfon": "oxymorphone",
}
