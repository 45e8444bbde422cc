"""What is sent to who is on duty: that something urgent waits, never what or of whom."""

from __future__ import annotations

from diary.language import catalogue, known
from diary.reminders.texts import Words


def duty_words(language: str) -> Words:
    """Return the message to who is on duty: that something urgent waits, not what or of whom."""
    language = known(language)
    _ = catalogue(language).gettext
    return Words(
        language=language,
        title=_("Urgent"),
        body=_("Something urgent waits on the worklist. Look at it now."),
        subject=_("Urgent: look at the worklist"),
        greeting=_("Hello,"),
        button=_("Open the worklist"),
        closing=_("This is sent once. It stands on the worklist until somebody closes it."),
        silent=False,
    )
