"""The protocol versions of the centre: added, chosen, shown in words, and at enrolment."""

from __future__ import annotations

import io
import json

import pytest
from flask.testing import FlaskClient

from diary.protocol.own_versions import parse_version
from diary.protocol.versions import NVA_2020
from tests.support.people import People
from tests.web.admin.conftest import See
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Element, Page

OWN = {
    "name": "noord-2026",
    "parameters": {"trial_days": 5, "window_days": 5, "moments_in_a_valid_day": 3},
    "deviates_from": {"trial_days": "Besloten door <het team>"},
}


def test_added_chosen_and_what_the_nurse_is_told(
    see: See, desk: FlaskClient, people: People, desk_of: DeskOf
) -> None:
    added = see("protocols", {"json": json.dumps(OWN)})
    assert "Besloten door <het team>" in added.text
    assert "window_days" in added.text
    assert added.fields()["protocol"] == "nva-2020"
    nurse = desk_of(people.nurse)
    assert "nva-2020" in Page(nurse.get("/team/patients/new").text).text
    assert see("protocols/choose", {"protocol": "noord-2026"}).fields()["protocol"] == "noord-2026"
    assert "noord-2026" in see("").text

    form = Page(nurse.get("/team/patients/new").text)
    assert "noord-2026" in form.text
    assert form.fields()["days"] == "5"
    sent = form.fields() | {
        "step": "check",
        "name": "Cor Smit",
        "hospital_number": "4471203",
        "birth_date": "1962-08-14",
        "indication": "crps",
        "primary_site": "foot",
        "time_bedtime": "",
    }
    assert "noord-2026" in Page(nurse.post("/team/patients/new", data=sent).text).text
    few = nurse.post("/team/patients/new", data=sent | {"time_midday": ""})
    assert few.status_code == 422
    assert Page(few.text).root.all("span", id="moments-error")
    saved = nurse.post("/team/patients/new", data=sent | {"step": "save"}, follow_redirects=True)
    assert saved.status_code == 200


def test_files_out_and_in(see: See, desk: FlaskClient) -> None:
    whole = desk.get("/admin/protocols/nva-2020.json").get_json()
    assert whole["parameters"]["trial_days"] == NVA_2020.trial_days
    whole["name"] = "as-usual"
    file = (io.BytesIO(json.dumps(whole).encode()), "own.json")
    answer = desk.post("/admin/protocols", data={"file": file, "json": ""})
    assert answer.status_code == 303
    own = desk.get("/admin/protocols/as-usual.json").get_json()
    assert parse_version(own).trial_days == NVA_2020.trial_days
    see("protocols/another.json", status=404)


def test_what_is_refused(see: See) -> None:
    wrong = {"name": "Noord", "parameters": {"trial_days": "x", "hours": 1}}
    page = see("protocols", {"json": json.dumps(wrong)}, 422)
    places = [code.text for code in page.root.one("table").all("code")]
    assert sorted(places) == ["/name", "/parameters/hours", "/parameters/trial_days"]
    assert page.root.all("span", id="json-error")
    assert '"hours"' in page.root.one("textarea").text
    assert see("protocols", {"json": " "}, 422).root.all("span", id="json-error")
    chosen = see("protocols/choose", {"protocol": "noord-2026"}, 422)
    assert chosen.root.all("span", id="protocol-error")


WRONG = {
    '{"name": "Noord", "parameters": {"trial_days": 0, "hours": 1}}': {
        "/name": (
            "moet 1 tot en met 40 tekens zijn: kleine letters, cijfers, punten en koppeltekens",
            "must be 1 to 40 small letters, digits, points and hyphens",
        ),
        "/parameters/hours": ("is geen parameter", "is no parameter"),
        "/parameters/trial_days": (
            "moet een geheel getal zijn van 1 tot en met 90",
            "must be a whole number from 1 to 90",
        ),
    },
    '{"name": "noord", "parameters": {"trial_days": 5}}': {
        "/parameters/trial_days": (
            "wijkt af van S3 l.184 (7): schrijf in deviates_from waarom",
            "departs from S3 l.184 (7): say why in deviates_from",
        ),
    },
    '{"name": "noord", "100%d": 1}': {
        "/100%d": ("deze sleutel is niet bekend", "unknown key"),
        "/parameters": ("ontbreekt", "required"),
    },
    '{"name": NaN}': {
        "": ("is geen JSON: NaN is geen getal", "is not JSON: NaN is not a number"),
    },
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said_in_the_language_of_the_reader(
    text: str, see: See, desk: FlaskClient
) -> None:
    for place, language in enumerate(("nl", "en")):
        desk.post("/team/language", data={"language": language})
        page = see("protocols", {"json": text}, 422)
        rows = [
            [cell.text for cell in row.children if isinstance(cell, Element)]
            for row in page.root.one("table").all("tr")[1:]
        ]
        said = {"" if where in {"het geheel", "the whole"} else where: what for where, what in rows}
        assert said == {where: words[place] for where, words in WRONG[text].items()}
