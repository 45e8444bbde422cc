"""The command line: `diary VERB`."""
