"""What a page must be for every reader: no barrier, no sideways scroll, nothing too small."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

SMALLEST_TARGET = 44

_TARGETS = """() => {
  const all = 'a, button, input:not([type=hidden]), select, summary, [tabindex="0"]';
  const away = '.visually-hidden, .skip:not(:focus)';
  const small = 'input[type=radio], input[type=checkbox]';
  return [...document.querySelectorAll(all)]
    .filter((target) => target.checkVisibility() && !target.closest(away))
    .map((target) => {
      const held = target.matches(small) ? target.closest('label') : target;
      const { width, height } = held.getBoundingClientRect();
      return { what: held.outerHTML.slice(0, 120), width, height };
    });
}"""


def barriers(page: Page, *, night: bool = False) -> list[str]:
    """Return what axe finds on the page as it stands; `night` asks for a contrast of 7 to 1."""
    # By evaluate: the page's own policy lets no script in.
    page.evaluate(AXE_SCRIPT)
    rules = {"color-contrast-enhanced": {"enabled": night}}
    found: dict[str, Any] = page.evaluate("(rules) => axe.run({ rules })", rules)
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Tell whether the page is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def small_targets(page: Page, least: int = SMALLEST_TARGET) -> list[str]:
    """Return what is there to press and smaller than `least` pixels either way."""
    return [
        f"{target['width']:.0f}×{target['height']:.0f} {target['what']}"
        for target in page.evaluate(_TARGETS)
        if target["width"] < least - 0.5 or target["height"] < least - 0.5
    ]
