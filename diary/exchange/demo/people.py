"""Names that nobody can take for real ones."""

from __future__ import annotations

from datetime import date
from random import Random

FIRST = (
    *("Truus", "Kees", "Fatima", "Henk", "Ria", "Mohamed", "Sjaan", "Joop", "Lies", "Wim"),
    *("Ans", "Piet", "Yasemin", "Gerrit", "Corrie", "Dirk", "Agnieszka", "Bep", "Nel", "Sjoerd"),
)
LAST = (
    *("Verzonnen", "Voorbeeld", "Fictie", "Nepveen", "Testmans", "Zogenaamd", "Bedacht"),
    *("van Papier", "Denkbeeld", "Fantasie", "Modelstra", "Schijnsma", "Proefstra"),
)


def name(number: int) -> str:
    """Return the name of patient number 0, 1, …; the first 260 differ."""
    return f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]}"


def birth_date(rng: Random, today: date) -> date:
    """Return a date of birth of somebody between 31 and 79 years old."""
    return date(today.year - rng.randint(32, 79), rng.randint(1, 12), rng.randint(1, 28))
