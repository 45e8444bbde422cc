"""Long lists of ids, in parts that both databases take as parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

MOST = 1000


def chunks(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    """Yield the distinct `ids` in lists of at most a thousand, in the order given."""
    distinct = list(dict.fromkeys(ids))
    for start in range(0, len(distinct), MOST):
        yield distinct[start : start + MOST]
