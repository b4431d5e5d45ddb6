"""Orders and invoices: record a transfer, cancel, deliver a paid order again."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from databroker.actors import Actor
from databroker.admin.base import Button, OperationButtons, ReadOnlyFactsAdmin
from databroker.states import StaffRole
from marketplace.forms import TransferForm
from marketplace.models import Invoice, Order, OrderLine, PaymentEvent
from marketplace.operations import invoices, payments

_SETTLERS = (StaffRole.OPERATOR, StaffRole.FINANCE)
_READERS = (StaffRole.OPERATOR, StaffRole.FINANCE, StaffRole.SUPPORT, StaffRole.AUDITOR)


def _record_transfer(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return invoices.record_transfer(str(obj.pk), actor=actor, amount=facts["received"])


def _cancel(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return invoices.cancel_invoice(str(obj.pk), actor=actor, note=facts["note"])


def _fulfil(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return payments.fulfil_order(str(obj.pk), actor=actor)


class _TransferButton(Button):
    """Shown for invoices only: a card order is paid by its provider's word, not by hand."""

    def shown_for(self, obj: models.Model, actor: Actor) -> bool:
        return Button.shown_for(self, obj, actor) and isinstance(obj, Order) and obj.method == "invoice"


class OrderLineInline(admin.TabularInline):  # type: ignore[type-arg]  # generic only in the stubs
    """What was agreed, line by line."""

    model = OrderLine
    extra = 0
    can_delete = False
    fields = ("title", "package_version", "package_digest", "terms", "terms_digest", "price_minor")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True


@admin.register(Order)
class OrderAdmin(OperationButtons):
    """Orders; those awaiting a transfer are settled or cancelled here."""

    VIEWERS = _READERS
    BUTTONS = (
        _TransferButton("record_payment", "Record the transfer", _record_transfer, _SETTLERS, form=TransferForm),
        Button("cancel", "Cancel", _cancel, _SETTLERS, style="stop"),
        Button("fulfil", "Deliver now", _fulfil, _SETTLERS),
    )
    inlines = (OrderLineInline,)
    list_display = ("public_id", "organization", "state", "method", "amount_text", "is_sandbox", "created_at")
    list_filter = ("state", "method", "is_sandbox")
    search_fields = ("organization__slug", "invoice__sequence", "purchase_order_number")
    ordering = ("-id",)
    fields = (
        "public_id", "organization", "buyer", "state", "method", "is_sandbox", "amount_text", "fee_basis_points",
        "purchase_order_number", "checkout_reference", "created_at", "expires_at", "paid_at", "fulfilled_at",
    )  # fmt: skip
    readonly_fields = ("public_id", "amount_text", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return Order.objects.select_related("organization", "buyer", "invoice")

    @admin.display(description="Amount")
    def amount_text(self, order: Order) -> str:
        return str(order.amount)


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyFactsAdmin):
    """Numbers, amounts and dates; the order behind each is where it is settled."""

    VIEWERS = _READERS
    list_display = ("number", "billed_to", "amount_text", "issued_at", "due_at", "settled_at", "cancelled_at", "order")
    list_select_related = ("order", "organization")
    search_fields = ("billed_to",)

    @admin.display(description="Amount")
    def amount_text(self, invoice: Invoice) -> str:
        return str(invoice.amount)


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnlyFactsAdmin):
    """What providers told; a surplus waits to be returned."""

    VIEWERS = _READERS
    list_display = ("created_at", "provider", "kind", "outcome", "amount_minor", "currency", "order")
    list_filter = ("provider", "outcome")
    list_select_related = ("order",)
    search_fields = ("event_id",)
