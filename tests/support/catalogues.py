"""Keeps translations/ in step with the code: `python -m tests.support.catalogues [--update]`.

Without an option it checks, and names every message that is missing, fuzzy or broken. Messages that
nothing uses are a problem too: dead text is dead code.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from diary.language import LANGUAGES, SOURCE

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "translations"
KEYWORDS = {**DEFAULT_KEYWORDS, "_": None, "N_": None}
METHODS = [("diary/**.py", "python"), ("templates/**.html", "jinja2")]
ELSEWHERE = {".git", ".venv", "docs", "static", "tests", "translations", "var"}
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


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


def update(language: str, template: Catalog) -> None:
    """Bring the catalogue of `language` in step with `template`; new messages are empty."""
    catalog = read(language)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    text = BytesIO()
    # No line numbers and no dates: a change elsewhere in a file is no change of the words.
    write_po(text, catalog, include_lineno=False, sort_output=True, omit_header=True, width=100)
    header = HEADER.format(language=language, plurals=catalog.plural_forms)
    po_file(language).parent.mkdir(parents=True, exist_ok=True)
    po_file(language).write_text(header + text.getvalue().decode(), encoding="utf-8")


def problems(language: str, template: Catalog) -> Iterator[str]:
    """Yield one line for each message of `language` that is not in order."""
    catalog = read(language)
    for message in template:
        if not message.id:
            continue
        own = catalog.get(message.id, message.context)
        if own is None or not all([own.string] if isinstance(own.string, str) else own.string):
            yield f"{language}: not translated: {message.id!r}"
        elif own.fuzzy:
            yield f"{language}: fuzzy: {message.id!r}"
        else:
            yield from (f"{language}: {error}: {message.id!r}" for error in own.check(catalog))
    for message in catalog:
        if message.id and template.get(message.id, message.context) is None:
            yield f"{language}: no longer used: {message.id!r}"


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
    print(f"catalogues: {len(template)} messages, {wrong} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
