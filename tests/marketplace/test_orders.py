"""Placing orders, and the machine of an order: all states, all operations."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from databroker import journal, lifecycle
from databroker.actors import SYSTEM
from databroker.errors import Conflict, Incomplete, NotFound, NotPermitted, StaleState
from databroker.models import AuditEntry, Organization, User
from databroker.money import Money
from databroker.states import Role
from marketplace.models import Entitlement, Order, OrderLine
from marketplace.operations import invoices, listings, orders, payments
from marketplace.operations.orders import Wish
from marketplace.operations.payments import Payment
from marketplace.states import ORDER, OrderState
from refinery.models import Package
from tests.factories import packages, sales
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(sam):
    """A live listing for 40.01 US dollars; its files are not needed here."""
    return sales.live(sam, package=packages.released(sam, files=False), price=4001)


@pytest.fixture
def giveaway(sam):
    return sales.live(sam, package=packages.released(sam, "Free notes", files=False))


def test_a_free_order_is_paid_fulfilled_and_in_the_journal_at_once(giveaway, ben):
    order = sales.order(ben, giveaway)

    granted = Entitlement.objects.get(organization=ben.organization)
    assert (order.state, order.method, granted.state) == ("fulfilled", "free", "active")
    assert set(journal.balances(order.pk).values()) == {0}


def test_what_was_agreed_is_kept_when_the_offer_changes(shop, sam, ben):
    order = sales.order(ben, shop)
    listings.edit_listing(shop.public_id, actor=sam.actor, offer=sales.offer(price=1, licence="cc0-1.0"))

    line = OrderLine.objects.get(order=order)
    assert (line.price_minor, line.terms.spdx_id, line.package_digest) == (4001, "CC-BY-4.0", shop.package.digest)
    assert line.terms_digest == line.terms.digest


@pytest.mark.parametrize("column", ["terms", "terms_digest", "package_digest", "price_minor", "package"])
def test_the_database_refuses_an_order_line_without_its_snapshot(shop, ben, column):
    line = OrderLine.objects.get(order=sales.order(ben, shop))

    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.filter(pk=line.pk).update(**{column: None})


def test_one_key_makes_one_order(shop, ben):
    first, second = (sales.order(ben, shop, key="k-1") for _ in range(2))

    assert first == second
    assert Order.objects.count() == 1


def test_a_key_used_for_something_else_is_refused(shop, giveaway, ben):
    sales.order(ben, shop, key="k-1")

    for other, wish in ((giveaway, {}), (shop, {"purchase_order_number": "PO-8"})):
        with pytest.raises(Conflict) as refusal:
            sales.order(ben, other, key="k-1", **wish)
        assert refusal.value.code == "idempotency_key_reused"


def test_keys_of_two_organisations_do_not_meet(shop, ben, nora):
    sales.order(ben, shop, key="k-1")
    sales.order(nora, shop, key="k-1")

    assert Order.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_one_to_255_characters(shop, ben, key):
    with pytest.raises(Incomplete):
        orders.place_order(shop.public_id, actor=ben.actor, wish=Wish(method="invoice"), idempotency_key=key)


def test_the_database_refuses_a_second_order_under_one_key(shop, ben, nora):
    first, second = sales.order(ben, shop), sales.order(ben, shop)

    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=second.pk).update(idempotency_key=first.idempotency_key)


def test_a_supplier_does_not_buy_its_own_product(shop, sam):
    with pytest.raises(Conflict) as refusal:
        sales.order(sam, shop)

    assert refusal.value.code == "own_product"


@pytest.mark.parametrize("verb", ["pause_listing", "retire_listing"])
def test_what_is_not_live_is_not_sold(shop, sam, ben, verb):
    getattr(listings, verb)(shop.public_id, actor=sam.actor)

    with pytest.raises(Conflict):
        sales.order(ben, shop)


def test_a_revoked_package_is_not_sold(shop, ben):
    Package.objects.filter(pk=shop.package_id).update(**{"state": "revoked"})

    with pytest.raises(Conflict):
        sales.order(ben, shop)


def test_a_draft_is_not_found_by_a_buyer(sam, ben):
    draft = sales.draft(sam, package=packages.released(sam, files=False))

    with pytest.raises(NotFound):
        sales.order(ben, draft)


def test_a_viewer_does_not_bind_the_organisation(shop, ben):
    viewer = cast.member("Vic", role=Role.VIEWER, organization=ben.organization)

    with pytest.raises(NotPermitted):
        sales.order(viewer, shop)


def test_without_demo_mode_and_without_a_provider_there_is_no_card(shop, ben):
    for method in ("card", "sandbox"):
        with pytest.raises(Incomplete):
            sales.order(ben, shop, method=method)


def test_rows_of_demo_accounts_carry_their_flag(shop, giveaway, ben, settings):
    settings.DEMO = True
    User.objects.filter(pk=ben.user.pk).update(is_demo=True)
    Organization.objects.filter(pk=ben.organization.pk).update(is_demo=True)
    ben.user.refresh_from_db()

    assert sales.order(ben, giveaway).is_sandbox
    assert sales.order(ben, shop).is_sandbox


def test_open_orders_end_by_the_clock_and_invoices_never(shop, ben, nora, settings):
    settings.DEMO = True
    card, invoice = sales.order(ben, shop, method="card"), sales.order(nora, shop)
    Order.objects.filter(pk=card.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    assert (orders.expire_orders(), orders.expire_orders()) == (1, 0)
    assert Order.objects.get(pk=card.pk).state == "expired"
    assert Order.objects.get(pk=invoice.pk).state == "awaiting_invoice"
    assert invoice.expires_at is None


def test_a_late_payment_of_an_expired_order_is_fulfilled(shop, ben, olga, settings):
    order = brought_to("expired", shop, ben, olga, settings)

    paid = payments.record_payment(order.public_id, actor=olga.actor, payment=Payment("t", "late", order.amount))

    assert paid.state == "fulfilled"
    assert AuditEntry.objects.filter(object_id=order.pk, verb="late_payment").exists()


# ---- the machine ----

WAYS = {
    "open": [],
    "awaiting_invoice": ["invoice"],
    "paid": ["record_payment"],
    "fulfilled": ["record_payment", "fulfil"],
    "cancelled": ["invoice", "cancel"],
    "expired": ["expire"],
    "declined": ["decline"],
}


def brought_to(state, shop, ben, olga, settings):
    settings.DEMO = True
    order = sales.order(ben, shop, method="card")
    for verb in WAYS[state]:
        facts = {"paid_at": timezone.now()} if verb == "record_payment" else {}
        order = lifecycle.transition(order, verb, actor=SYSTEM, note="because", **facts)
    return order


@pytest.mark.parametrize("verb", ORDER.moves)
@pytest.mark.parametrize("state", OrderState.values)
def test_every_move_from_every_state(state, verb, shop, ben, olga, settings):
    order = brought_to(state, shop, ben, olga, settings)
    facts = {"paid_at": timezone.now()} if verb.endswith("payment") else {}

    if state in ORDER.moves[verb].sources:
        moved = lifecycle.transition(order, verb, actor=SYSTEM, note="because", **facts)
        assert moved.state == ORDER.moves[verb].target
    else:
        with pytest.raises(StaleState):
            lifecycle.transition(order, verb, actor=SYSTEM, note="because", **facts)
        assert Order.objects.get(pk=order.pk).state == state


@pytest.mark.parametrize("state", ["paid", "fulfilled", "cancelled"])
def test_money_that_arrives_when_nothing_is_owed_is_booked_as_surplus(state, shop, ben, olga, settings):
    order = brought_to(state, shop, ben, olga, settings)

    after = payments.record_payment(order.public_id, actor=olga.actor, payment=Payment("card", "e-9", order.amount))

    assert after.state == state
    assert order.payment_events.get().outcome == "surplus"
    assert journal.balances(order.pk)["cash:card", "USD"] == 4001
    assert Entitlement.objects.count() == 0


def test_a_paid_order_whose_package_was_withdrawn_is_not_delivered(shop, ben, olga):
    order = sales.order(ben, shop)
    Package.objects.filter(pk=shop.package_id).update(**{"state": "revoked"})

    paid = invoices.record_transfer(order.public_id, actor=olga.actor, amount=order.amount)

    assert (paid.state, Entitlement.objects.count()) == ("paid", 0)
    with pytest.raises(Conflict):
        payments.fulfil_order(order.public_id, actor=olga.actor)
    Package.objects.filter(pk=shop.package_id).update(**{"state": "released"})
    assert payments.fulfil_order(order.public_id, actor=olga.actor).state == "fulfilled"


def test_the_fee_and_the_share_add_up_to_the_price(shop, ben, olga, sam, settings):
    settings.PLATFORM_FEE_BASIS_POINTS = 1550
    order = sales.order(ben, shop)
    settings.PLATFORM_FEE_BASIS_POINTS = 9000

    invoices.record_transfer(order.public_id, actor=olga.actor, amount=Money(4001, "USD"))

    balances = journal.balances(order.pk)
    assert balances == {
        (f"buyer:{ben.organization.pk}", "USD"): -4001,
        ("cash:transfer", "USD"): 0,
        ("platform:fees", "USD"): 620,
        (f"supplier:{sam.organization.pk}", "USD"): 3381,
    }
    assert sum(balances.values()) == 0
