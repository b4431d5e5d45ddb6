"""Staff's desk: the review queue, transfers, withdrawn access, hidden reviews; and nobody edits a fact by hand."""

import pytest
from django.urls import reverse

from databroker.errors import NotPermitted
from databroker.states import StaffRole
from marketplace.models import Entitlement, Listing, Order, Review
from marketplace.operations import listings, reviews
from tests.factories import packages, sales
from tests.support import cast

pytestmark = pytest.mark.django_db


def press(client, obj, verb, **facts):
    name = f"admin:marketplace_{obj._meta.model_name}_operate"
    return client.post(reverse(name, args=[obj.pk, verb]), facts)


@pytest.fixture
def order(sam, ben):
    shop = sales.live(sam, package=packages.released(sam, files=False), price=4000)
    return sales.order(ben, shop)


def test_an_operator_records_a_transfer(client, order, olga):
    client.force_login(olga.user)
    page = client.get(reverse("admin:marketplace_order_change", args=[order.pk])).content.decode()
    assert "Record the transfer" in page

    short = press(client, order, "record_payment", amount="39.99", currency="USD")
    full = press(client, order, "record_payment", amount="40.00", currency="USD")

    assert (short.status_code, full.status_code) == (422, 302)
    assert Order.objects.get().state == "fulfilled"
    assert Order.objects.get().invoice.settled_at is not None


def test_an_operator_cancels_an_invoice_with_a_note(client, order, olga):
    client.force_login(olga.user)

    assert press(client, order, "cancel", note="").status_code == 422
    press(client, order, "cancel", note="No answer for 60 days")

    assert Order.objects.get().state == "cancelled"


def test_a_card_order_is_not_paid_by_hand(client, order, olga, sam, ben, settings):
    settings.DEMO = True
    card = sales.order(ben, Listing.objects.get(), method="card")
    client.force_login(olga.user)

    assert press(client, card, "record_payment", amount="40.00", currency="USD").status_code == 403


def test_a_curator_does_not_touch_money(client, order, cleo):
    client.force_login(cleo.user)

    assert press(client, order, "record_payment", amount="40.00", currency="USD").status_code == 403
    assert Order.objects.get().state == "awaiting_invoice"


def test_submitted_listings_are_published_or_sent_back(client, sam, cleo, settings):
    settings.LISTING_REVIEW = True
    listing = sales.live(sam, package=packages.released(sam, files=False))
    assert listing.state == "submitted"
    with pytest.raises(NotPermitted):
        listings.publish_listing(listing.public_id, actor=sam.actor)
    client.force_login(cleo.user)

    assert press(client, listing, "send_back", note="").status_code == 422
    press(client, listing, "send_back", note="Say where it is from")
    listings.submit_listing(listing.public_id, actor=sam.actor)
    press(client, listing, "publish", note="")

    assert Listing.objects.get().state == "live"


def test_access_is_withdrawn_by_support(client, sam, ben):
    granted = sales.entitlement(ben, sales.live(sam, package=packages.released(sam, files=False)))
    client.force_login(cast.staff("Sue", StaffRole.SUPPORT).user)

    press(client, granted, "suspend", note="Erasure case")
    press(client, granted, "revoke", note="Decided")

    assert Entitlement.objects.get().state == "revoked"


def test_a_review_is_hidden_with_a_note(client, sam, ben, olga):
    shop = sales.live(sam, package=packages.released(sam, files=False))
    sales.order(ben, shop)
    review = reviews.write_review(shop.public_id, actor=ben.actor, rating=1, text="!")
    client.force_login(olga.user)

    press(client, review, "hide", note="Insulting")

    assert Review.objects.get().state == "hidden"


@pytest.mark.parametrize(
    "model", ["listing", "order", "invoice", "paymentevent", "entitlement", "review", "licenceterms"]
)
def test_facts_are_read_and_never_typed(client, model, order, olga):
    client.force_login(olga.user)

    assert client.get(reverse(f"admin:marketplace_{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:marketplace_{model}_add")).status_code == 403


def test_a_buyer_has_no_desk(client, order, ben):
    client.force_login(ben.user)

    assert client.get(reverse("admin:marketplace_order_changelist")).status_code != 200
    assert press(client, order, "record_payment", amount="40.00", currency="USD").status_code != 200
    assert Order.objects.get().state == "awaiting_invoice"
