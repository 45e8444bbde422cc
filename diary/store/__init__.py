"""Tables and every query; one transaction per command."""
