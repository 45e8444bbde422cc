"""A second, deliberately naive implementation of the protocol, to compare the real one with.

It is a transcription of the protocol document, section by section: plain loops over days and
entries, nothing cached, nothing shared with `diary.protocol`. It takes a valid case only.
Exact values and statuses are given; shown values, cautions and most eligibility criteria are not.
"""

from __future__ import annotations

from tests.naive.assess import assess, moments

__all__ = ["assess", "moments"]
