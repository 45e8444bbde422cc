"""What a reminder says: readable by anybody on a lock screen, so nothing about health or a centre.

Even the product's name is left out: "pain diary" on a lock screen says enough.
"""

from __future__ import annotations

from dataclasses import dataclass

from diary.language import catalogue, known


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one reminder in one language; `silent`: shown without a sound (at night)."""

    language: str
    title: str
    body: str
    subject: str
    greeting: str
    button: str
    closing: str
    silent: bool


def sample_words(language: str) -> Words:
    """Return the words of a message that only shows that reminders arrive."""
    language = known(language)
    _ = catalogue(language).gettext
    return Words(
        language=language,
        title=_("Diary"),
        body=_("This is a test. Reminders arrive here."),
        subject=_("A test of your diary"),
        greeting=_("Hello,"),
        button=_("Open the diary"),
        closing=_("This is a test. Reminders arrive here."),
        silent=False,
    )


def reminder_words(language: str, step: int, *, night: bool, needed: int | None = None) -> Words:
    """Return the words of step 0, 1, … of the ladder in `language` (Dutch when it is unknown).

    `needed` says how many times the day still needs; a repeated reminder is worded by it.
    """
    language = known(language)
    _ = catalogue(language).gettext
    body, subject = _("It is time to fill in your diary."), _("Time for your diary")
    if step > 0:
        body, subject = _("You can still fill it in now."), _("You can still fill in your diary")
        if needed:
            body += " " + _("%(count)d more today.") % {"count": needed}
    return Words(
        language=language,
        title=_("Diary"),
        body=body,
        subject=subject,
        greeting=_("Hello,"),
        button=_("Open the diary"),
        closing=_("Have you filled it in already? Then you do not have to do anything."),
        silent=night,
    )
