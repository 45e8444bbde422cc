"""What is computed of a pathway and stays true until the pathway changes or a day goes by."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")


class Kept(Generic[T]):
    """The results of this process, one per pathway, each with what it depends on."""

    def __init__(self) -> None:
        self._results: dict[UUID, tuple[Hashable, T]] = {}
        self._lock = Lock()

    def get(self, pathway_id: UUID, key: Hashable) -> T | None:
        """Return the result as long as nothing it depends on has changed."""
        found = self._results.get(pathway_id)
        return found[1] if found and found[0] == key else None

    def put(self, pathway_id: UUID, key: Hashable, result: T) -> None:
        """Keep a result instead of the older one."""
        with self._lock:
            self._results[pathway_id] = (key, result)
