"""The address in a reminder: straight to the question, and by which reminder somebody came."""

from __future__ import annotations

from urllib.parse import urlencode

from diary.store.reminders import Claim
from diary.store.tables import Channel


def link_to(score_page: str, claim: Claim) -> str:
    """Return the link of a reminder; nothing in it is about health or tells who it is.

    A push needs no more than the page: its service worker itself reports that it was opened.
    """
    if claim.channel is Channel.WEB_PUSH:
        return score_page
    query = {"p": claim.prompt_id.hex, "s": claim.step, "c": claim.channel.value}
    return f"{score_page}?{urlencode(query)}"
