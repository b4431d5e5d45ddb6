"""Listings, orders and entitlements, reached through the operations."""

import uuid

from databroker.money import Money
from marketplace.models import Entitlement
from marketplace.operations import listings, orders
from marketplace.operations.listings import Offer
from marketplace.operations.orders import Wish
from tests.factories import packages

SUMMARY = "Three short notes from a harbour, an orchard and a ferry."


def offer(price=0, **words):
    """An offer for `price` minor units of US dollars (None: not set), complete unless words say otherwise."""
    facts = {"title": "Harbour notes", "summary": SUMMARY, "licence": "cc-by-4.0", **words}
    return Offer(**facts, price=None if price is None else Money(price, "USD"))


def draft(supplier, *, package=None, price=0, **words):
    """A DRAFT listing of `package`, or of a new one."""
    sold = package or packages.released(supplier)
    return listings.create_listing(sold.public_id, actor=supplier.actor, offer=offer(price, **words))


def live(supplier, *, package=None, price=0, **words):
    """The same, submitted and so LIVE."""
    made = draft(supplier, package=package, price=price, **words)
    return listings.submit_listing(made.public_id, actor=supplier.actor)


def order(buyer, listing, *, key="", **wish):
    """An order placed by `buyer`; a free listing's is fulfilled, others await an invoice unless `method` says more."""
    asked = {"method": "invoice", **wish}
    return orders.place_order(
        listing.public_id, actor=buyer.actor, wish=Wish(**asked), idempotency_key=key or str(uuid.uuid4())
    )


def entitlement(buyer, listing):
    """What a free order of `listing` grants."""
    return Entitlement.objects.with_facts().get(line__order=order(buyer, listing))
