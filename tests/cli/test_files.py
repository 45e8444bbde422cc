"""`diary demo-data`, `invite`, `export` and `import` on an installation."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from diary.cli.main import VERBS
from diary.exchange import pdf
from diary.protocol.moments import DEFAULT_MOMENTS
from diary.protocol.scales import Scale
from diary.settings import load
from diary.store import (
    access_log,
    accounts,
    audit,
    cases,
    centre_settings,
    milestones,
    patient_list,
    patients,
    protocol_versions,
    reaching,
    staffing,
)
from diary.store.access_log import Wanted
from diary.store.beginning import NewPathway
from diary.store.database import Database
from diary.store.tables import Channel
from tests.cli.conftest import Command
from tests.support.clock import SettableClock
from tests.support.people import TOTP_SECRET, Maker, People, enrolment, password_hash

NEW = ["--new", "--name", "A. Bakker", "--hospital-number", "77", "--birth-date", "02-05-1971"]
PHASES = [
    "--phase",
    "intake",
    "2026-03-02",
    "2026-03-05",
    "--phase",
    "trial",
    "2026-03-10",
    "19-03-2026",
]
TABLE = "dagboekdag;moment;been\n02-03-2026;ochtend;8\n02-03-2026;middag;7,5\n"


@pytest.fixture
def people(diary: Command, clock: SettableClock) -> Iterator[People]:
    """Give the people of every test, in the installation's own database."""
    database = diary.open_database()
    yield Maker(database, clock).people()
    database.close()


@pytest.fixture
def database(diary: Command) -> Iterator[Database]:
    """Give the installation's database."""
    database = diary.open_database()
    yield database
    database.close()


def test_demo_data_as_others_rely_on_it(diary: Command, clock: SettableClock) -> None:
    result = diary("demo-data", "--patients", "3", "--days", "11", "--seed", "7", "--json")
    assert result.exit_code == 0
    made: dict[str, Any] = json.loads(result.stdout)
    assert set(made) == {"patients", "staff"}
    assert len(made["patients"]) == 3
    for patient in made["patients"]:
        assert set(patient) >= {"id", "phase", "primary_site", "activation_code", "birth_date"}
        assert patient["phase"] in {"intake", "trial"}
    for member in made["staff"]:
        assert set(member) >= {"role", "login", "password", "totp_secret"}


def test_demo_data_for_people(diary: Command) -> None:
    result = diary("demo-data", "--patients", "1", "--days", "11")
    assert re.search(r"verpleegkundige +\S+ +code now \d{6}", result.stdout)
    assert "https://diary.example.org/team/" in result.stdout


