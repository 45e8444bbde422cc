"""Verdicts and rows in, pictures out: pure functions, no clock, no web, no store of their own."""
