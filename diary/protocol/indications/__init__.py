"""The indications for neuromodulation as data: criteria, and treatments to consider first.

Each criterion cites its line of S3 and is judged True, False or None (unknown).
"""
