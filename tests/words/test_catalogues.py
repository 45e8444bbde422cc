"""The check of the catalogues finds what it has to; each language says what it lacks."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from diary.language import LANGUAGES, SOURCE, TEAM_LANGUAGES
from tests.support import catalogues

TEAM, PATIENT = "diary/wording/words.py", "templates/patient/home.html"


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """Give three messages, and a folder of its own for the catalogues."""
    monkeypatch.setattr(catalogues, "TRANSLATIONS", tmp_path)
    catalog = Catalog(charset="utf-8")
    catalog.add("Verdict", locations=[(TEAM, 0)])
    catalog.add("{n} saved", locations=[(PATIENT, 0)])
    catalog.add(("%(num)d day", "%(num)d days"), locations=[(PATIENT, 0), (TEAM, 0)])
    return catalog


def fill(language: str, template: Catalog, **forms: str | tuple[str, ...]) -> Catalog:
    """Write the catalogue of `language` with a translation of everything it holds."""
    catalogues.update(language, template)
    catalog = catalogues.read(language)
    for message in catalog:
        if message.id == "{n} saved":
            message.string = forms.get("saved", "{n} x")
        elif message.id == "Verdict":
            message.string = "Oordeel"
        elif message.id:
            message.string = forms.get("days", ("%(num)d x",) * catalog.num_plurals)
    catalogues.write(language, catalog)
    return catalog


@pytest.mark.parametrize(("language", "forms"), [("nl", 2), ("pl", 3), ("tr", 1), ("ar", 6)])
def test_a_catalogue_holds_what_its_readers_meet(
    language: str, forms: int, template: Catalog
) -> None:
    catalogues.update(language, template)
    assert len(list(catalogues.problems(language, template))) == (3 if language == "nl" else 2)
    assert fill(language, template).num_plurals == forms
    assert list(catalogues.problems(language, template)) == []
    assert (catalogues.read(language).get("Verdict") is None) is (language not in TEAM_LANGUAGES)


@pytest.mark.parametrize(
    "wrong",
    [
        {"saved": ""},
        {"saved": "x"},
        {"saved": "{m} x"},
        {"days": ("%(num)d x", "%(num)d x", "")},
        {"days": ("x %(day)d", "%(num)d x", "%(num)d x")},
    ],
)
def test_what_is_missing_or_broken_is_named(
    wrong: dict[str, str | tuple[str, ...]], template: Catalog
) -> None:
    fill("pl", template, **wrong)
    assert len(list(catalogues.problems("pl", template))) == 1


def test_a_fuzzy_message_and_one_that_nothing_uses_are_named(template: Catalog) -> None:
    catalog = fill("de", template)
    catalog["{n} saved"].flags.add("fuzzy")  # type: ignore[union-attr]
    catalog.add("Gone", "Weg")
    catalogues.write("de", catalog)
    problems = list(catalogues.problems("de", template))
    assert problems == ["de: fuzzy: '{n} saved'", "de: no longer used: 'Gone'"]


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != SOURCE])
def test_a_language_says_that_it_needs_a_reader(language: str) -> None:
    head = catalogues.po_file(language).read_text(encoding="utf-8")
    assert head.startswith("# Still needs a native reader") is (language not in TEAM_LANGUAGES)


def test_no_words_stand_inside_an_f_string_where_they_are_not_found() -> None:
    calls = set(catalogues.KEYWORDS)
    found = [
        f"{path.relative_to(catalogues.ROOT)}:{call.lineno}"
        for path in sorted((catalogues.ROOT / "diary").rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        if call.func.id in calls and isinstance(call.args[0], ast.Constant)
    ]
    assert found == []
