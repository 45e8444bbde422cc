"""The diary on paper: choosing a booklet, and the booklet itself as a page to print or a PDF."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from diary.exchange import booklet
from diary.exchange import pdf as pdfs
from diary.language import LANGUAGES, known
from diary.store import centres, medicines
from diary.store.errors import NotFound
from diary.store.pathways import PhaseView
from diary.web.labels import (
    evening_questions,
    moment_label,
    phase_title,
    question,
    scale_ends,
)
from diary.web.language import day_short, speaking
from diary.web.medicines import medicine_label
from diary.web.symptoms import symptoms_asked
from diary.web.team import words
from diary.web.team.access import Opened, looked_at

blueprint = Blueprint("booklet", __name__, url_prefix="/patients/<uuid:patient_id>/booklet")


@blueprint.get("")
def page(patient_id: UUID) -> ResponseReturnValue:
    """Offer a booklet for each phase, in the patient's language or another."""
    with looked_at(patient_id, "booklet.choose") as found:
        card, pathway = found.card, found.pathway
        pages = {phase.id: len(_sheets(found, phase)) + 1 for phase in pathway.held}
    language = known(request.args.get("language"), otherwise=card.language)
    return render_template(
        "team/booklet.html",
        card=card,
        chosen=language,
        languages_offered=LANGUAGES.items(),
        with_pdf=pdfs.is_available(),
        ended=pathway.ended_at is not None,
        phases=[
            {
                "id": phase.id,
                "name": words.phase(phase.kind),
                "days": f"{day_short(phase.first_day)} – {day_short(phase.end)}",
                "pages": pages[phase.id],
            }
            for phase in pathway.held
        ],
    )


@blueprint.get("/<uuid:phase_id>")
def print_view(patient_id: UUID, phase_id: UUID) -> ResponseReturnValue:
    """Show the booklet as a page that prints on A5."""
    return _private(Response(_document(patient_id, phase_id, with_bar=True)))


@blueprint.get("/<uuid:phase_id>.pdf")
def pdf(patient_id: UUID, phase_id: UUID) -> ResponseReturnValue:
    """Give the booklet as a PDF; where none can be made, lead to the page that says so."""
    if not pdfs.is_available():
        with looked_at(patient_id, "booklet.choose"):
            return redirect(url_for("team.booklet.page", patient_id=patient_id), 303)
    html = _document(patient_id, phase_id, with_bar=False)
    made = pdfs.make(html, booklet.STYLES, full_size=True)
    response = Response(made, mimetype="application/pdf")
    # Without a name in it: a file name is seen by whoever looks at the screen.
    response.headers["Content-Disposition"] = 'inline; filename="booklet.pdf"'
    return _private(response)


def _document(patient_id: UUID, phase_id: UUID, *, with_bar: bool) -> str:
    """Return the booklet in the language asked for; the bar stays in the reader's own."""
    with looked_at(patient_id, "booklet.print") as found:
        card, pathway = found.card, found.pathway
        phase = next((phase for phase in pathway.held if phase.id == phase_id), None)
        if phase is None:
            raise NotFound
        centre = centres.centre(found.unit)
        sheets = _sheets(found, phase)
    scale = pathway.scale.value
    bar = render_template("booklet/_bar.html", card=card, scale=scale) if with_bar else ""
    with speaking(known(request.args.get("language"), otherwise=card.language)):
        return render_template(
            "booklet/document.html",
            bar=bar,
            card=card,
            centre=centre,
            phase_title=phase_title(phase.kind),
            first=phase.first_day,
            last=phase.end,
            scale=scale,
            ends=scale_ends(pathway.protocol),
            sites=pathway.sites,
            sheets=sheets,
            moment_label=moment_label,
            question=question,
            medicine_label=medicine_label,
            evening_questions=evening_questions(pathway.evening),
            symptoms_listed=symptoms_asked(phase),
            attack_lines=booklet.ATTACK_LINES,
            dose_boxes=booklet.DOSE_BOXES,
        )


def _sheets(found: Opened, phase: PhaseView) -> list[booklet.Sheet]:
    own = medicines.medicines(found.unit, found.pathway.id)
    return booklet.sheets(found.pathway, phase, own, with_symptoms=bool(symptoms_asked(phase)))


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response
