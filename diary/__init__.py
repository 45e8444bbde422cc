"""Pijndagboek: the pain diary of a neuromodulation centre."""

__version__ = "0.1.0"
