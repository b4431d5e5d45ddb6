"""Paying once: invoices, doubled and simultaneous payments, and a journal nobody rewrites. On both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from databroker import journal
from databroker.errors import Incomplete, NotPermitted, StaleState
from databroker.models import JournalTransfer
from databroker.money import Money
from marketplace.models import Entitlement, Invoice, Order, PaymentEvent
from marketplace.operations import invoices, payments
from marketplace.operations.payments import Payment
from tests.factories import packages, sales

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(sam):
    return sales.live(sam, package=packages.released(sam, files=False), price=4000)


def at_once(count, call):
    """`call(number)` from as many threads, each with its own connection; the results or the errors."""

    def one(number):
        try:
            return call(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.parametrize("same_event", [True, False])
def test_twenty_simultaneous_payments_of_one_order_fulfil_once(shop, ben, olga, same_event):
    order = sales.order(ben, shop)

    def pay(number):
        payment = Payment("card", "e-0" if same_event else f"e-{number}", order.amount)
        return payments.record_payment(order.public_id, actor=olga.actor, payment=payment)

    results = at_once(20, pay)

    assert {getattr(result, "state", result) for result in results} == {"fulfilled"}
    assert Entitlement.objects.count() == 1
    assert JournalTransfer.objects.filter(reference=order.pk, memo="payment").count() == 1
    assert PaymentEvent.objects.filter(outcome="applied").count() == 1
    assert PaymentEvent.objects.count() == (1 if same_event else 20)
    assert sum(journal.balances(order.pk).values()) == 0


def test_ten_simultaneous_purchases_under_one_key_make_one_order(shop, ben):
    results = at_once(10, lambda number: sales.order(ben, shop, key="k-1").public_id)

    assert len(set(results)) == 1
    assert (Order.objects.count(), Invoice.objects.count()) == (1, 1)


def test_invoice_numbers_have_no_gap_also_when_issued_at_once(shop, ben):
    results = at_once(8, lambda number: sales.order(ben, shop).state)

    assert set(results) == {"awaiting_invoice"}
    assert sorted(Invoice.objects.values_list("sequence", flat=True)) == list(range(1, 9))
    assert Invoice.objects.first().number.startswith(f"{timezone.now().year}-00000")


def test_an_invoice_is_settled_and_another_is_cancelled(shop, ben, nora, olga):
    settled, cancelled = sales.order(ben, shop), sales.order(nora, shop)

    paid = invoices.record_transfer(settled.public_id, actor=olga.actor, amount=Money(4000, "USD"))
    ended = invoices.cancel_invoice(cancelled.public_id, actor=olga.actor, note="They changed their mind")

    assert (paid.state, ended.state) == ("fulfilled", "cancelled")
    assert Invoice.objects.get(order=settled).settled_at is not None
    assert Invoice.objects.get(order=cancelled).cancelled_at is not None
    assert [entitlement.organization for entitlement in Entitlement.objects.all()] == [ben.organization]
    with pytest.raises(StaleState):
        invoices.cancel_invoice(settled.public_id, actor=olga.actor, note="Too late")


@pytest.mark.parametrize("amount", [Money(3999, "USD"), Money(4001, "USD"), Money(4000, "EUR")])
def test_only_the_full_amount_settles_an_invoice(shop, ben, olga, amount):
    order = sales.order(ben, shop)

    with pytest.raises(Incomplete):
        invoices.record_transfer(order.public_id, actor=olga.actor, amount=amount)

    assert Order.objects.get().state == "awaiting_invoice"
    assert (PaymentEvent.objects.count(), JournalTransfer.objects.count()) == (0, 0)


def test_cancelling_needs_a_note(shop, ben, olga):
    order = sales.order(ben, shop)

    with pytest.raises(Incomplete):
        invoices.cancel_invoice(order.public_id, actor=olga.actor, note=" ")


def test_neither_buyer_nor_curator_records_payments(shop, ben, cleo):
    order = sales.order(ben, shop)

    for person in (ben, cleo):
        with pytest.raises(NotPermitted):
            invoices.record_transfer(order.public_id, actor=person.actor, amount=order.amount)


def test_the_same_event_again_changes_nothing(shop, ben, olga):
    order = sales.order(ben, shop)

    for _ in range(3):
        invoices.record_transfer(order.public_id, actor=olga.actor, amount=order.amount)

    assert (PaymentEvent.objects.count(), Entitlement.objects.count()) == (1, 1)
    assert JournalTransfer.objects.count() == 3


@pytest.mark.parametrize("price", [0, 4000])
def test_a_paid_orders_journal_rows_are_neither_changed_nor_deleted(sam, ben, olga, price):
    shop = sales.live(sam, package=packages.released(sam, files=False), price=price)
    order = sales.order(ben, shop)
    if price:
        invoices.record_transfer(order.public_id, actor=olga.actor, amount=order.amount)
    rows = JournalTransfer.objects.filter(reference=order.pk)
    before = list(rows.values())
    assert len(before) == 3

    for statement in (lambda: rows.update(amount_minor=1), lambda: rows._raw_delete(rows.db)):
        with pytest.raises(DatabaseError), transaction.atomic():
            statement()

    assert list(rows.values()) == before
