"""The door for a WSGI server: `gunicorn wsgi:app`."""

from diary.reminders.trying import make_try_out
from diary.settings import load
from diary.web.app import create_app

settings = load()
app = create_app(settings, try_out=make_try_out(settings))
