"""Verdicts and figures in a reader's words: the same on the screen and in the report.

Below the web, so that who writes files can say what the pages say; it computes nothing.
"""
