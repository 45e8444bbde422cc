"""The team's worklist: items computed from rows, and what colleagues did with them."""
