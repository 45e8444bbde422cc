"""Invented patients for the demo, for screenshots and for benchmarks.

Everything follows from a seed and the present moment: the same two give the same diaries.
"""
