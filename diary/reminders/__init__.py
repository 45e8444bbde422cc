"""Planning and sending of reminders, and the worker that does it."""
