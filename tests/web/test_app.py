"""Headers, errors, health, and the files that make the pages an app."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from diary import assets
from diary.language import LANGUAGES
from diary.store import centres, pulse
from diary.store.centres import NewCentre
from diary.store.database import Database
from diary.web.patient import access
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.support.server import make_app
from tests.web.conftest import PhoneOf

MOST_FIRST_VIEW = 60_000
MOST_KEPT = 150_000


def test_every_page_has_its_guards(nobody: FlaskClient) -> None:
    page = nobody.get("/activate")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<style|<script(?! type=\"module\" src=)|\sstyle=|\son\w+=", page.text)


@pytest.mark.parametrize(("address", "secure"), [("https://d.example", True), ("http://d", False)])
def test_behind_a_proxy_with_tls_cookies_and_headers_know_it(
    address: str, secure: bool, database: Database, clock: SettableClock
) -> None:
    client = make_app(database, clock, base_url=address).test_client()
    answer = client.post("/language", data={"language": "en"})
    assert ("; Secure;" in answer.headers["Set-Cookie"]) is secure
    assert ("Strict-Transport-Security" in answer.headers) is secure


def test_who_lands_on_no_page_can_call_the_only_centre(
    nobody: FlaskClient, database: Database, clock: SettableClock
) -> None:
    def make(name: str) -> None:
        with database.write(None, now=clock()) as unit:
            centres.create_centre(unit, NewCentre(name, f"020 {name}", ("Noord",)))

    assert 'href="tel:' not in nobody.get("/nothing").text
    make("1234567")
    assert 'href="tel:0201234567"' in nobody.get("/nothing").text
    assert 'href="tel:' not in nobody.get("/team/nothing").text
    make("7654321")
    assert 'href="tel:' not in nobody.get("/nothing").text


def test_unknown_pages_and_wrong_ways_say_what_to_do(nobody: FlaskClient) -> None:
    for path, method, status in (("/nothing", "GET", 404), ("/diary/leg.svg", "POST", 405)):
        answer = nobody.open(path, method=method)
        assert answer.status_code == status
        assert 'href="/"' in answer.text
        assert "Werkzeug" not in answer.text


@pytest.mark.parametrize(
    ("back", "place"),
    [
        ("/diary", "/diary"),
        ("/score?moment=morning", "/score?moment=morning"),
        *dict.fromkeys(
            ("https://evil", "//evil", "/\\evil", "/\t/evil", "/\n/evil", "/\x01", "evil", ""), "/"
        ).items(),
    ],
)
def test_choosing_a_language_leads_back_and_nowhere_else(
    back: str, place: str, nobody: FlaskClient
) -> None:
    answer = nobody.post("/language", data={"language": "en", "back": back})
    assert (answer.status_code, answer.location) == (303, place)


# One of these is asked by every page and answer of a patient's.
READS_OF_A_PATHWAY = ("pathway", "all_pathways")


@pytest.mark.parametrize("path", ["/", "/api/v1/today"])
def test_an_error_of_ours_is_no_traceback(
    path: str,
    app: Flask,
    people: People,
    phone_of: PhoneOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = phone_of(people.patient)

    def broken(*_: object) -> None:
        raise RuntimeError("kanarie")

    for name in READS_OF_A_PATHWAY:
        monkeypatch.setattr(access.pathways, name, broken)
    answer = client.get(path)
    assert answer.status_code == 500
    assert "kanarie" not in answer.text
    assert "Traceback" not in answer.text


def test_a_database_that_is_away_is_said_with_a_time_to_come_back(
    people: People, phone_of: PhoneOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = phone_of(people.patient)

    def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("kanarie"))

    for name in READS_OF_A_PATHWAY:
        monkeypatch.setattr(access.pathways, name, away)
    for path, kind in (("/", "text/html"), ("/api/v1/today", "application/json")):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (503, kind)
        assert answer.headers["Retry-After"] == "10"
        assert "kanarie" not in answer.text


def test_ready_names_what_is_not(
    nobody: FlaskClient, database: Database, clock: SettableClock
) -> None:
    assert nobody.get("/healthz").get_json() == {"status": "alive"}
    assert nobody.get("/readyz").status_code == 503
    assert nobody.get("/readyz").get_json()["problems"] == ["worker"]
    with database.write(None, now=clock()) as unit:
        pulse.tick(unit, "worker-1", clock())
    assert nobody.get("/readyz").status_code == 200
    clock.advance(minutes=4)
    assert nobody.get("/readyz").get_json()["problems"] == ["worker"]
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'old'")
    assert nobody.get("/readyz").get_json()["problems"] == ["migrations"]
    assert nobody.get("/metrics").status_code == 200


def test_the_manifest_makes_it_an_app(nobody: FlaskClient) -> None:
    manifest = nobody.get("/manifest.webmanifest", headers={"Accept-Language": "en"})
    assert manifest.mimetype == "application/manifest+json"
    said = manifest.get_json()
    assert (said["start_url"], said["scope"], said["display"]) == ("/", "/", "standalone")
    assert said["name"] == "Pain diary"
    for icon in said["icons"]:
        status, kind, picture = get(nobody, icon["src"])
        assert (status, kind) == (200, icon["type"])
        if kind == "image/png":
            assert picture.startswith(b"\x89PNG")
            width = int.from_bytes(picture[16:20])
            assert icon["sizes"] == f"{width}x{width}"
    assert nobody.get("/icon-9999.png").status_code == 404


def kept_addresses(worker: str) -> set[str]:
    return set(re.findall(r'"(/(?:kept|shell)/[^"]+)"', worker))


def needed_by(address: str, text: str) -> set[str]:
    """Return the addresses of what a page or a script loads, also once the page is there."""
    needed = set(re.findall(r'(?:href|src)="(/(?:static|kept)/[^"]+)"', text))
    folder = address.rpartition("/")[0]
    names = re.findall(r'(?:from |import\()"\./([^"]+)"', text)
    return needed | {f"{folder}/{name}" for name in names}


def get(client: FlaskClient, address: str) -> tuple[int, str, bytes]:
    """Return status, kind and content; a static file is closed again."""
    with client.get(address) as answer:
        return answer.status_code, answer.mimetype, answer.data


def test_everything_the_phone_keeps_is_there_and_small(nobody: FlaskClient) -> None:
    worker = nobody.get("/sw.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    addresses = kept_addresses(worker.text)
    assert {f"/shell/{language}" for language in LANGUAGES} < addresses
    size = 0
    for address in addresses:
        status, _kind, content = get(nobody, address)
        assert status == 200, address
        size += len(gzip.compress(content, 6))
        # What a kept page needs is kept too.
        text = content.decode()
        assert needed_by(address, text) <= addresses, address
    assert size <= MOST_KEPT
    assert nobody.get("/shell/xx").status_code == 404


def test_the_first_view_is_light(people: People, phone_of: PhoneOf) -> None:
    client = phone_of(people.patient)
    seen: dict[str, int] = {}
    to_read = ["/"]
    while to_read:
        address = to_read.pop()
        _status, _kind, content = get(client, address)
        # As it is sent without any compression.
        seen[address] = len(content)
        to_read += needed_by(address, content.decode()) - set(seen) - set(to_read)
    assert len(seen) > 10
    assert sum(seen.values()) <= MOST_FIRST_VIEW


def test_a_change_of_any_kept_file_is_another_version(
    nobody: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diary.web.patient import app_files

    before = app_files._files_version.__wrapped__
    root = tmp_path / "static"
    for name in app_files._kept_files():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes((assets.folder("static") / name).read_bytes())
    monkeypatch.setattr(app_files.assets, "folder", lambda _name: root)
    with nobody.application.test_request_context("/"):
        same = before()
        (root / "js/app.js").write_text("// changed", encoding="utf-8")
        assert before() != same


def test_the_kept_page_holds_nothing_of_anybody(
    people: People, phone_of: PhoneOf, nobody: FlaskClient
) -> None:
    client = phone_of(people.patient)
    # A message waits for the patient: it must not get into the page that all phones keep.
    client.post("/settings/disconnect", data={"owner": str(people.patient.id)})
    for language in LANGUAGES:
        page = client.get(f"/shell/{language}")
        assert page.text == nobody.get(f"/shell/{language}").text
        assert f'lang="{language}"' in page.text
        assert str(people.patient.id) not in page.text
        # The one place for it is empty.
        assert page.text.count('role="status">') == 1
