"""Placing orders: one key makes one order, and what was agreed is written down as it stood."""

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from databroker import audit, lifecycle
from databroker.actors import SYSTEM, Actor
from databroker.errors import Conflict, Incomplete, Issue, StaleState
from databroker.models import Organization, User
from databroker.money import Money
from databroker.policies import require
from marketplace import policies
from marketplace.gateways.cards import card_gateway
from marketplace.gateways.payments import Bill
from marketplace.models import LicenceTerms, Listing, Order, OrderLine
from marketplace.operations.invoices import issue_invoice
from marketplace.operations.payments import NO_PROVIDER, Payment, pay
from marketplace.states import ListingState, OrderState, PaymentMethod
from refinery.states import PackageState

_LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Wish:
    """What the buyer asks. `method` is card, invoice or "" for the usual one; the two expectations are what the buyer
    saw (licence digest, price in minor units), refused if the offer differs now, unchecked if empty.
    """

    method: str = ""
    purchase_order_number: str = ""
    terms_digest: str = ""
    price_minor: int | None = None

    def digest(self, listing: Listing) -> str:
        asked = [str(listing.pk), self.method, self.purchase_order_number, self.terms_digest, self.price_minor]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Agreement:
    """The complete facts of an order to be."""

    listing: Listing
    terms: LicenceTerms
    price: Money
    method: PaymentMethod
    buyer: User
    organization: Organization
    is_sandbox: bool


def new_key() -> str:
    """A key for a caller who sent none: every call is then an order of its own."""
    return f"none-{uuid.uuid4()}"


def place_order(listing_ref: str, *, actor: Actor, wish: Wish, idempotency_key: str) -> Order:
    """Buys a live listing for the actor's organisation; accepting its licence is part of the call.

    A free order is fulfilled at once, an invoice is issued, a card order carries the address of its checkout. The same
    key answers with the same order; raises Conflict if it was used for something else.
    """
    listing = Listing.objects.find_page(listing_ref, actor)
    require(policies.can_buy(actor), "Only an owner or manager buys for the organisation.")
    if actor.organization is None or actor.user is None:
        raise Incomplete("Act for an organisation to buy.", code="no_organization")
    if not 1 <= len(idempotency_key) <= _LONGEST_KEY:
        raise Incomplete(f"The Idempotency-Key has 1 to {_LONGEST_KEY} characters.", code="invalid_idempotency_key")
    order = _earlier(actor.organization, listing, wish, idempotency_key)
    if order is None:
        agreement = _agree(listing, wish, actor.user, actor.organization)
        try:
            with transaction.atomic():
                order = _write(agreement, wish, idempotency_key, actor)
        except IntegrityError:
            order = _earlier(actor.organization, listing, wish, idempotency_key)
            if order is None:
                raise
    return open_checkout(order)


def _earlier(organization: Organization, listing: Listing, wish: Wish, key: str) -> Order | None:
    order = Order.objects.filter(organization=organization, idempotency_key=key).first()
    if order is not None and order.request_digest != wish.digest(listing):
        raise Conflict("This Idempotency-Key was used for another purchase.", code="idempotency_key_reused")
    return order


def _agree(listing: Listing, wish: Wish, buyer: User, organization: Organization) -> _Agreement:
    if listing.organization_id == organization.pk:
        raise Conflict("This is your own product. Download it from its package page.", code="own_product")
    terms, price = listing.terms, listing.price
    sold = listing.state == ListingState.LIVE and listing.package.state == PackageState.RELEASED
    if not sold or terms is None or price is None:
        raise Conflict("This listing is not for sale now.", code="not_for_sale")
    changed = wish.terms_digest and wish.terms_digest != terms.digest
    if changed or (wish.price_minor is not None and wish.price_minor != price.minor):
        raise Conflict("Licence or price changed since you looked. Look at the offer again.", code="offer_changed")
    method = _method(wish.method, price)
    demo = buyer.is_demo or organization.is_demo or method == PaymentMethod.SANDBOX
    return _Agreement(listing, terms, price, method, buyer, organization, demo)


