"""What asks for money and what tells of it: invoices and payment events."""

from django.db import models
from django.db.models import Q

from databroker.models import Organization
from databroker.models.base import Identified, TenantQuerySet
from databroker.money import Money
from marketplace.models.orders import Order
from marketplace.states import PaymentOutcome


class InvoiceQuerySet(TenantQuerySet["Invoice"]):
    pass


class Invoice(Identified):
    """A bill with a number that is gapless within its year; a cancelled one keeps its number."""

    PREFIX = "inv"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="invoices")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="invoice")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    billed_to = models.CharField(max_length=200)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    issued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = "invoice"
        ordering = ["-year", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["year", "sequence"], name="invoice_number_unique"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="invoice_numbers_start_at_one"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="invoice_settled_or_cancelled",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"{self.year}-{self.sequence:06d}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class PaymentEventQuerySet(TenantQuerySet["PaymentEvent"]):
    TENANT = "order__organization"


class PaymentEvent(Identified):
    """What a provider told us, once: the same event again changes nothing."""

    PREFIX = "pev"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payment_events")
    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=80)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    outcome = models.CharField(max_length=8, choices=PaymentOutcome, default=PaymentOutcome.NONE)

    objects = PaymentEventQuerySet.as_manager()

    class Meta:
        verbose_name = "payment event"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="payment_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"
