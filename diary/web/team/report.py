"""The report for the record: a page to print, or a PDF; in Dutch or English."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from diary.charts.report_chart import ReportChart
from diary.charts.theme import Theme
from diary.exchange import pdf as pdfs
from diary.exchange import report, report_page
from diary.exchange.report import Source
from diary.language import TEAM_LANGUAGES
from diary.web.language import current, speaking
from diary.web.team.access import looked_at

blueprint = Blueprint("report", __name__, url_prefix="/patients/<uuid:patient_id>")


@blueprint.get("/report")
def print_view(patient_id: UUID) -> ResponseReturnValue:
    """Show the report as a page that prints on A4."""
    source = _read(patient_id)
    bar = render_template(
        "team/_report_bar.html",
        card=source.card,
        languages_offered=TEAM_LANGUAGES.items(),
        spoken=_language(),
        with_pdf=pdfs.is_available(),
    )
    with speaking(_language()):
        chart = _chart(source)
        address = url_for(
            "team.trend.picture",
            patient_id=patient_id,
            theme=Theme.PRINT.value,
            size="paper",
            language=current(),
        )
        html = report_page.document(
            report.report_of(source, _maker()),
            "" if chart.empty else address,
            chart.alt(),
            chart.switched(),
            styles=url_for("static", filename=report_page.STYLES),
            bar=bar,
        )
    return _private(Response(html))


@blueprint.get("/report.pdf")
def pdf(patient_id: UUID) -> ResponseReturnValue:
    """Give the report as a PDF; where none can be made, lead to the page to print."""
    if not pdfs.is_available():
        with looked_at(patient_id, "report.print"):
            return redirect(url_for("team.report.print_view", patient_id=patient_id), 303)
    source = _read(patient_id)
    with speaking(_language()):
        chart = _chart(source)
        html = report_page.document(
            report.report_of(source, _maker()),
            "" if chart.empty else report_page.as_address(chart.svg()),
            chart.alt(),
            chart.switched(),
        )
    response = Response(report_page.pdf_of(html), mimetype="application/pdf")
    # Without a name in it: a file name is seen by whoever looks at the screen.
    response.headers["Content-Disposition"] = 'inline; filename="report.pdf"'
    return _private(response)


def _read(patient_id: UUID) -> Source:
    with looked_at(patient_id, "report.print") as found:
        return report.read(found.unit, found.card, found.pathway)


def _maker() -> str:
    return str(current_user.member.name)


def _language() -> str:
    wanted = request.args.get("language", "")
    return wanted if wanted in TEAM_LANGUAGES else current()


def _chart(source: Source) -> ReportChart:
    return ReportChart.of(source.assessment, source.standstills, source.switched)


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response
