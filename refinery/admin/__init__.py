"""The curation desk: runs awaiting review with their reports, and the packages that came of them."""

from refinery.admin import packages, runs

__all__ = ["packages", "runs"]
