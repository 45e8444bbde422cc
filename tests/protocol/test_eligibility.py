"""Who may be offered neuromodulation (S3 l.12-33, l.128-178, l.276-796)."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from diary.protocol.cases import CaseError, assess, case_to_json, parse_case
from diary.protocol.indications.criteria import FactKind, Step
from diary.protocol.indications.known import FACTS, NOT_REIMBURSED, REIMBURSED, TREATMENTS
from diary.protocol.intake_facts import TeamRole, Technique, TreatmentResult
from diary.protocol.pathway import INDICATIONS
from diary.protocol.result_writing import assessment_to_json
from diary.protocol.team import TEAM, missing_in_team
from tests.naive.eligibility import eligibility as naive_eligibility
from tests.naive.entries import read_entries
from tests.naive.strategies import trial_cases
from tests.protocol.building import BEFORE, INTAKE, THREE, TRIAL, case, diary, paper

FIRST_DAY = "2026-03-02"


def answer(entries: list[dict[str, Any]] = [], **more: object) -> dict[str, Any]:  # noqa: B006
    return assessment_to_json(assess(parse_case(case(entries, **more))))


def statuses(entries: list[dict[str, Any]] = [], **more: object) -> dict[str, str]:  # noqa: B006
    return {row["criterion"]: row["status"] for row in answer(entries, **more)["eligibility"]}


def of(criterion: str, facts: dict[str, Any], **more: object) -> str:
    return statuses(intake_facts=facts, **more)[criterion]


@pytest.mark.parametrize(
    "criterion,facts,status",
    [
        # S3 l.140-154: every reason against has to be denied, not just left unsaid
        ("no_substance_misuse", {"substance_misuse": False}, "met"),
        ("no_substance_misuse", {"substance_misuse": True}, "not_met"),
        ("not_pregnant", {"pregnant": True}, "not_met"),
        ("clotting", {"clotting_disorder": False}, "unknown"),
        (
            "clotting",
            {"clotting_disorder": False, "anticoagulant_cannot_stop": False},
            "met",
        ),
        ("clotting", {"anticoagulant_cannot_stop": True}, "not_met"),
        ("no_active_infection", {"active_infection": False}, "met"),
        ("life_expectancy", {"life_expectancy_over_12_months": False}, "not_met"),
        ("questionnaires", {"intake_questionnaire_filled_in": True}, "unknown"),
        (
            "questionnaires",
            {"intake_questionnaire_filled_in": True, "proms_filled_in": True},
            "met",
        ),
        ("questionnaires", {"proms_filled_in": False}, "not_met"),
        # S3 l.156
        ("bmi", {"bmi": "34.9"}, "met"),
        ("bmi", {"bmi": 35}, "not_met"),
        # S3 l.160-162
        ("opioids", {"med_mg": "89.99"}, "met"),
        ("opioids", {"med_mg": "90"}, "not_met"),
        ("opioids", {"med_mg": 0}, "met"),
        # S3 l.168
        ("psychiatry", {"active_psychiatric_disorder": False}, "met"),
        ("psychiatry", {"active_psychiatric_disorder": True}, "unknown"),
        (
            "psychiatry",
            {"active_psychiatric_disorder": True, "referred_to_psychiatrist": True},
            "met",
        ),
        (
            "psychiatry",
            {"active_psychiatric_disorder": True, "referred_to_psychiatrist": False},
            "not_met",
        ),
        ("psychiatry", {"referred_to_psychiatrist": True}, "unknown"),
        # S3 l.172-178
        ("team", {"team": ["neurosurgeon", "psychiatrist", "nurse"]}, "met"),
        ("team", {"team": ["neurosurgeon", "psychiatrist"]}, "not_met"),
        ("team", {"team": []}, "not_met"),
    ],
)
def test_the_general_criteria(criterion: str, facts: dict[str, Any], status: str) -> None:
    assert of(criterion, {}) == "unknown"
    assert of(criterion, facts) == status


@pytest.mark.parametrize(
    "criterion,patient,status",
    [
        ("age", {"birth_date": "2008-03-02"}, "met"),  # S3 l.130: eighteen today
        ("age", {"birth_date": "2008-03-03"}, "not_met"),
        ("pain_duration", {"pain_since": "2025-09-02"}, "met"),  # S3 l.132
        ("pain_duration", {"pain_since": "2025-09-03"}, "not_met"),
        ("pain_duration", {}, "unknown"),
    ],
)
def test_age_and_duration_on_the_first_intake_day(
    criterion: str, patient: dict[str, str], status: str
) -> None:
    assert statuses(patient=patient)[criterion] == status
    moved = [{**INTAKE, "first_day": "2026-03-01"}, TRIAL]
    expected = "unknown" if status == "unknown" else "not_met"
    assert statuses(patient=patient, phases=moved)[criterion] == expected


@pytest.mark.parametrize(
    "scale,score,status",
    [("nrs", 5, "met"), ("nrs", 4.5, "not_met"), ("vas", 50, "met"), ("vas", 49, "not_met")],
)
def test_the_weighted_score_at_intake(scale: str, score: float, status: str) -> None:
    """S3 l.134: VAS 50 mm is printed without a sign and read as 50 mm or more."""
    found = answer(diary(BEFORE, score), scale=scale)["eligibility"]
    row = next(row for row in found if row["criterion"] == "weighted_score")
    assert row["status"] == status
    assert row["source"] == "S3 l.134"
    assert "50 mm" in row["note"]


def test_no_score_before_the_intake_has_finished() -> None:
    entries = diary(BEFORE, 8)
    assert statuses(entries, as_of="2026-03-06T03:59:59+01:00")["weighted_score"] == "unknown"
    assert statuses(entries, as_of="2026-03-06T04:00:00+01:00")["weighted_score"] == "met"
    assert statuses(entries[3:])["weighted_score"] == "unknown"
    assert statuses(entries, phases=[TRIAL])["weighted_score"] == "unknown"
    assert statuses(phases=[], patient={"birth_date": "1971-05-02"})["age"] == "unknown"


def test_without_an_intake_the_first_day_of_all_stands_in() -> None:
    later = {"kind": "follow_up", "first_day": "2026-06-01", "last_day": "2026-06-04"}
    for birth_date, status in (("2008-03-10", "met"), ("2008-03-11", "not_met")):
        found = statuses(phases=[later, TRIAL], patient={"birth_date": birth_date})
        assert found["age"] == status


def test_late_answers_do_not_count_at_intake() -> None:
    entries = [{**entry, "kind": "late"} for entry in diary(BEFORE, 8)]
    assert statuses(entries)["weighted_score"] == "unknown"


def taken(substance: str, mg: str, day: str = FIRST_DAY) -> dict[str, Any]:
    return {"diary_day": day, "substance": substance, "route": "oral", "mg": mg}


@pytest.mark.parametrize(
    "medication,facts,status",
    [
        ([taken("oxycodone", "59.9")], {}, "met"),
        ([taken("oxycodone", "60")], {}, "not_met"),
        ([taken("oxycodone", "20"), taken("oxycodone", "60", "2026-03-05")], {}, "not_met"),
        ([taken("oxycodone", "60", "2026-03-06")], {}, "unknown"),
        ([taken("oxycodone", "20")], {"med_mg": "95"}, "not_met"),
        ([taken("methadone", "5")], {"med_mg": "20"}, "unknown"),
        ([taken("methadone", "5")], {"med_mg": "90"}, "not_met"),
        ([taken("paracetamol", "500")], {}, "unknown"),
    ],
)
def test_opioids_by_the_diary_of_the_intake(
    medication: list[dict[str, Any]], facts: dict[str, Any], status: str
) -> None:
    """S3 l.162: below 90 mg on every day that is known; a physician's day is unknown."""
    assert of("opioids", facts, medication=medication) == status
    alone = of("opioids", facts, medication=medication, phases=[TRIAL])
    assert alone == of("opioids", facts)


