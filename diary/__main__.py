"""`python -m diary` is the command `diary`."""

from diary.cli.main import main

main()
