"""The machine of a listing, what it needs to be sold, and who may move it."""

import pytest
from django.db import IntegrityError, transaction

from databroker.errors import Conflict, Incomplete, NotFound, NotPermitted, StaleState
from databroker.models import AuditEntry
from databroker.states import Role
from marketplace.models import Listing, ListingEntry
from marketplace.operations import listings
from marketplace.states import LISTING, ListingState
from refinery.models import Package
from tests.factories import packages, sales
from tests.support import cast

pytestmark = pytest.mark.django_db

OPERATIONS = {
    "submit": lambda ref, sam, olga: listings.submit_listing(ref, actor=sam.actor),
    "publish": lambda ref, sam, olga: listings.publish_listing(ref, actor=olga.actor),
    "send_back": lambda ref, sam, olga: listings.send_back_listing(ref, actor=olga.actor, note="Say more"),
    "pause": lambda ref, sam, olga: listings.pause_listing(ref, actor=sam.actor),
    "resume": lambda ref, sam, olga: listings.resume_listing(ref, actor=sam.actor),
    "retire": lambda ref, sam, olga: listings.retire_listing(ref, actor=sam.actor),
    "take_down": lambda ref, sam, olga: listings.take_down_listing(ref, actor=olga.actor, note="Rights problem"),
}
WAYS = {
    "draft": [],
    "submitted": ["submit"],
    "live": ["submit", "publish"],
    "paused": ["submit", "publish", "pause"],
    "retired": ["retire"],
    "taken_down": ["take_down"],
}


@pytest.fixture
def reviewed(settings):
    settings.LISTING_REVIEW = True


def brought_to(state, sam, olga):
    listing = sales.draft(sam, package=packages.released(sam, files=False))
    for verb in WAYS[state]:
        OPERATIONS[verb](listing.public_id, sam, olga)
    return Listing.objects.get(pk=listing.pk)


@pytest.mark.parametrize("verb", OPERATIONS)
@pytest.mark.parametrize("state", WAYS)
def test_every_operation_in_every_state(state, verb, sam, olga, reviewed):
    listing = brought_to(state, sam, olga)
    entries = AuditEntry.objects.count()

    if state in LISTING.moves[verb].sources:
        OPERATIONS[verb](listing.public_id, sam, olga)
        assert Listing.objects.get(pk=listing.pk).state == LISTING.moves[verb].target
        assert AuditEntry.objects.filter(object_id=listing.pk, verb=verb, from_state=state).exists()
    else:
        with pytest.raises(StaleState):
            OPERATIONS[verb](listing.public_id, sam, olga)
        assert Listing.objects.get(pk=listing.pk).state == state
        assert AuditEntry.objects.count() == entries


def test_a_submitted_listing_is_live_at_once_where_nobody_reviews(sam):
    listing = sales.live(sam, package=packages.released(sam, files=False))

    assert (listing.state, ListingEntry.objects.filter(listing=listing).count()) == (ListingState.LIVE, 1)


def test_all_that_is_missing_is_named_at_once(sam):
    listing = sales.draft(
        sam, package=packages.released(sam, files=False), price=None, title=" ", summary="", licence=""
    )

    with pytest.raises(Incomplete) as refusal:
        listings.submit_listing(listing.public_id, actor=sam.actor)

    assert [issue.field for issue in refusal.value.issues] == ["title", "summary", "licence", "price"]


def test_only_a_released_package_is_offered(sam):
    package = packages.released(sam, files=False)
    Package.objects.filter(pk=package.pk).update(**{"state": "revoked"})

    with pytest.raises(Conflict):
        sales.draft(sam, package=package)


def test_another_organisation_reaches_neither_package_nor_listing(sam, nora):
    package = packages.released(sam, files=False)
    listing = sales.live(sam, package=package)

    with pytest.raises(NotFound):
        listings.create_listing(package.public_id, actor=nora.actor, offer=sales.offer())
    for operation in (listings.pause_listing, listings.retire_listing):
        with pytest.raises(NotFound):
            operation(listing.public_id, actor=nora.actor)


def test_a_contributor_does_not_sell(sam):
    helper = cast.member("Hal", role=Role.CONTRIBUTOR, organization=sam.organization)
    listing = sales.draft(sam, package=packages.released(sam, files=False))

    with pytest.raises(NotPermitted):
        listings.submit_listing(listing.public_id, actor=helper.actor)


def test_a_product_has_one_open_listing(sam):
    package = packages.released(sam, files=False)
    sales.live(sam, package=package)

    with pytest.raises(Conflict):
        sales.draft(sam, package=package)


def test_the_database_refuses_two_live_listings_of_a_product(sam):
    listing = sales.live(sam, package=packages.released(sam, files=False))
    copy = Listing.objects.get(pk=listing.pk)
    copy.pk = copy.id = None

    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.create(
            **{f.name: getattr(listing, f.name) for f in Listing._meta.fields if f.name not in ("id", "created_at")}
        )


@pytest.mark.parametrize("change", [{"terms": None}, {"price_minor": None}, {"price_minor": -1}])
def test_the_database_refuses_a_live_listing_without_terms_and_price(sam, change):
    listing = sales.live(sam, package=packages.released(sam, files=False))

    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.filter(pk=listing.pk).update(**change)


def test_a_live_listing_stays_complete_when_it_is_changed(sam):
    listing = sales.live(sam, package=packages.released(sam, files=False))

    with pytest.raises(Incomplete):
        listings.edit_listing(listing.public_id, actor=sam.actor, offer=sales.offer(price=None))

    changed = listings.edit_listing(listing.public_id, actor=sam.actor, offer=sales.offer(price=900))
    assert (changed.price_minor, changed.entry.price_milli) == (900, 9000)


def test_where_listings_are_reviewed_a_live_one_is_not_changed_behind_the_reviewer(sam, olga, reviewed):
    listing = brought_to("live", sam, olga)

    with pytest.raises(StaleState):
        listings.edit_listing(listing.public_id, actor=sam.actor, offer=sales.offer(title="Quite another"))
