"""Reviews: verified buyers, one each, never the supplier; hidden ones leave the rating."""

import pytest
from django.db import IntegrityError, transaction

from databroker.errors import Conflict, Incomplete, NotFound, NotPermitted
from marketplace.models import ListingEntry, Order, Review
from marketplace.operations import entitlements, reviews
from tests.factories import packages, sales

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(sam):
    return sales.live(sam, package=packages.released(sam, files=False))


def written(person, shop, rating=4, text="Clean."):
    return reviews.write_review(shop.public_id, actor=person.actor, rating=rating, text=text)


def test_a_verified_buyer_writes_and_the_rating_is_found(shop, ben, nora):
    for person, rating in ((ben, 5), (nora, 2)):
        sales.order(person, shop)
        written(person, shop, rating)

    entry = ListingEntry.objects.get(listing=shop)
    assert (entry.rating, entry.rating_count) == (3.5, 2)


def test_who_did_not_buy_is_refused(shop, ben):
    with pytest.raises(NotPermitted):
        written(ben, shop)


def test_an_unpaid_order_is_no_purchase(sam, ben):
    shop = sales.live(sam, package=packages.released(sam, files=False), price=100)
    sales.order(ben, shop)

    with pytest.raises(NotPermitted):
        written(ben, shop)


def test_a_revoked_purchase_is_no_proof(shop, ben, olga):
    sales.order(ben, shop)
    granted = ben.organization.entitlements.get()
    entitlements.revoke_entitlement(granted.public_id, actor=olga.actor, note="Fraud")

    with pytest.raises(NotPermitted):
        written(ben, shop)


def test_a_sandbox_purchase_proves_nothing_with_demo_mode_off(shop, ben):
    sales.order(ben, shop)
    Order.objects.update(is_sandbox=True)

    with pytest.raises(NotPermitted):
        written(ben, shop)


def test_the_supplier_does_not_review_its_own_product(shop, sam):
    with pytest.raises(NotPermitted):
        written(sam, shop)


def test_an_organisation_writes_once(shop, ben):
    sales.order(ben, shop)
    written(ben, shop)

    with pytest.raises(Conflict):
        written(ben, shop)


@pytest.mark.parametrize("rating", [0, 6])
def test_a_rating_is_one_to_five_for_the_operation_and_the_database(shop, ben, rating):
    sales.order(ben, shop)
    with pytest.raises(Incomplete):
        written(ben, shop, rating)
    review = written(ben, shop)

    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(rating=rating)


def test_a_hidden_review_leaves_page_and_rating_until_it_is_shown_again(shop, ben, olga, client):
    sales.order(ben, shop)
    review = written(ben, shop, text="Unfair words")
    page = f"/marketplace/{shop.organization.slug}/{shop.product.slug}/reviews/"
    assert b"Unfair words" in client.get(page).content

    reviews.hide_review(review.public_id, actor=olga.actor, note="Insulting")
    assert b"Unfair words" not in client.get(page).content
    assert ListingEntry.objects.get(listing=shop).rating_count == 0

    reviews.show_review(review.public_id, actor=olga.actor, note="Read again")
    assert ListingEntry.objects.get(listing=shop).rating_count == 1


def test_only_staff_hide_reviews(shop, ben, sam):
    sales.order(ben, shop)
    review = written(ben, shop)

    with pytest.raises(NotPermitted):
        reviews.hide_review(review.public_id, actor=ben.actor, note="mine")
    with pytest.raises(NotFound):
        reviews.hide_review(review.public_id, actor=sam.actor, note="not nice")
