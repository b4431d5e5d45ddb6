"""The suppliers in the admin."""

from suppliers.admin import datasets

__all__ = ["datasets"]
