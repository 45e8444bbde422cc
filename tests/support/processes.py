"""Processes that are made to be killed, forked from one that has imported everything."""

from __future__ import annotations

import multiprocessing

PROCESSES = multiprocessing.get_context("forkserver")
# There is one fork server for all tests of a run: it has to know what any of them needs.
PROCESSES.set_forkserver_preload(["tests.reminders.killable", "tests.support.server_process"])
