"""The OpenAPI 3.1 description of all of /api/v1. A file, not a page: nothing comes from a CDN."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from spectree import SecurityScheme, SpecTree
from spectree.models import InType, SecureType, SecuritySchemeData

from diary import __version__
from diary.web.api.schemas import ErrorBody
from diary.web.identity import PHONE_COOKIE

blueprint = Blueprint("documentation", __name__)

# It only describes: what comes in is read by `bodies`, which never repeats a value in an error.
spec = SpecTree(
    "flask",
    title="Pijndagboek",
    description="What a patient's phone sends and asks. Errors have one shape: see ErrorBody.",
    version=__version__,
    openapi_version="3.1.0",
    mode="strict",
    annotations=False,
    page_templates={},
    validation_error_status=400,
    validation_error_model=ErrorBody,
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    security_schemes=[
        SecurityScheme(
            name="phone",
            data=SecuritySchemeData(
                type=SecureType.API_KEY, name=PHONE_COOKIE, field_in=InType.COOKIE
            ),
        )
    ],
)
SIGNED_IN: dict[str, list[str]] = {"phone": []}


@blueprint.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """Return the description."""
    return jsonify(spec.spec)