def test_invite_ends_the_older_code(diary: Command, people: People, database: Database) -> None:
    first, second = (diary("invite", "0000001") for _ in range(2))
    codes = [re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", r.stdout)[0] for r in (first, second)]  # type: ignore[index]
    assert codes[0] != codes[1]
    assert f"https://diary.example.org/a/{codes[1]}" in second.stdout
    with database.read(people.nurse.scope, now=people.patient.pathway.started_at) as unit:
        log = audit.of_patient(unit, people.patient.id)
    assert any(row.access_point.startswith("diary invite, system user ") for row in log)


def test_a_new_welcome_link_for_who_cannot_sign_in(
    diary: Command, people: People, database: Database, clock: SettableClock
) -> None:
    made = diary("welcome", people.administrator.login.upper())
    assert made.exit_code == 0, made.output
    found = re.search(r"https://diary\.example\.org/team/welcome/(\S+)", made.stdout)
    assert found is not None
    welcomed = load().signer.read_welcome(found[1])
    assert welcomed is not None
    assert welcomed.staff_id == people.administrator.id
    wide = Wanted(event="staff.reset")
    with database.read(people.auditor.scope, now=clock()) as unit:
        (line,) = access_log.lines(unit, wide, ZoneInfo("UTC"), most=2)
    assert line.object == f"staff {people.administrator.id}"
    assert line.access_point.startswith("diary welcome, system user ")
    with database.read(None, now=clock()) as unit:
        anew = accounts.find_staff(unit, people.administrator.login)
    assert anew is not None
    assert anew.password_hash != password_hash()
    assert anew.totp_secret != TOTP_SECRET


def test_a_colleague_who_may_not_sign_in_gets_no_link(
    diary: Command, people: People, database: Database, clock: SettableClock
) -> None:
    with database.write(people.administrator.scope, now=clock()) as unit:
        staffing.deactivate(unit, people.nurse.id, people.colleague.id)
    for login in ("nobody", people.nurse.login):
        refused = diary("welcome", login)
        assert refused.exit_code == 1
        assert f"nobody who may sign in has the log-in {login}" in refused.stderr


@pytest.mark.parametrize("patient", ["999", "00000000-0000-0000-0000-000000000000"])
def test_a_patient_that_is_not_there(diary: Command, people: People, patient: str) -> None:
    for verb in (["invite", patient], ["export", patient, "--format", "case"]):
        result = diary(*verb)
        assert result.exit_code == 1
        assert "there is no such patient" in result.stderr


def test_a_table_in_and_out(diary: Command, people: People) -> None:
    patient = str(people.patient.id)
    (diary.folder / "diary.csv").write_text(TABLE)
    stored = diary("import", "diary.csv", "--patient", patient).stdout
    assert stored == "2 entries stored.\npathway  1 of 1, scale nrs\n"
    again = diary("import", "-", "--patient", "0000001", stdin=TABLE)
    assert again.stdout.splitlines()[0] == "0 entries stored, 2 known already."
    exported = diary("export", patient, "--format", "csv")
    assert "02-03-2026;middag;;7,5;" in exported.stdout
    assert (
        diary("export", patient, "--format", "csv", "--language", "en", "-o", "en.csv").stdout == ""
    )
    path = diary.folder / "en.csv"
    assert path.stat().st_mode & 0o077 == 0, "health data: readable by its owner alone"
    assert "02-03-2026;midday;;7.5;" in path.read_text()


def test_a_file_that_others_could_read_is_replaced(diary: Command, people: People) -> None:
    path = diary.folder / "diary.json"
    path.write_text("earlier")
    path.chmod(0o644)
    (diary.folder / "link.json").symlink_to(path)
    with path.open() as reader:
        for name in ("diary.json", "link.json"):
            made = diary("export", "0000001", "--format", "case", "-o", name)
            assert made.exit_code == 0
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert reader.read() == "earlier"
    assert json.loads(path.read_text())["case"] == "diary-case/1"
    before = set(diary.folder.iterdir())
    assert diary("export", "0000001", "--format", "case", "-o", "no/where.json").exit_code == 1
    assert diary("export", "0000001", "--format", "case", "-o", "/dev/null").exit_code == 0
    assert set(diary.folder.iterdir()) == before
    assert Path("/dev/null").is_char_device()


def test_a_wrong_table_stores_nothing(diary: Command, people: People, database: Database) -> None:
    (diary.folder / "bad.csv").write_text(TABLE + "02-03-2026;avond;11\n30-02-2026;ochtend;7\n")
    result = diary("import", "bad.csv", "--patient", "0000001")
    assert result.exit_code == 2
    no_date = "This is no date. Write it as 31-12-2026 or 2026-12-31."
    assert result.stderr.splitlines() == [
        "bad.csv: line 4, column been: Not on the scale: 0 to 10 is expected.",
        f"bad.csv: line 5, column dagboekdag: {no_date}",
        "Nothing was stored.",
    ]
    with database.read(people.product, now=people.patient.pathway.started_at) as unit:
        case = cases.case_of(unit, people.patient.id, people.patient.pathway.started_at)
    assert case is not None
    assert case.entries == ()
    skipping = diary("import", "bad.csv", "--patient", "0000001", "--skip-bad")
    assert skipping.exit_code == 0
    assert skipping.stdout.splitlines()[0] == "2 entries stored, mistakes left out: 2."
    assert len(skipping.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04\0", "not UTF-8"),
        (b"dagboekdag;moment;pijn\n", "no column of this name"),
        (b'{"case": "diary-case/1"}', "timezone"),
        (b"{", "not JSON"),
    ],
)
def test_files_that_are_none(diary: Command, people: People, content: bytes, said: str) -> None:
    result = diary("import", "-", "--patient", "0000001", stdin=content)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_new_patient_from_a_table_and_from_a_case(
    diary: Command, people: People, database: Database, clock: SettableClock
) -> None:
    nurse = ["--nurse", people.nurse.login]
    mail = ["--email", "a@example.nl"]
    made = diary("import", "-", *NEW, *nurse, *mail, *PHASES, stdin=TABLE)
    assert made.exit_code == 0, made.stderr
    patient_id = re.search(r"patient  (\S+)", made.stdout)[1]  # type: ignore[index]
    with database.read(people.nurse.scope, now=clock()) as unit:
        assert {p.hospital_number for p in patient_list.listed(unit)} == {"0000001", "77"}
    with database.read(people.colleague.scope, now=clock()) as unit:
        assert "77" not in {p.hospital_number for p in patient_list.listed(unit)}
    with database.read(people.nurse.scope, now=clock()) as unit:
        own = UUID(patient_id)
        assert reaching.address(unit, own, Channel.EMAIL) == "a@example.nl"
        assert reaching.reachable(unit, Channel.EMAIL, [own]) == {}, "nobody agreed to it yet"
    file = diary("export", patient_id, "--format", "case").stdout
    assert [phase["kind"] for phase in json.loads(file)["phases"]] == ["intake", "trial"]

    renamed = file.replace('"id": "', '"id": "other ')
    other = [part if part != "77" else "78" for part in NEW]
    again = diary("import", "-", *other, *nurse, stdin=renamed)
    assert again.exit_code == 0, again.stderr
    back = diary("export", "78", "--format", "case").stdout
    assert json.loads(back)["entries"] == json.loads(renamed)["entries"]
    assert diary("import", "-", *NEW, *nurse, stdin=renamed).exit_code == 1, "the number is taken"


