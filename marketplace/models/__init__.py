"""Rows of the marketplace: licences, listings, orders and what they grant, reviews, the search index."""

from marketplace.models.entitlements import DownloadToken, Entitlement
from marketplace.models.licences import LicenceTerms
from marketplace.models.listings import Listing
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import Invoice, PaymentEvent
from marketplace.models.reviews import Review
from marketplace.models.search import ListingEntry, ListingFacet

__all__ = [
    "DownloadToken",
    "Entitlement",
    "Invoice",
    "LicenceTerms",
    "Listing",
    "ListingEntry",
    "ListingFacet",
    "Order",
    "OrderLine",
    "PaymentEvent",
    "Review",
]
