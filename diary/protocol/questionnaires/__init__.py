"""Scoring the questionnaires of S3's first annex (l.852-876): rules as data, one small engine.

No item texts: those of licensed questionnaires belong to their owners. Items have short names of
ours, in the order of the form.
"""
