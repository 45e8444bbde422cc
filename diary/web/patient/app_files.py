"""What makes the pages an app: manifest, icons, service worker, and the page for no network.

Everything here is the same for everybody and holds no health data: the phone keeps it.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from diary import assets
from diary.language import LANGUAGES
from diary.web import language
from diary.web.labels import scale_ends
from diary.web.language import gettext as _
from diary.web.patient import icons
from diary.web.patient.medicines import COUNTS

# The browser asks again at every visit; the version inside tells whether anything changed.
ALWAYS_ASK = {"Cache-Control": "no-cache"}
A_DAY = {"Cache-Control": "public, max-age=86400"}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
# The forms of a day, each in templates/patient/_<name>.html; static/js/pages.js knows them too.
FORMS = ("medicines", "dose", "attacks", "evening", "symptoms")
STYLES = ("css/base.css", "css/patient.css", "css/patient-answers.css")
# Where the scripts start; what they import, and nothing else, is kept with them.
SCRIPTS = ("js/app.js", "js/pages.js", "js/travel.js", "js/worker.js")
ICON = "icons/icon.svg"
IMPORTED = re.compile(r'from "\./([a-z]+\.js)"')
# What a script asks for later is kept too, but not named in the page.
LATER = re.compile(r'import\("\./([a-z]+\.js)"\)')


def install(blueprint: Blueprint) -> None:
    """Add the files of the app."""
    blueprint.add_url_rule("/manifest.webmanifest", view_func=manifest)
    blueprint.add_url_rule("/icon-<int:size>.png", view_func=icon)
    blueprint.add_url_rule("/sw.js", view_func=service_worker)
    blueprint.add_url_rule("/kept/<version>/<path:name>", view_func=kept_file)
    blueprint.add_app_template_global(asset)
    blueprint.add_app_template_global(imported)
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
        "files": [asset(name) for name in _kept_files()],
        "shells": shells,
    }
    source = asset("js/worker.js")
    code = f"import {{ work }} from {json.dumps(source)};\n\nwork({json.dumps(what)});\n"
    return Response(code, mimetype="text/javascript", headers=ALWAYS_ASK)


def asset(name: str) -> str:
    """Return the address of a style or script that the phone keeps.

    The version is in the path, so that modules import only those of their own version: a page that
    is open while the diary is brought up to date stays whole.
    """
    return url_for("patient.kept_file", version=_files_version(), name=name)


def imported(script: str) -> list[str]:
    """Return the addresses of all that a script imports: named in the page, they come at once."""
    return [asset(name) for name in _modules((script,)) if name != script]


def kept_file(version: str, name: str) -> ResponseReturnValue:
    """Return a file that the phone keeps; one of an older version as it is now, for this once."""
    if name not in _kept_files():
        abort(404)
    response = send_file(assets.folder("static") / name)
    response.headers.update(FOR_EVER if version == _files_version() else ALWAYS_ASK)
    return response


def shell(code: str) -> ResponseReturnValue:
    """Return the page that the phone shows without a network, in one language."""
    if code not in LANGUAGES:
        abort(404)
    return Response(_shell(code), mimetype="text/html", headers=ALWAYS_ASK)


@cache
def _kept_files() -> tuple[str, ...]:
    return (*STYLES, ICON, *_modules(SCRIPTS, later=True))


@cache
def _modules(scripts: tuple[str, ...], later: bool = False) -> tuple[str, ...]:
    """Return scripts with all that they import, and what that imports (`later`: when needed)."""
    root: Path = assets.folder("static")
    found, to_read = set(scripts), list(scripts)
    while to_read:
        text = (root / to_read.pop()).read_text(encoding="utf-8")
        names = IMPORTED.findall(text) + (LATER.findall(text) if later else [])
        new = {f"js/{name}" for name in names} - found
        found |= new
        to_read += new
    return tuple(sorted(found))


@cache
def _files_version() -> str:
    """Return a name for the files that the phone keeps; any change of one is another name."""
    digest = hashlib.sha256()
    for name in _kept_files():
        digest.update(name.encode() + (assets.folder("static") / name).read_bytes())
    return digest.hexdigest()[:16]


@cache
def _version() -> str:
    """Return a name for the whole of what the phone keeps, the pages too."""
    digest = hashlib.sha256(_files_version().encode())
    for code in LANGUAGES:
        digest.update(_shell(code).encode())
    return digest.hexdigest()[:16]


@cache
def _shell(code: str) -> str:
    with language.speaking(code):
        # No messages: those waiting are for the person who happens to ask first.
        return render_template(
            "patient/shell.html",
            forms=FORMS,
            counts=COUNTS,
            ends=scale_ends(),
            telephone="",
            get_flashed_messages=lambda **_: [],
        )
