"""What a page must be for every reader: no barrier, no sideways scroll, nothing too small.

The work is done in the page itself (looking.js, and axe).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page

SMALLEST_TARGET = 44
# WCAG 2.2: 1.4.3, and 1.4.6 for the screen of the night.
CONTRAST, CONTRAST_LARGE = 4.5, 3
CONTRAST_AT_NIGHT = 7
# 1.4.11: what is drawn.
CONTRAST_DRAWN = 3
# In a function of its own: a page may have a `small` or a `words` too.
_SCRIPT = Path(__file__).with_name("looking.js").read_text(encoding="utf-8")
_LOOKING = f"(() => {{{_SCRIPT}}})();"
_THERE = "'looking' in globalThis"


def bring_along(context: BrowserContext) -> None:
    """Let every page of `context` have what looks at it from the start: quicker for many pages."""
    context.add_init_script(AXE_SCRIPT + _LOOKING)


def ask(page: Page, call: str, options: Mapping[str, Any] | None = None) -> Any:
    """Return the answer of the page to `call`: `looking` is looking.js, and `o` the options."""
    # By evaluate: the page's own policy lets no script in.
    asked = f"(o) => {_THERE} && (async () => ({{ answer: await (async () => {call})() }}))()"
    found = page.evaluate(asked, options)
    if not found:
        page.evaluate(AXE_SCRIPT + _LOOKING)
        found = page.evaluate(asked, options)
    return found["answer"]


def barriers(page: Page) -> list[str]:
    """Return what axe finds on the page as it stands."""
    found: list[str] = ask(page, "looking.barriers({})")
    return found


def scrolls_sideways(page: Page) -> bool:
    """Tell whether the page is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
