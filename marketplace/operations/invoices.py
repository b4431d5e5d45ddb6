"""Invoices: issued with gapless numbers, settled by a recorded transfer, or cancelled."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from databroker import lifecycle
from databroker.actors import Actor
from databroker.errors import Conflict
from databroker.money import Money
from databroker.policies import require
from marketplace import policies
from marketplace.models import Invoice, Order
from marketplace.operations.payments import TRANSFER, Payment, record_payment

_MOST_TRIES = 100


def issue_invoice(order: Order, *, actor: Actor) -> Order:
    """The order waits for its transfer from now on; call it in the transaction that places the order."""
    now = timezone.now()
    order = lifecycle.transition(order, "invoice", actor=actor, expires_at=None)
    for _ in range(_MOST_TRIES):
        try:
            with transaction.atomic():
                _number(order, now)
            return order
        except IntegrityError:  # somebody took the number; theirs is committed now, so the next is ours
            continue
    raise Conflict("Too many invoices are being issued at this moment. Try again.", code="busy")


def _number(order: Order, now: datetime) -> Invoice:
    last = Invoice.objects.filter(year=now.year).aggregate(last=Max("sequence"))["last"]
    return Invoice.objects.create(
        organization=order.organization,
        order=order,
        year=now.year,
        sequence=(last or 0) + 1,
        billed_to=order.organization.name,
        amount_minor=order.amount_minor,
        currency=order.currency,
        issued_at=now,
        due_at=now + timedelta(days=settings.INVOICE_DAYS),
    )


def record_transfer(order_id: str, *, actor: Actor, amount: Money) -> Order:
    """Staff saw the transfer on the bank account. The full amount pays the order, anything else is refused."""
    order = Order.objects.visible_to(actor).find(order_id, actor)
    payment = Payment(TRANSFER, order.public_id, amount)
    return record_payment(order_id, actor=actor, payment=payment)


def cancel_invoice(order_id: str, *, actor: Actor, note: str) -> Order:
    """Staff end an order whose transfer will not come. Its invoice keeps its number and is marked as cancelled."""
    order = Order.objects.visible_to(actor).find(order_id, actor)
    require(policies.can_settle(actor), "Only staff cancel invoices.")
    with transaction.atomic():
        order = lifecycle.transition(order, "cancel", actor=actor, note=note)
        Invoice.objects.filter(order=order).update(cancelled_at=timezone.now())
    return order
