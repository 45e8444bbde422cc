"""What people set on their own phone: more contrast, colours of the system, no motion; and what a
reader of screens makes of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from diary.store import pathways
from diary.store.database import Database
from tests.browser.conftest import CodeFor
from tests.support.looking import CONTRAST_AT_NIGHT, ask
from tests.support.people import People, Somebody
from tests.support.phone import Phone
from tests.support.rounds import EVENING

# Of everything that moves: what it is, and for how long.
MOTION = """() => [...document.querySelectorAll("*")].map((one) => getComputedStyle(one))
  .filter((style) => style.animationName !== "none" || parseFloat(style.transitionDuration) > 0)
  .length + document.getAnimations().length"""
GROUND = "(one) => getComputedStyle(one).backgroundColor"


def tree(page: Page) -> Iterator[dict[str, Any]]:
    """Yield what the browser tells a reader of screens: role, name, properties and parts."""
    cdp = page.context.new_cdp_session(page)
    nodes = cdp.send("Accessibility.getFullAXTree")["nodes"]
    cdp.detach()
    by_id = {node["nodeId"]: node for node in nodes}

    def below(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for child in node.get("childIds", ()):
            if child in by_id:
                yield by_id[child]
                yield from below(by_id[child])

    for node in nodes:
        if not node["ignored"]:
            yield {
                "role": node["role"]["value"],
                "name": node.get("name", {}).get("value", ""),
                "live": any(p["name"] == "live" for p in node.get("properties", ())),
                "parts": [
                    (part["role"]["value"], part.get("name", {}).get("value", ""))
                    for part in below(node)
                    if not part["ignored"]
                ],
            }


def named(page: Page, role: str) -> dict[str, list[tuple[str, str]]]:
    """Return the parts of everything with a role, by its name."""
    return {node["name"]: node["parts"] for node in tree(page) if node["role"] == role}


def test_a_reader_of_screens_hears_what_is_asked_and_what_was_saved(
    phone: Phone, people: People, cluster_patient: Somebody, code_for: CodeFor, database: Database
) -> None:
    phone.clock.set(EVENING)
    phone.set_clock()
    with database.write(people.nurse.scope, now=phone.clock()) as unit:
        pathways.choose_evening(unit, cluster_patient.pathway, ("sleep", "goal"))
    phone.activate(code_for(cluster_patient))
    page = phone.open("/score")
    question = page.locator("[data-question]").inner_text()
    # Each number is a button within the question that it answers; nothing is named by its place.
    assert [part for part in named(page, "group")[question] if part[0] == "button"] == [
        ("button", str(number)) for number in range(11)
    ]
    assert list(named(page, "heading")) == [question]
    assert named(page, "main")
    assert named(page, "banner")
    phone.open("/evening")
    groups = named(page, "group")
    assert len(groups) == 2
    for question, parts in groups.items():
        assert question.endswith("?")
        radios = [name for role, name in parts if role == "radio"]
        assert radios == [str(number) for number in range(11)]
    # What is wrong is said at once, and so is where an answer went.
    page.locator("[data-event=evening] button").click()
    (alert,) = [node for node in tree(page) if node["role"] == "alert"]
    assert alert["live"]
    assert "StaticText" in dict(alert["parts"])
    phone.open("/dose")
    phone.server.stop()
    page.locator("[data-list=dose] button").first.click()
    expect(page.locator("[data-status]")).to_contain_text("1 ")
    assert page.evaluate("document.activeElement.matches('[data-saved-title]')")
    live = [node for node in tree(page) if node["role"] == "status"]
    assert all(node["live"] for node in live)
    said = [name for node in live for role, name in node["parts"] if role == "StaticText"]
    on_this_phone = page.locator("[data-saved-where]").get_attribute("data-here")
    words = page.locator("[data-words]")
    waiting = " ".join(words.get_attribute(f"data-{name}") or "" for name in ("one", "waiting"))
    assert said == [waiting, on_this_phone]
    # Reminders are offered after a score (test_push.py), not after a medicine.
    expect(page.locator("[data-after-score]")).to_be_hidden()
    phone.server.start()


def test_what_people_set_on_their_phone_is_followed(
    phone: Phone, people: People, cluster_patient: Somebody, code_for: CodeFor, database: Database
) -> None:
    phone.clock.set(EVENING)
    phone.set_clock()
    with database.write(people.nurse.scope, now=phone.clock()) as unit:
        pathways.choose_evening(unit, cluster_patient.pathway, ("sleep",))
    phone.activate(code_for(cluster_patient))
    page = phone.page
    for path in ("/evening", "/", "/score", "/settings", "/diary"):
        phone.open(path)
        page.emulate_media(reduced_motion="reduce")
        assert page.evaluate(MOTION) == 0, path
        for scheme in ("light", "dark"):
            page.emulate_media(contrast="more", color_scheme=scheme)
            # Also what is soft otherwise; buttons and links keep their colour.
            soft = ask(page, "looking.faint(...o)", [CONTRAST_AT_NIGHT - 1, 4.5])
            assert soft == [], f"{path}, {scheme}"
        page.emulate_media(contrast="no-preference", color_scheme="light")
    phone.open("/evening")
    page.emulate_media(forced_colors="active")
    page.locator("input[name=sleep][value='7']").check(force=True)
    chosen = page.locator("input[name=sleep][value='7'] + span").evaluate(GROUND)
    other = page.locator("input[name=sleep][value='6'] + span").evaluate(GROUND)
    assert chosen != other
    # The colours of the system, and a frame around everything to press.
    frames = page.locator("main button:visible, .top a:visible").evaluate_all(
        "(all) => all.filter((one) => one.matches('button'))"
        ".every((one) => parseFloat(getComputedStyle(one).borderTopWidth) > 0)"
    )
    assert frames
