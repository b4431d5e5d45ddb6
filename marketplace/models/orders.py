"""Purchases: what was bought, at which price, under which terms, as it stood at that moment."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from databroker.models import Organization
from databroker.models.base import Identified, TenantQuerySet
from databroker.money import Money
from databroker.states import Machine
from marketplace.models.licences import LicenceTerms
from marketplace.models.listings import Listing
from marketplace.states import ORDER, OrderState, PaymentMethod
from refinery.models import Package


class OrderQuerySet(TenantQuerySet["Order"]):
    def overdue(self, now: datetime) -> Self:
        """Open orders whose time is over; an invoice has no such time."""
        return self.filter(state=OrderState.OPEN, expires_at__lte=now)

    def with_lines(self) -> Self:
        """Joins what every page of an order shows."""
        return self.select_related("organization", "invoice").prefetch_related(
            "lines__listing__organization", "lines__listing__product", "lines__package", "lines__terms"
        )


class Order(Identified):
    """One purchase by one organisation, in one currency. Asking again with the same key answers with the same order.

    `request_digest` is the sha256 of what was asked, so that a key used for something else is refused.
    """

    PREFIX = "ord"
    MACHINE: ClassVar[Machine] = ORDER

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="orders")
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(max_length=16, choices=OrderState, default=OrderState.OPEN)
    method = models.CharField(max_length=8, choices=PaymentMethod)
    is_sandbox = models.BooleanField(default=False, help_text="No money moved; opens nothing when demo mode is off.")
    idempotency_key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    fee_basis_points = models.PositiveIntegerField(help_text="The installation's share when the order was placed.")
    purchase_order_number = models.CharField(max_length=60, blank=True)
    checkout_reference = models.CharField(max_length=255, blank=True)
    checkout_url = models.CharField(max_length=2000, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    fulfilled_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = "order"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "idempotency_key"], name="order_idempotency_key_unique"),
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="order_state_known"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="order_currency_is_iso"),
            models.CheckConstraint(condition=~Q(idempotency_key=""), name="order_has_an_idempotency_key"),
            models.CheckConstraint(
                condition=~Q(state__in=[OrderState.PAID, OrderState.FULFILLED]) | Q(paid_at__isnull=False),
                name="order_paid_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="order_of_buyer"),
            models.Index(fields=["expires_at"], condition=Q(state=OrderState.OPEN), name="order_that_may_expire"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class OrderLineQuerySet(TenantQuerySet["OrderLine"]):
    TENANT = "order__organization"


class OrderLine(Identified):
    """One package in an order, with the snapshot of what was agreed: digest, version, licence, price."""

    PREFIX = "orl"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="order_lines")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="order_lines")
    package_digest = models.CharField(max_length=64)
    package_version = models.CharField(max_length=32)
    title = models.CharField(max_length=140)
    terms = models.ForeignKey(LicenceTerms, on_delete=models.PROTECT, related_name="order_lines")
    terms_digest = models.CharField(max_length=64)
    price_minor = models.PositiveBigIntegerField()

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        verbose_name = "order line"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "listing"], name="order_line_once_per_listing"),
            models.CheckConstraint(
                condition=Q(package_digest__regex=r"^[0-9a-f]{64}$", terms_digest__regex=r"^[0-9a-f]{64}$"),
                name="order_line_digests_are_sha256",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.package_version}"
