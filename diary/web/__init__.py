"""Pages and API: where people come in."""