@pytest.mark.parametrize(
    "options, code, said",
    [
        ([], 2, "say for whom"),
        (["--patient", "1", "--new"], 2, "say for whom"),
        ([*NEW, "--nurse", "nurse1", "--pathway", "1"], 2, "leave out --pathway"),
        (["--new"], 2, "--nurse, --name, --hospital-number, --birth-date"),
        ([*NEW, "--nurse", "nobody"], 1, "nobody who treats patients"),
        ([*NEW, "--nurse", "administrator1"], 1, "nobody who treats patients"),
        (
            [*NEW, "--nurse", "nurse1", "--phase", "trial", "2026-03-10", "2026-03-01"],
            2,
            "last day",
        ),
    ],
)
def test_what_a_new_patient_needs(
    diary: Command, people: People, options: list[str], code: int, said: str
) -> None:
    options = [people.administrator.login if o == "administrator1" else o for o in options]
    options = [people.nurse.login if o == "nurse1" else o for o in options]
    result = diary("import", "-", *options, stdin=TABLE)
    assert result.exit_code == code
    assert said in result.stderr


def test_a_new_patient_starts_as_the_centre_does(
    diary: Command, people: People, database: Database, clock: SettableClock
) -> None:
    administrator, moments = people.administrator.scope, (*DEFAULT_MOMENTS[:2],)
    own = {"name": "north-2026", "parameters": {"reduction_needed": "0.6"}}
    with database.write(administrator, now=clock()) as unit:
        protocol_versions.add(unit, json.dumps(own).encode())
        protocol_versions.choose(unit, "north-2026")
        centre_settings.set_usual(unit, moments, ["sleep"])
    table = TABLE.replace("been\n", "been;rug\n")
    new = ("import", "-", *NEW, "--nurse", people.nurse.login, *PHASES)
    refused = diary(*new, stdin=table)
    assert refused.exit_code == 2
    assert refused.stderr.splitlines() == [
        "-: line 1: Say with --primary-site which pain site is the primary one: leg, back.",
        "Nothing was stored.",
    ]
    made = diary(*new, "--primary-site", "back", stdin=table)
    assert made.exit_code == 0, made.stderr
    case = json.loads(diary("export", "77", "--format", "case").stdout)
    assert case["protocol"]["name"] == "north-2026"
    assert [moment["name"] for moment in case["moments"]] == [m.name for m in moments]
    assert case["primary_site"] == "back"