def test_the_other_table_may_see_the_opioids_otherwise() -> None:
    medication = [taken("tramadol", "450", day) for day in BEFORE]
    rows = answer(medication=medication)["eligibility"]
    (row,) = (row for row in rows if row["criterion"] == "opioids")
    assert row["status"] == "met"
    assert [caution["code"] for caution in row["cautions"]] == ["other_table"]
    assert {len(row["cautions"]) for row in rows if row["criterion"] != "opioids"} == {0}


@pytest.mark.parametrize("indication", [*REIMBURSED, *NOT_REIMBURSED, "something", None])
def test_the_indication_decides_on_the_rest(indication: str | None) -> None:
    """S3 l.12-22 and l.27-33."""
    more = {} if indication is None else {"indication": indication}
    found = answer(**more)
    first, *rest = found["eligibility"]
    known = indication in REIMBURSED
    expected = "met" if known else "not_met" if indication in NOT_REIMBURSED else "unknown"
    assert (first["criterion"], first["status"]) == ("indication", expected)
    names = [row["criterion"] for row in rest]
    assert len(names) == len(set(names))
    assert ("last_resort" in names) is known
    assert bool(found["treatments"]) is known
    if known:
        own = [c.name for c in REIMBURSED[indication or ""].criteria]
        assert [name for name in names if name in own] == own


