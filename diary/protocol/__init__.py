"""The NVA protocol as pure functions: dataclasses in, dataclasses out; no I/O and no clock.

"S3" in docstrings is the NVA standpunt on neuromodulation (2020); "l." is a line of its text.
"""
