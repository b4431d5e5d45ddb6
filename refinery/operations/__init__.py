"""Verbs of the refinery: runs, their supervision, review, packages, erasure."""
