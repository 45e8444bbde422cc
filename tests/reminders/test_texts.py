"""What a reminder says: what is still needed today, and nothing about health, in every language."""

from __future__ import annotations

import pytest

from diary.language import LANGUAGES
from diary.reminders.texts import reminder_words


def test_a_repeated_reminder_says_what_the_day_still_needs() -> None:
    assert reminder_words("nl", 0, night=False, needed=2).body == (
        "Het is tijd om uw dagboek in te vullen."
    )
    assert reminder_words("nl", 1, night=False).body == "U kunt het nu nog invullen."
    assert reminder_words("nl", 1, night=False, needed=1).body == (
        "U kunt het nu nog invullen. Nog 1 keer vandaag."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_every_language(language: str) -> None:
    words = reminder_words(language, 2, night=False, needed=2)
    assert "2" in words.body
    assert language == "en" or "more today" not in words.body
