"""Makes sure that there is a Chromium: `python -m tests.support.chromium`.

One on the PATH will do; else Debian's package, where this may install it; else Playwright's own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Starts the Chromium of the environment's CHROMIUM, without what no test looks at.
PLAIN = Path(__file__).with_name("chromium.sh")
ADVICE = "No Chromium: install it (on Debian: apt-get install chromium) and run this again."


def find() -> str | None:
    """Return the path of a Chromium: one on the PATH, else Playwright's own."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if own and Path(own).is_file() else None


def launch(playwright: Playwright) -> Browser:
    """Start it without a screen."""
    return playwright.chromium.launch(**_which())


def launch_kept(playwright: Playwright, folder: Path, **options: Any) -> BrowserContext:
    """Start it with what it kept in `folder`; `options` are those of a browser context."""
    return playwright.chromium.launch_persistent_context(folder, **_which(), **options)


def _which() -> dict[str, Any]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        # Playwright's own without a screen has no address bar either.
        return {"args": list(FLAGS)}
    return {"args": list(FLAGS), "executable_path": PLAIN, "env": {**os.environ, "CHROMIUM": path}}


def install() -> None:
    """Try Debian's package, then Playwright's own build."""
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways.insert(0, ["apt-get", "install", "-y", "--no-install-recommends", "chromium"])
        subprocess.run(["apt-get", "update"], check=False, stdout=subprocess.DEVNULL)
    for way in ways:
        print("installing Chromium:", " ".join(way[:3]), "…", flush=True)
        subprocess.run(way, check=False, stdout=subprocess.DEVNULL)
        if find():
            return


def main() -> int:
    """Install what is missing; 1 and one line of advice when that did not help."""
    if not find():
        install()
    path = find()
    if path is None:
        print(ADVICE, file=sys.stderr)
        return 1
    print(f"Chromium: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