def test_a_table_goes_into_the_pathway_that_was_chosen(
    diary: Command, people: People, database: Database, clock: SettableClock
) -> None:
    with database.write(people.nurse.scope, now=clock()) as unit:
        pathway = people.patient.pathway
        milestones.end_pathway(unit, pathway.id, pathway.phases_version)
        second = NewPathway("Europe/Amsterdam", "crps", Scale.VAS, ("leg",), DEFAULT_MOMENTS)
        patients.begin_pathway(unit, people.patient.id, second)
    into = ("import", "-", "--patient", str(people.patient.id))
    refused = diary(*into, stdin="dagboekdag;moment;been\n02-03-2026;ochtend;8\n")
    assert refused.exit_code == 2
    assert "line 2, column dagboekdag: This day is in no phase of this diary." in refused.stderr
    chosen = diary(*into, "--pathway", "1", stdin=TABLE)
    assert chosen.stdout.splitlines()[1] == "pathway  1 of 2, scale nrs"
    corrected = diary(*into, "--pathway", "1", stdin=TABLE.replace("8", "3"))
    assert "column been: There is an answer already: 8. It stays as it is." in corrected.stderr
    too_high = diary(*into, "--pathway", "3", stdin=TABLE)
    assert "2 pathways, no number 3" in too_high.stderr
    case = diary("export", str(people.patient.id), "--format", "case").stdout
    wrong = diary(*into, "--pathway", "1", stdin=case)
    assert "a case goes into the last pathway" in wrong.stderr


def test_a_number_in_two_centres_is_not_guessed(
    diary: Command, people: People, database: Database, clock: SettableClock
) -> None:
    with database.read(None, now=clock()) as unit:
        stranger = accounts.find_staff(unit, people.stranger.login)
    assert stranger is not None
    with database.write(stranger.scope, now=clock()) as unit:
        patients.enrol(unit, enrolment(stranger.site_id))
    result = diary("invite", "0000001")
    assert result.exit_code == 1
    assert "two centres" in result.stderr


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_helps_with_an_example(diary: Command, verb: str) -> None:
    result = diary(verb, "--help")
    assert result.exit_code == 0
    assert f"diary {verb}" in result.stdout.split("Example")[1]


def test_the_group_helps(diary: Command) -> None:
    result = diary("--help")
    assert set(VERBS) <= set(result.stdout.split())


@pytest.mark.skipif(not pdf.is_available(), reason="WeasyPrint is not installed")
def test_the_report_as_a_file_for_who_made_it_alone(
    diary: Command, people: People, database: Database
) -> None:
    target = diary.folder / "report.pdf"
    made = diary("export", "0000001", "--format", "pdf", "--language", "en", "-o", str(target))
    assert made.exit_code == 0
    assert target.read_bytes().startswith(b"%PDF")
    assert target.stat().st_mode & 0o777 == 0o600
    with database.read(people.nurse.scope, now=people.patient.pathway.started_at) as unit:
        assert audit.of_patient(unit, people.patient.id)[0].event == "diary exported"


def test_without_weasyprint_the_command_says_what_to_install(
    diary: Command, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert people
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    result = diary("export", "0000001", "--format", "pdf")
    assert result.exit_code == 1
    assert "pijndagboek[pdf]" in result.stderr
