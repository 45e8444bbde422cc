"""The Dutch that a patient reads: short sentences, no jargon, no English (level B1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.support import catalogues

LONGEST_SENTENCE = 20
LONGEST_ON_AVERAGE = 10

# What the programs of the phone and of others are told; a patient does not meet it.
FOR_PROGRAMS = ("diary/web/api/bodies.py",)
ONLY_FOR_PROGRAMS = {
    "This page takes JSON only.",
    "Send it as application/json.",
    "The time of the entry is needed, with its offset.",
}

# Words of the trade, of computers and of English that a patient need not know.
_TERMS = """
adherentie analgetica anamnese baseline compliance contra-indicatie dermatoom diagnose dosering
drempelwaarde drgs elektrode excretie fase gewogen implantaat implantatie incontinentie
indicatie infectie inclusie interventie invasief klinisch liquor medicatie mictie motorisch
neurologisch neuromodulatie neurostimulator nrs opioïde palpatie parese paresthesie proms
protocol respondent scs sensibel substantie symptoom symptomen uitgangswaarde urine-
incontinentie vas

activeren annuleren applicatie authenticatie browser cache cookie data database e-health
gebruikersnaam gesynchroniseerd javascript json klik klikken module notificatie notificaties
parameter server sessie synchroniseren technisch uploaden utc validatie versie verzoek

account back-up bug button cancel check checken delete device download downloaden entry error
feedback file home item login mail matchen offline ok okay online outcome pop-up prompt push
record reload reset resetten sample scannen score screen setting settings shift skip status
submit support swipe swipen team-member tool tweak undo update updaten window workflow
"""
JARGON = set(_TERMS.split())


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`; a line without a full stop or question mark is one too."""
    return [part for part in re.split(r"(?<=[.?!:])\s+", text) if part]


def words(sentence: str) -> list[str]:
    """Return the words of a sentence; a name or number that is filled in counts as one."""
    filled = re.sub(r"%\(\w+\)[sd]|\{\w+\}", "x", sentence)
    return re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", filled)


def dutch() -> Iterator[tuple[str, str]]:
    """Yield (message id, Dutch) for everything that a patient can meet."""
    own = catalogues.read("nl")
    for message in catalogues.extract():
        if not message.id or not catalogues.for_patients(message):
            continue
        places = {path for path, _line in message.locations}
        found = own.get(message.id, message.context)
        if found is None or message.id in ONLY_FOR_PROGRAMS or places <= set(FOR_PROGRAMS):
            continue
        forms = [found.string] if isinstance(found.string, str) else found.string
        yield from ((str(message.id), form) for form in forms)


@pytest.fixture(scope="module")
def said() -> list[tuple[str, str]]:
    found = list(dutch())
    assert len(found) > 200
    return found


def test_sentences_are_short(said: list[tuple[str, str]]) -> None:
    long = [
        sentence
        for _id, text in said
        for sentence in sentences(text)
        if len(words(sentence)) > LONGEST_SENTENCE
    ]
    assert long == []
    # Labels and buttons would only make the average look better.
    lengths = [
        len(words(sentence))
        for _id, text in said
        for sentence in sentences(text)
        if sentence.endswith((".", "?", "!"))
    ]
    assert sum(lengths) / len(lengths) <= LONGEST_ON_AVERAGE


def test_there_is_no_jargon(said: list[tuple[str, str]]) -> None:
    found = {
        text: sorted(JARGON.intersection(word.lower() for word in words(text)))
        for _id, text in said
    }
    assert {text: terms for text, terms in found.items() if terms} == {}


def test_patients_are_addressed_in_one_way(said: list[tuple[str, str]]) -> None:
    """ "U heeft" everywhere, never "je": the same voice on every page."""
    wrong = re.compile(r"\b(je|jij|jouw|jullie|hebt u|u hebt|uzelf)\b", re.IGNORECASE)
    assert [text for _id, text in said if wrong.search(text)] == []


def test_a_filled_in_value_is_one_word_and_a_full_stop_ends_a_sentence() -> None:
    text = "Uw code van %(centre)s werkt tot {day}. Bel 112!"
    assert [len(words(sentence)) for sentence in sentences(text)] == [7, 2]