@pytest.mark.parametrize(
    "indication,criterion,facts,status",
    [
        ("fbss", "technique", {"technique": "scs"}, "met"),
        ("fbss", "technique", {"technique": "drgs"}, "not_met"),  # S3 l.982
        ("crps", "technique", {"technique": "drgs"}, "met"),  # S3 l.17
        ("cluster", "technique", {"technique": "scs"}, "not_met"),  # S3 l.22
        ("cluster", "technique", {}, "unknown"),
        ("fbss", "radicular_leg_pain", {"radicular_leg_pain": True}, "met"),  # S3 l.297
        ("fbss", "leg_pain_dominates", {"leg_pain_dominates": False}, "not_met"),  # S3 l.289
        ("fbss", "back_operations", {"back_operations": 1}, "met"),  # S3 l.301
        ("fbss", "back_operations", {"back_operations": 0}, "not_met"),
        ("fbss", "back_operations", {}, "unknown"),
        ("fbss", "no_surgical_option", {"surgical_option": True}, "not_met"),  # S3 l.303
        ("fnss", "radicular_arm_pain", {"radicular_arm_pain": True}, "met"),  # S3 l.388
        ("fnss", "arm_pain_dominates", {"arm_pain_dominates": True}, "met"),  # S3 l.382
        ("fnss", "neck_operations", {"neck_operations": 2}, "met"),  # S3 l.372
        ("crps", "crps_by_new_iasp", {"crps_by_new_iasp": True}, "met"),  # S3 l.480
        ("crps", "drgs_for_foot_or_leg", {"technique": "scs"}, "met"),  # S3 l.482
        ("crps", "drgs_for_foot_or_leg", {"technique": "drgs"}, "unknown"),
        ("crps", "drgs_for_foot_or_leg", {"foot_or_leg_pain_dominates": True}, "unknown"),
        (
            "crps",
            "drgs_for_foot_or_leg",
            {"technique": "drgs", "foot_or_leg_pain_dominates": True},
            "met",
        ),
        (
            "crps",
            "drgs_for_foot_or_leg",
            {"technique": "drgs", "foot_or_leg_pain_dominates": False},
            "not_met",
        ),
        ("pdn", "pdn_in_the_legs", {"pdn_in_the_legs": False}, "not_met"),  # S3 l.597
        (
            "pdn",
            "pdn_by_neurologist_or_internist",
            {"pdn_by_neurologist_or_internist": True},
            "met",
        ),
        ("sfn", "sfn_by_neurologist", {"sfn_by_neurologist": False}, "not_met"),  # S3 l.689
        ("sfn", "limb_pain", {"pain_in_limbs": 5}, "met"),  # S3 l.691-693
        ("sfn", "limb_pain", {"pain_in_limbs": "4.9"}, "not_met"),
        ("sfn", "limb_pain", {}, "unknown"),
        ("sfn", "pain_elsewhere", {"pain_elsewhere": 4}, "met"),  # S3 l.719
        ("sfn", "pain_elsewhere", {"pain_elsewhere": "4.1"}, "not_met"),
        (
            "cluster",
            "chronic_cluster_by_neurologist",
            {"chronic_cluster_by_neurologist": True},
            "met",
        ),  # S3 l.748
        ("cluster", "medicines_failed", {"verapamil_failed": True}, "unknown"),  # S3 l.739-741
        ("cluster", "medicines_failed", {"lithium_failed": False}, "not_met"),
        ("cluster", "attack_frequency", {"attacks_a_week": 4}, "met"),  # S3 l.754
        ("cluster", "attack_frequency", {"attacks_a_week": "3.99"}, "not_met"),
        ("cluster", "attack_frequency", {}, "unknown"),
        ("cluster", "mri", {"mri_on": "2022-03-02"}, "met"),  # S3 l.756
        ("cluster", "mri", {"mri_on": "2022-03-01"}, "not_met"),
        ("cluster", "mri", {"mri_on": FIRST_DAY}, "met"),
        ("cluster", "mri", {"mri_on": "2026-03-03"}, "unknown"),
        # S3 l.778
        ("cluster", "no_medication_overuse", {"headache_medication_overuse": True}, "not_met"),
        ("cluster", "no_structural_lesion", {"structural_lesion": False}, "met"),  # S3 l.780
        ("cluster", "no_c2_c3_surgery", {"destructive_c2_c3_surgery": True}, "not_met"),  # S3 l.784
    ],
)
def test_the_criteria_of_an_indication(
    indication: str, criterion: str, facts: dict[str, Any], status: str
) -> None:
    assert of(criterion, facts, indication=indication) == status


