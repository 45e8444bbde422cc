"""docs/ledger.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from diary.exchange.ledger_csv import COLUMNS
from diary.store.prompt_states import Delivery, PromptState, Why
from diary.store.tables import Channel, Receipt, ReminderState

TEXT = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")


def test_every_column_and_code_is_described_and_nothing_else() -> None:
    first_cells = re.findall(r"^\| ((?:`\w+` ?)+)\|", TEXT, re.MULTILINE)
    described = [name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)]
    states, whys = [state.value for state in PromptState], [why.value for why in Why]
    assert described == ["state", *states, "why", *whys, *COLUMNS]
    named = set(re.findall(r"`(\w+)`", TEXT))
    for codes in (Delivery, Channel, Receipt, ReminderState):
        assert {code.value for code in codes} <= named
