"""The team's screens speak Dutch and English; patients choose among all languages."""

from __future__ import annotations

from flask.testing import FlaskClient

from diary.language import LANGUAGES, TEAM_LANGUAGES
from tests.support.people import People
from tests.web.team.conftest import DeskOf


def test_the_team_works_in_dutch_or_english(
    nobody: FlaskClient, desk_of: DeskOf, people: People
) -> None:
    nurse = desk_of(people.nurse)
    for code in LANGUAGES:
        nobody.set_cookie("diary_language", code)
        expected = code if code in TEAM_LANGUAGES else "nl"
        page = nobody.get("/team/sign-in", headers={"Accept-Language": "pl, tr"}).text
        assert f'<html lang="{expected}"' in page
        chosen = nurse.post("/team/language", data={"language": code})
        assert chosen.status_code == (303 if code in TEAM_LANGUAGES else 400)
    form = nurse.get("/team/patients/new").text
    assert all(f'<option value="{code}"' in form for code in LANGUAGES)