def test_an_mri_without_a_day_to_judge_it_on() -> None:
    assert of("mri", {"mri_on": "2022-03-02"}, indication="cluster", phases=[]) == "unknown"


@pytest.mark.parametrize(
    "scale,leg,back,facts,expected",
    [
        ("nrs", 5, 4, {}, ("met", "met")),
        ("nrs", 4.5, 4.5, {}, ("not_met", "not_met")),
        ("vas", 50, 40, {}, ("met", "met")),
        ("vas", 49, 41, {}, ("not_met", "not_met")),
        ("nrs", 6, 2, {"pain_elsewhere": 5}, ("met", "not_met")),
        ("nrs", 2, 2, {"pain_in_limbs": 7}, ("met", "met")),
    ],
)
def test_small_fibre_neuropathy_takes_the_worst_that_is_known(
    scale: str, leg: float, back: float, facts: dict[str, Any], expected: tuple[str, str]
) -> None:
    """S3 l.691-693 and l.719, which prints VAS ≥40 mm; read as at most 40 mm and said so."""
    entries = diary(BEFORE, leg) + [
        paper(day, moment["name"], back, "back") for day in BEFORE for moment in THREE
    ]
    more = {"scale": scale, "sites": ["leg", "back"], "indication": "sfn"}
    rows = answer(entries, intake_facts=facts, **more)["eligibility"]
    found = {row["criterion"]: row for row in rows}
    assert (found["limb_pain"]["status"], found["pain_elsewhere"]["status"]) == expected
    assert "≥40 mm" in found["pain_elsewhere"]["note"]


def attack_days(first: str, confirmed: int, attacks: int) -> list[dict[str, Any]]:
    day = date.fromisoformat(first)
    return [
        {"diary_day": (day + timedelta(days=i)).isoformat(), "attacks": int(i < attacks)}
        for i in range(confirmed)
    ]


@pytest.mark.parametrize(
    "confirmed,attacks,status",
    [(28, 16, "met"), (28, 15, "not_met"), (22, 16, "unknown"), (23, 14, "met")],
)
def test_attacks_a_week_from_the_diary_come_first(
    confirmed: int, attacks: int, status: str
) -> None:
    """S3 l.754; with too few confirmed days only what the team states is left."""
    intake = {"kind": "intake", "first_day": "2026-02-02", "last_day": "2026-03-01"}
    days = attack_days("2026-02-02", confirmed, attacks)
    more = {"indication": "cluster", "phases": [intake], "attack_days": days}
    assert of("attack_frequency", {}, **more) == status
    stated = of("attack_frequency", {"attacks_a_week": 2}, **more)
    assert stated == ("not_met" if status == "unknown" else status)


@pytest.mark.parametrize("roles,missing", [(["nurse"], 2), ([], 3), (list(TeamRole), 0)])
def test_who_is_missing_in_the_team(roles: list[TeamRole], missing: int) -> None:
    """S3 l.172-178."""
    assert len(missing_in_team([TeamRole(role) for role in roles])) == missing


def test_every_role_is_part_of_the_team() -> None:
    assert frozenset().union(*(part.roles for part in TEAM)) == set(TeamRole)


def record(treatment: str, on: str = "2025-06-01", result: str = "not_enough") -> dict[str, str]:
    return {"treatment": treatment, "on": on, "result": result}


def all_considered(indication: str) -> list[dict[str, str]]:
    return [record(treatment.name) for treatment in REIMBURSED[indication].treatments]


