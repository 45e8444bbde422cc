"""Diaries in and out: case files, CSV tables, and the believable data of the demo."""
