"""The marketplace in the admin: facts to read, operations to press."""

from marketplace.admin import entitlements, listings, orders, reviews

__all__ = ["entitlements", "listings", "orders", "reviews"]
