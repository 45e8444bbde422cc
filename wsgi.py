"""The door for a WSGI server: `gunicorn wsgi:app`."""

from diary.settings import load
from diary.web.app import create_app

app = create_app(load())
