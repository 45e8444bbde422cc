"""Keeps translations/ in step with the code: `python -m tests.support.catalogues [--update]`.

Without an option it checks, and names every message that is missing, fuzzy or broken. Messages that
nothing uses are a problem too: dead text is dead code. The team's screens speak Dutch and English;
the other catalogues hold what a patient can meet, and nothing else.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from diary.language import LANGUAGES, SOURCE, TEAM_LANGUAGES

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "translations"
KEYWORDS = {**DEFAULT_KEYWORDS, "_": None, "N_": None}
METHODS = [("diary/**.py", "python"), ("templates/**.html", "jinja2")]
ELSEWHERE = {".git", ".venv", "docs", "static", "tests", "translations", "var"}
_BRACES = re.compile(r"\{\w+\}")
HEADER = """{note}msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
NEEDS_A_READER = """# Still needs a native reader: made by people who did not grow up with it.
# Patients read this in pain. Keep it formal, in short and plain sentences.
# Holds only what a patient can meet; the screens of the team are in Dutch and English.
"""

# Where the words are that a patient can meet: pages, the letter, the booklet, reminders, pictures,
# and what the store and the protocol say when they refuse an answer.
FOR_PATIENTS = (
    "templates/base.html",
    "templates/booklet",
    "templates/errors/",
    "templates/patient/",
    "templates/team/_letter.html",
    "diary/charts/axes.py",
    "diary/charts/legend.py",
    "diary/charts/words.py",
    "diary/exchange/booklet",
    "diary/protocol/anchors.py",
    "diary/protocol/exact.py",
    "diary/protocol/scales.py",
    "diary/reminders/",
    "diary/store/diary_writing.py",
    "diary/store/errors.py",
    "diary/store/event",
    "diary/store/new_",
    "diary/store/pins.py",
    "diary/web/activation.py",
    "diary/web/api/",
    "diary/web/errors.py",
    "diary/web/labels.py",
    "diary/web/medicines.py",
    "diary/web/patient/",
    "diary/web/symptoms.py",
    "diary/web/today.py",
    "diary/wording/names.py",
)
# The bar above the booklet on the nurse's screen, and messages to the team on duty.
FOR_THE_NURSE = ("diary/reminders/duty_texts.py", "templates/booklet/_bar.html")
# In those files, but left out of what a patient sees: the working of the verdict.
NOT_FOR_PATIENTS = {"weighted score", "missed"}


def extract() -> Catalog:
    """Return every message of the code and the templates."""
    catalog = Catalog(charset="utf-8")
    found = extract_from_dir(
        ROOT,
        method_map=METHODS,
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        directory_filter=lambda folder: Path(folder).name not in ELSEWHERE,
    )
    for path, _line, message, comments, context in found:
        catalog.add(message, locations=[(path, 0)], auto_comments=comments, context=context)
    return catalog


def for_patients(message: Message) -> bool:
    """Tell whether a patient can meet `message`."""
    places = {path for path, _line in message.locations}.difference(FOR_THE_NURSE)
    return message.id not in NOT_FOR_PATIENTS and any(p.startswith(FOR_PATIENTS) for p in places)


def part_for(language: str, template: Catalog) -> Catalog:
    """Return the messages of `template` that the catalogue of `language` has to hold."""
    if language in TEAM_LANGUAGES:
        return template
    part = Catalog(charset="utf-8")
    for message in template:
        if message.id and for_patients(message):
            part[message.id] = message
    return part


def po_file(language: str) -> Path:
    """Return where the catalogue of `language` lies."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """Return the catalogue of `language` as it stands, empty when there is none."""
    path = po_file(language)
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def write(language: str, catalog: Catalog) -> None:
    """Write the catalogue of `language`."""
    text = BytesIO()
    # No line numbers and no dates: a change elsewhere in a file is no change of the words.
    write_po(text, catalog, include_lineno=False, sort_output=True, omit_header=True, width=100)
    note = "" if language in TEAM_LANGUAGES else NEEDS_A_READER
    header = HEADER.format(note=note, language=language, plurals=catalog.plural_forms)
    po_file(language).parent.mkdir(parents=True, exist_ok=True)
    po_file(language).write_text(header + text.getvalue().decode(), encoding="utf-8")


def update(language: str, template: Catalog) -> None:
    """Bring the catalogue of `language` in step with `template`; new messages are empty."""
    catalog = read(language)
    catalog.update(part_for(language, template), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    write(language, catalog)


def problems(language: str, template: Catalog) -> Iterator[str]:
    """Yield one line for each message of `language` that is not in order."""
    catalog, wanted = read(language), part_for(language, template)
    for message in wanted:
        if not message.id:
            continue
        own = catalog.get(message.id, message.context)
        if own is None or not all([own.string] if isinstance(own.string, str) else own.string):
            yield f"{language}: not translated: {message.id!r}"
        elif own.fuzzy:
            yield f"{language}: fuzzy: {message.id!r}"
        else:
            yield from (f"{language}: {error}: {message.id!r}" for error in own.check(catalog))
            if not _same_braces(own):
                yield f"{language}: other {{names}}: {message.id!r}"
    for message in catalog:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"{language}: no longer used: {message.id!r}"


def _same_braces(message: Message) -> bool:
    """Tell whether the names that scripts fill in ("{n}") are in every form of a translation."""
    forms = [message.string] if isinstance(message.string, str) else message.string
    source = message.id if isinstance(message.id, str) else message.id[-1]
    return all(set(_BRACES.findall(form)) == set(_BRACES.findall(source)) for form in forms)


def main() -> int:
    """Check or update all catalogues."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="write instead of check")
    update_wanted = parser.parse_args().update
    template = extract()
    wrong = 0
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        if update_wanted:
            update(language, template)
        for line in problems(language, template):
            print(line, file=sys.stderr)
            wrong += 1
    patients = sum(bool(message.id) and for_patients(message) for message in template)
    print(f"catalogues: {len(template)} messages, {patients} for patients, {wrong} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
