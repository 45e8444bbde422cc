"""The administrator's desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.support.people import People
from tests.web.team.conftest import DeskOf, desk_of
from tests.web.team.pages import Page

__all__ = ["desk_of"]

See = Callable[..., Page]


@pytest.fixture
def desk(desk_of: DeskOf, people: People) -> FlaskClient:
    """Give the browser of the administrator."""
    return desk_of(people.administrator)


@pytest.fixture
def see(desk: FlaskClient) -> See:
    """Give what shows a page of the centre, or that which a form sent there leads to."""

    def show(path: str, data: dict[str, str] | None = None, status: int = 200) -> Page:
        url = f"/admin/{path}"
        answer = desk.get(url) if data is None else desk.post(url, data=data, follow_redirects=True)
        assert answer.status_code == status
        found = Page(answer.text)
        assert found.problems == []
        return found

    return show