@pytest.mark.parametrize("indication", REIMBURSED)
def test_all_treatments_considered_and_none_enough(indication: str) -> None:
    """S3 l.58-63: the last resort. A treatment without a record is unknown, not skipped."""
    full = all_considered(indication)
    for treatments, status in [
        (full, "met"),
        (full[1:], "unknown"),
        ([*full[1:], record(full[0]["treatment"], result="not_indicated")], "met"),
        ([record(full[0]["treatment"], result="enough")], "not_met"),
        ([*full, record(full[0]["treatment"], "2025-07-01", "enough")], "not_met"),
        ([*full, record(full[0]["treatment"], "2025-05-01", "enough")], "met"),
        ([*full[1:], record(full[0]["treatment"], "2026-03-25")], "met"),  # the day of as_of
        ([*full[1:], record(full[0]["treatment"], "2026-03-26")], "unknown"),
    ]:
        facts = {"treatments": treatments}
        assert of("last_resort", facts, indication=indication) == status


BEFORE_STIMULATION = {
    # S3 l.305-331, l.333-351
    "fbss": "physiotherapy nociceptive alpha2delta tca_or_snri psychosocial | "
    "scar_injection root_prf",
    # S3 l.392-418, l.420-438
    "fnss": "physiotherapy nociceptive alpha2delta tca_or_snri psychosocial | "
    "scar_injection root_prf",
    # S3 l.486-544, l.546-563
    "crps": "physiotherapy anti_inflammatory alpha2delta tca_or_snri vasodilator spasmolytic "
    "psychosocial | thoracic_block ketamine",
    # S3 l.603-633, l.635-651
    "pdn": "physiotherapy nociceptive snri tca_or_antiepileptic carbamazepine_or_capsaicin "
    "psychosocial | tens sympathetic_block",
    # S3 l.695-715
    "sfn": "physiotherapy snri tca_or_alpha2delta capsaicin psychosocial | ",
    # S3 l.760-774
    "cluster": "verapamil lithium third_medicine psychosocial | ",
}


@pytest.mark.parametrize("indication,names", BEFORE_STIMULATION.items())
def test_the_treatments_to_consider_first(indication: str, names: str) -> None:
    conservative, _, invasive = names.partition("|")
    rows = answer(indication=indication)["treatments"]
    found = {step: [r["treatment"] for r in rows if r["step"] == step] for step in Step}
    assert found == {Step.CONSERVATIVE: conservative.split(), Step.INVASIVE: invasive.split()}


def test_the_checklist_of_treatments_has_date_and_result() -> None:
    rows = answer(indication="fbss", intake_facts={"treatments": [record("physiotherapy")]})
    first, second, *_ = rows["treatments"]
    assert first == {
        "treatment": "physiotherapy",
        "text": "Exercise programme with a physiotherapist",
        "when": None,
        "step": "conservative",
        "on": "2025-06-01",
        "result": "not_enough",
        "source": "S3 l.309",
    }
    assert (second["on"], second["result"], second["when"] is None) == (None, None, False)
    assert {row["step"] for row in rows["treatments"]} == {"conservative", "invasive"}


LINE = re.compile(r"S3 l\.(\d+)(?:-(\d+))?\Z")
CHAPTERS = {
    "fbss": (276, 370),
    "fnss": (371, 456),
    "crps": (457, 579),
    "pdn": (580, 667),
    "sfn": (668, 733),
    "cluster": (734, 796),
}


@pytest.mark.parametrize("indication", REIMBURSED)
def test_every_line_cited_is_in_the_chapter_of_the_indication(indication: str) -> None:
    known = REIMBURSED[indication]
    first, last = CHAPTERS[indication]
    for cited in (*known.criteria, *known.treatments):
        found = LINE.match(cited.source)
        assert found, cited
        assert first <= int(found[1]) <= int(found[2] or found[1]) <= last, cited


def test_the_six_indications_are_those_of_the_case_format() -> None:
    assert tuple(REIMBURSED) == INDICATIONS


@pytest.mark.parametrize("indication", REIMBURSED)
def test_every_text_can_be_filled_in(indication: str) -> None:
    for row in answer(indication=indication)["eligibility"]:
        assert row["text"]
        assert "%" not in row["text"] + (row["note"] or "")
    assert answer(indication=indication)["eligibility"][1]["text"] == "At least 18 years old"
    relative = [r["criterion"] for r in answer()["eligibility"] if r["relative"]]
    assert relative == ["bmi"]


def full_facts() -> dict[str, Any]:
    values = {FactKind.FLAG: True, FactKind.NUMBER: "5.5", FactKind.DAY: "2024-02-29"}
    return {
        **{name: values[fact.kind] for name, fact in FACTS.items()},
        "technique": "scs",
        "team": ["nurse", "psychologist"],
        "treatments": [record("tens"), record("verapamil", result="enough")],
    }


