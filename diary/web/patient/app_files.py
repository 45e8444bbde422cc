"""What makes the pages an app: manifest, icons, service worker, and the page for no network.

Everything here is the same for everybody and holds no health data: the phone keeps it.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from diary import assets
from diary.language import LANGUAGES
from diary.web import language
from diary.web.language import gettext as _
from diary.web.patient import icons

# The browser asks again at every visit; the version inside tells whether anything changed.
ALWAYS_ASK = {"Cache-Control": "no-cache"}
A_DAY = {"Cache-Control": "public, max-age=86400"}
KEPT = ("css/base.css", "css/patient.css", "js/*.js", "icons/icon.svg")


def install(blueprint: Blueprint) -> None:
    """Add the files of the app."""
    blueprint.add_url_rule("/manifest.webmanifest", view_func=manifest)
    blueprint.add_url_rule("/icon-<int:size>.png", view_func=icon)
    blueprint.add_url_rule("/sw.js", view_func=service_worker)
    blueprint.add_url_rule("/shell/<code>", view_func=shell)


def manifest() -> ResponseReturnValue:
    """Return what an installed app is called and looks like."""
    pictures = [
        {
            "src": url_for("static", filename="icons/icon.svg"),
            "sizes": "any",
            "type": "image/svg+xml",
        }
    ]
    for size in (192, 512):
        src = url_for("patient.icon", size=size)
        dimensions = f"{size}x{size}"
        for purpose in ("any", "maskable"):
            pictures.append(
                {"src": src, "sizes": dimensions, "type": "image/png", "purpose": purpose}
            )
    response = jsonify(
        id="/",
        name=_("Pain diary"),
        short_name=_("Diary"),
        description=_("Fill in how much pain you have, at set times of the day."),
        start_url="/",
        scope="/",
        display="standalone",
        lang=language.current(),
        dir=language.text_direction(),
        background_color="#fbfaf8",
        theme_color="#0f5c6e",
        icons=pictures,
    )
    response.mimetype = "application/manifest+json"
    response.headers.update(ALWAYS_ASK)
    return response


def icon(size: int) -> ResponseReturnValue:
    """Return the icon as a PNG, for the systems that take no SVG."""
    if size not in icons.SIZES:
        abort(404)
    return Response(icons.png(size), mimetype="image/png", headers=A_DAY)


def service_worker() -> ResponseReturnValue:
    """Return the service worker of this version: the code is in static/js/worker.js."""
    shells = {code: url_for("patient.shell", code=code) for code in LANGUAGES}
    what = {
        "version": _version(),
        "files": [url_for("static", filename=name) for name in _kept_files()],
        "shells": shells,
    }
    source = url_for("static", filename="js/worker.js")
    code = f"import {{ work }} from {json.dumps(source)};\n\nwork({json.dumps(what)});\n"
    return Response(code, mimetype="text/javascript", headers=ALWAYS_ASK)


def shell(code: str) -> ResponseReturnValue:
    """Return the page that the phone shows without a network, in one language."""
    if code not in LANGUAGES:
        abort(404)
    return Response(_shell(code), mimetype="text/html", headers=ALWAYS_ASK)


@cache
def _kept_files() -> tuple[str, ...]:
    root = assets.folder("static")
    found = [path for pattern in KEPT for path in sorted(root.glob(pattern))]
    return tuple(path.relative_to(root).as_posix() for path in found)


@cache
def _version() -> str:
    """Return a name for the whole of what the phone keeps; any change of it is another name."""
    digest = hashlib.sha256()
    root: Path = assets.folder("static")
    for name in _kept_files():
        digest.update(name.encode() + (root / name).read_bytes())
    for code in LANGUAGES:
        digest.update(_shell(code).encode())
    return digest.hexdigest()[:16]


@cache
def _shell(code: str) -> str:
    with language.speaking(code):
        # No messages: those waiting are for the person who happens to ask first.
        return render_template("patient/shell.html", get_flashed_messages=lambda **_: [])
