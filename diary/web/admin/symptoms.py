"""The list of alarm symptoms: what is asked of patients, and in which words."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import LANGUAGES, N_
from diary.store import symptoms as store
from diary.store.errors import Refused
from diary.store.tables import Action
from diary.web.admin.access import changing, looked_at
from diary.web.language import gettext, speaking
from diary.web.symptoms import SYMPTOMS, Symptom, centre_list
from diary.web.team.forms import Form

blueprint = Blueprint("symptoms", __name__, url_prefix="/symptoms")

NEW = "new"
LAST_ONE = N_("This is the only symptom that is asked. Turn another one on first.")
ENOUGH = N_("The list is long enough: a patient in pain has to read it. Turn one off first.")


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show the whole list, also what is not asked."""
    with looked_at("symptom.list"):
        listed = centre_list()
    return render_template("admin/symptoms.html", listed=listed, own=SYMPTOMS)


@blueprint.get("/<code>")
def edit(code: str) -> ResponseReturnValue:
    """Show one symptom in every language; "new": an empty one."""
    return _page(code, None)


@blueprint.post("/<code>")
def save(code: str) -> ResponseReturnValue:
    """Keep whether a symptom is asked, and its words, from now on."""
    form, found = Form(request.form), _find(code)
    asked = form.value("asked") == "yes" or code == NEW
    texts = {language: form.value(f"text_{language}") for language in LANGUAGES}
    others = sum(one.asked for one in centre_list() if one.code != code)
    if not asked and not others:
        form.errors["asked"] = LAST_ONE
    if asked and others >= store.MOST:
        form.errors["asked"] = ENOUGH
    if code not in SYMPTOMS and not texts["nl"]:
        form.errors["text_nl"] = store.DUTCH_FIRST
    if form.errors:
        return _page(code, form)
    action = Action.CREATE if code == NEW else Action.UPDATE
    try:
        with changing("symptom.change", action, touched=f"symptom {code}") as unit:
            if code == NEW:
                store.add(unit, texts)
            else:
                store.keep(unit, found.code, asked, texts)
    except Refused as refusal:
        form.errors |= refusal.fields
        return _page(code, form)
    flash(gettext(N_("The list is saved. Phones ask by it from their next visit on.")), "good")
    return redirect(url_for("admin.symptoms.page"), 303)


def _find(code: str) -> Symptom:
    listed = {one.code: one for one in centre_list()} | {NEW: Symptom(NEW, True, {})}
    if code not in listed:
        abort(404)
    return listed[code]


def _page(code: str, form: Form | None) -> ResponseReturnValue:
    found = _find(code)
    with looked_at("symptom.read", touched=f"symptom {code}"):
        usual = {language: _usual(code, language) for language in LANGUAGES}
    kept = {f"text_{language}": text for language, text in found.texts.items()}
    shown = form or Form(MultiDict(kept | {"asked": "yes" if found.asked else "no"}))
    page = render_template(
        "admin/symptom.html",
        code=code,
        name=gettext(N_("Add a symptom")) if code == NEW else found.label,
        new=code == NEW,
        form=shown,
        labels={"asked": gettext(N_("Asked"))}
        | {f"text_{language}": name for language, name in LANGUAGES.items()},
        usual=usual,
    )
    return page, 422 if shown.errors else 200


def _usual(code: str, language: str) -> str:
    """Return the product's own words, which are used where the centre has none."""
    if code not in SYMPTOMS:
        return ""
    with speaking(language):
        return gettext(SYMPTOMS[code])