def _method(asked: str, price: Money) -> PaymentMethod:
    if price.minor == 0:
        return PaymentMethod.FREE
    gateway = card_gateway()
    usual = "card" if gateway is not None else "invoice"
    chosen = asked or usual
    if chosen == PaymentMethod.INVOICE:
        return PaymentMethod.INVOICE
    if chosen in (PaymentMethod.CARD, PaymentMethod.SANDBOX) and gateway is not None:
        return PaymentMethod.SANDBOX if gateway.is_sandbox else PaymentMethod.CARD
    ways = "card or invoice" if gateway is not None else "invoice"
    raise Incomplete(f"Pay by {ways}.", issues=[Issue("method", "unknown_method", f"Pay by {ways}.")])


def _write(agreement: _Agreement, wish: Wish, key: str, actor: Actor) -> Order:
    listing, package = agreement.listing, agreement.listing.package
    order = Order.objects.create(
        organization=agreement.organization,
        buyer=agreement.buyer,
        method=agreement.method,
        is_sandbox=agreement.is_sandbox,
        idempotency_key=key,
        request_digest=wish.digest(listing),
        amount_minor=agreement.price.minor,
        currency=agreement.price.currency,
        fee_basis_points=settings.PLATFORM_FEE_BASIS_POINTS,
        purchase_order_number=wish.purchase_order_number.strip()[:60],
        expires_at=timezone.now() + timedelta(minutes=settings.ORDER_EXPIRY_MINUTES),
    )
    OrderLine.objects.create(
        order=order,
        listing=listing,
        package=package,
        package_digest=package.digest,
        package_version=package.semantic_version,
        title=listing.title,
        terms=agreement.terms,
        terms_digest=agreement.terms.digest,
        price_minor=agreement.price.minor,
    )
    audit.record("place_order", order, actor=actor, detail={"accepted": agreement.terms.digest})
    if agreement.method == PaymentMethod.FREE:
        return pay(order, Payment(NO_PROVIDER, order.public_id, order.amount, "free"), actor=actor)
    if agreement.method == PaymentMethod.INVOICE:
        return issue_invoice(order, actor=actor)
    return order


def open_checkout(order: Order) -> Order:
    """Gives an open card order its checkout address, if it has none yet; others are returned as they are.

    Talks to the provider, so it runs outside any transaction; the provider knows the order by our id and opens one
    checkout however often it is asked. Raises GatewayUnavailable; the order then stays open.
    """
    gateway = card_gateway()
    by_card = order.method in (PaymentMethod.CARD, PaymentMethod.SANDBOX)
    if not by_card or order.state != OrderState.OPEN or order.checkout_url or gateway is None:
        return order
    checkout = gateway.start(_bill(order))
    Order.objects.filter(pk=order.pk).update(checkout_reference=checkout.reference, checkout_url=checkout.url)
    return Order.objects.get(pk=order.pk)


def _bill(order: Order) -> Bill:
    line = order.lines.select_related("listing__organization", "listing__product").get()
    site = settings.SITE_URL.rstrip("/")
    return Bill(
        order=order.public_id,
        title=f"{line.title} {line.package_version}",
        amount=order.amount,
        email=order.buyer.email,
        success_url=site + reverse("marketplace:order_detail", args=[order.public_id]),
        cancel_url=site + reverse("marketplace:listing_detail", args=line.listing.path.split("/")),
        expires_at=int(order.expires_at.timestamp()) if order.expires_at else 0,
    )


def expire_orders() -> int:
    """Ends open card orders whose time is over; returns how many. Invoices never end by the clock."""
    ended = 0
    for order in Order.objects.overdue(timezone.now()):
        try:
            lifecycle.transition(order, "expire", actor=SYSTEM)
            ended += 1
        except StaleState:
            continue  # it was paid or declined at this moment
    return ended
