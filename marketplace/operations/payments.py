"""Payments: an order is paid once and fulfilled once, however often and at the same time we are told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from databroker import audit, lifecycle, queue
from databroker.actors import SYSTEM, Actor
from databroker.errors import Conflict, Incomplete, Issue, NotFound, NotPermitted, StaleState
from databroker.money import Money
from databroker.policies import require
from marketplace import policies
from marketplace.gateways import sandbox
from marketplace.gateways.payments import ProviderEvent
from marketplace.models import Entitlement, Invoice, Order, OrderLine, PaymentEvent
from marketplace.operations.bookkeeping import post_payment, post_surplus
from marketplace.states import OrderState, PaymentMethod, PaymentOutcome
from refinery.models import Package
from refinery.states import PackageState

NO_PROVIDER: Final = "none"
TRANSFER: Final = "transfer"
_PAYABLE: Final = {
    OrderState.OPEN: "record_payment",
    OrderState.AWAITING_INVOICE: "record_payment",
    OrderState.EXPIRED: "late_payment",
    OrderState.DECLINED: "late_payment",
}


@dataclass(frozen=True, slots=True)
class Payment:
    """What arrived: from which provider, under which id of theirs, how much."""

    provider: str
    event_id: str
    amount: Money
    kind: str = "paid"


def record_payment(order_id: str, *, actor: Actor, payment: Payment) -> Order:
    """Books a payment and fulfils the order in one transaction. The same event again changes nothing.

    A second payment of a paid order is booked as surplus. Raises Incomplete unless the full amount arrived.
    """
    order = _find(order_id, actor)
    require(policies.can_settle(actor), "Only staff record payments.")
    return _book(order, payment, actor)


def pay_with_sandbox_card(order_id: str, *, actor: Actor) -> Order:
    """The buyer's own click in demo mode."""
    order = _sandbox_order(order_id, actor)
    payment = Payment(sandbox.NAME, f"{order.public_id}-paid", order.amount)
    return _book(order, payment, actor)


def decline_sandbox_card(order_id: str, *, actor: Actor) -> Order:
    """The same, refused by the pretended bank."""
    return lifecycle.transition(_sandbox_order(order_id, actor), "decline", actor=actor)


def _sandbox_order(order_id: str, actor: Actor) -> Order:
    order = _find(order_id, actor)
    require(policies.can_buy(actor), "Only an owner or manager pays for the organisation.")
    if not settings.DEMO or order.method != PaymentMethod.SANDBOX:
        raise NotPermitted("The sandbox card works in demo mode only.")
    return order


def _find(order_id: str, actor: Actor) -> Order:
    return Order.objects.visible_to(actor).find(order_id, actor)


def receive_event(provider: str, event: ProviderEvent) -> Order | None:
    """Acts on a verified webhook: pays, declines, or nothing. None if it concerns no order of ours."""
    try:
        order = _find(event.order, SYSTEM) if event.order else None
    except NotFound:
        order = None
    if order is None:
        return None
    if event.kind == "paid":
        return _book(order, Payment(provider, event.event_id, event.amount), SYSTEM)
    if event.kind == "failed" and order.state == OrderState.OPEN:
        try:
            return lifecycle.transition(order, "decline", actor=SYSTEM)
        except StaleState:
            return _find(event.order, SYSTEM)
    return order


def _book(order: Order, payment: Payment, actor: Actor) -> Order:
    if payment.amount != order.amount:
        sentence = f"The full amount is {order.amount}; {payment.amount} arrived."
        issue = Issue("amount", "amount_differs", sentence)
        raise Incomplete(sentence, code="amount_differs", issues=[issue])
    with transaction.atomic():
        return pay(order, payment, actor=actor)


def pay(order: Order, payment: Payment, *, actor: Actor) -> Order:
    """The booking itself, inside the caller's transaction."""
    event = _insert_event(order, payment)
    if event is None:
        return Order.objects.get(pk=order.pk)
    paid = _move_to_paid(order, actor, timezone.now())
    if paid is None:
        PaymentEvent.objects.filter(pk=event.pk).update(outcome=PaymentOutcome.SURPLUS)
        post_surplus(order, event)
        audit.record("payment_surplus", order, actor=actor, detail={"event": event.event_id})
        return Order.objects.get(pk=order.pk)
    PaymentEvent.objects.filter(pk=event.pk).update(outcome=PaymentOutcome.APPLIED)
    lines = list(paid.lines.select_related("listing", "package"))
    post_payment(paid, lines, payment.provider)
    Invoice.objects.filter(order=paid).update(settled_at=paid.paid_at)
    return _fulfil(paid, lines, actor=actor)


def _insert_event(order: Order, payment: Payment) -> PaymentEvent | None:
    try:
        with transaction.atomic():
            return PaymentEvent.objects.create(
                order=order,
                provider=payment.provider,
                event_id=payment.event_id,
                kind=payment.kind,
                amount_minor=payment.amount.minor,
                currency=payment.amount.currency,
            )
    except IntegrityError:
        return None


def _move_to_paid(order: Order, actor: Actor, now: datetime) -> Order | None:
    """The paid order, or None if somebody else's payment (or a cancellation) came first."""
    for _ in range(2):  # an expiry may slip in between reading and writing, once
        seen = Order.objects.get(pk=order.pk)
        verb = _PAYABLE.get(OrderState(seen.state))
        if verb is None:
            return None
        try:
            return lifecycle.transition(seen, verb, actor=actor, paid_at=now)
        except StaleState:
            continue
    return None


def fulfil_order(order_id: str, *, actor: Actor) -> Order:
    """Staff try again to deliver a paid order whose package could not be delivered then."""
    order = _find(order_id, actor)
    require(policies.can_settle(actor), "Only staff fulfil by hand.")
    with transaction.atomic():
        order = _fulfil(order, list(order.lines.select_related("listing", "package")), actor=actor)
    if order.state == OrderState.PAID:
        raise Conflict("The package is no longer released. Return the money instead.", code="package_not_released")
    return order


def _fulfil(order: Order, lines: list[OrderLine], *, actor: Actor) -> Order:
    states = Package.objects.filter(order_lines__in=lines).values_list("state", flat=True)
    if any(state != PackageState.RELEASED for state in states):
        audit.record("fulfilment_held", order, actor=actor)
        return order
    fulfilled = lifecycle.transition(order, "fulfil", actor=actor, fulfilled_at=timezone.now())
    for line in lines:
        entitlement = Entitlement.objects.create(organization=order.organization, line=line, package=line.package)
        audit.record("grant", entitlement, actor=actor)
        queue.enqueue("marketplace.tasks.render_copy", entitlement.pk)
    return fulfilled
