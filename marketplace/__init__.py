"""Sells packages: listings, orders, entitlements, delivery."""