def test_facts_survive_writing_and_reading() -> None:
    for facts in ({}, {"team": []}, full_facts()):
        found = parse_case(case([], intake_facts=facts))
        written = case_to_json(found)
        assert written.get("intake_facts", {}) == facts
        assert parse_case(json.loads(json.dumps(written))) == found


LIMITS = {
    "bmi": (5, 150),
    "med_mg": (0, 100_000),
    "back_operations": (0, 100),
    "neck_operations": (0, 100),
    "pain_in_limbs": (0, 100),
    "pain_elsewhere": (0, 100),
    "attacks_a_week": (0, 1000),
}


@pytest.mark.parametrize("name,limits", LIMITS.items())
def test_numbers_have_limits(name: str, limits: tuple[int, int]) -> None:
    least, most = limits
    for value, allowed in ((least, 1), (most, 1), (least - 1, 0), (most + 1, 0)):
        given_case = case([], intake_facts={name: value})
        if allowed:
            assert parse_case(given_case).intake.stated == {name: value}
        else:
            with pytest.raises(CaseError):
                parse_case(given_case)


def test_every_number_is_known_here() -> None:
    assert {name for name, fact in FACTS.items() if fact.kind is FactKind.NUMBER} == set(LIMITS)


@pytest.mark.parametrize(
    "facts,pointer",
    [
        ([], ""),
        ({"height": 180}, "/height"),
        ({"bmi": "35 kg"}, "/bmi"),
        ({"bmi": 4}, "/bmi"),
        ({"pregnant": "no"}, "/pregnant"),
        ({"mri_on": "2026-02-30"}, "/mri_on"),
        ({"technique": "tens"}, "/technique"),
        ({"team": "nurse"}, "/team"),
        ({"team": ["nurse", "porter"]}, "/team/1"),
        ({"treatments": [{"treatment": "tens", "on": "2025-01-01"}]}, "/treatments/0/result"),
        ({"treatments": [record("leeches")]}, "/treatments/0/treatment"),
        ({"treatments": [record("tens", result="good")]}, "/treatments/0/result"),
    ],
)
def test_problems_are_named(facts: object, pointer: str) -> None:
    with pytest.raises(CaseError) as error:
        parse_case(case([], intake_facts=facts))
    assert [p.pointer for p in error.value.problems] == [f"/intake_facts{pointer}"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trial_cases())
def test_agrees_with_the_naive_criteria(drawn: dict[str, Any]) -> None:
    note(json.dumps(drawn))
    rows = assessment_to_json(assess(parse_case(drawn)))["eligibility"]
    found = {row["criterion"]: row["status"] for row in rows}
    for expected in naive_eligibility(drawn, read_entries(drawn)):
        assert found[expected["criterion"]] == expected["status"], expected["criterion"]


FACT_VALUES = {
    FactKind.FLAG: st.booleans(),
    FactKind.NUMBER: st.integers(5, 100),
    FactKind.DAY: st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat),
}


@st.composite
def facts(draw: Any) -> dict[str, Any]:
    records = st.builds(
        record,
        st.sampled_from(sorted(TREATMENTS)),
        st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat),
        st.sampled_from([result.value for result in TreatmentResult]),
    )
    return draw(
        st.fixed_dictionaries(
            {},
            optional={
                **{name: FACT_VALUES[fact.kind] for name, fact in FACTS.items()},
                "technique": st.sampled_from([one.value for one in Technique]),
                "team": st.lists(st.sampled_from([role.value for role in TeamRole])),
                "treatments": st.lists(records),
            },
        )
    )


@settings(deadline=None)
@given(facts(), st.sampled_from([*REIMBURSED, "phn", "other"]), st.data())
def test_one_fact_less_never_turns_a_criterion(
    given_facts: dict[str, Any], indication: str, data: st.DataObject
) -> None:
    """What is left unsaid makes a criterion unknown; it never turns a yes into a no."""
    before = statuses(indication=indication, intake_facts=given_facts)
    flags = [name for name in given_facts if name in FACTS]
    if not flags:
        return
    gone = data.draw(st.sampled_from(flags))
    rest = {name: value for name, value in given_facts.items() if name != gone}
    after = statuses(indication=indication, intake_facts=rest)
    for criterion, status in after.items():
        assert status in (before[criterion], "unknown"), criterion
