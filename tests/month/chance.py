"""What is left to chance in the simulated month: it follows from a seed, and from nothing else.

Never from the order in which threads happen to ask, nor from how busy the machine is: the same
seed gives the same ledger.
"""

from __future__ import annotations

import hashlib
import os
import random
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest.mock import patch
from uuid import UUID

from diary.reminders import dispatch
from diary.store import ladder
from diary.store.tables import Channel


@dataclass(frozen=True)
class Chance:
    """A number from 0 to 1 for everything there is to decide, the same each time."""

    seed: int

    def __call__(self, *about: object) -> float:
        told = hashlib.blake2b(repr((self.seed, *about)).encode(), digest_size=8).digest()
        return int.from_bytes(told) / 2**64


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let the ids of rows, which decide who comes first, and the order of records follow `seed`.

    The id of a reminder follows from what it is about: a database gives the prompts that are due
    in any order.
    """
    # A stream for each length: what else asks for chance does so once in a process (the names of
    # aliases in a statement that is kept), and must not move the ids of the second month in it.
    streams, lock = defaultdict[int, random.Random](lambda: random.Random(seed)), threading.Lock()

    def urandom(count: int) -> bytes:
        with lock:
            return streams[count].randbytes(count)

    really = ladder._planned

    def planned(prompt: Any, step: int, channel: Channel, *times: datetime) -> dict[str, Any]:
        told = hashlib.blake2b(repr((seed, prompt.id, step, channel)).encode(), digest_size=16)
        return really(prompt, step, channel, *times) | {"id": UUID(bytes=told.digest())}

    with ExitStack() as stack:
        stack.enter_context(patch.object(ladder, "_planned", planned))
        stack.enter_context(patch.object(os, "urandom", urandom))
        # Who is sent to first, and who records with whom, must not depend on how busy the
        # machine is; and eight threads that do nothing but wait for each other take twice as long.
        stack.enter_context(patch.object(dispatch, "THREADS", 1))
        stack.enter_context(patch.object(dispatch, "RECORD_EVERY", None))
        stack.enter_context(patch.object(dispatch, "ENOUGH_ROOM", dispatch.BATCH))
        yield
