"""Why a verdict is what it is, in one paragraph of plain words."""
