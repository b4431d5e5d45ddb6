"""What happens to offers and purchases when a package is revoked or erased."""

import pytest

from databroker import storage
from databroker.actors import SYSTEM
from marketplace import delivery
from marketplace.models import Entitlement, Listing
from refinery.signals import package_erased, package_revoked
from tests.factories import packages, sales

pytestmark = pytest.mark.django_db


@pytest.fixture
def bought(sam, ben):
    return sales.entitlement(ben, sales.live(sam))


def test_a_revoked_package_is_no_longer_sold_or_delivered(bought):
    package_revoked.send(sender=None, package=bought.package, actor=SYSTEM)

    assert Listing.objects.get().state == "taken_down"
    assert Entitlement.objects.get().state == "suspended"


def test_an_erased_package_leaves_no_rendered_file(bought, django_capture_on_commit_callbacks):
    folder = delivery.render(bought)
    assert list(folder.iterdir())

    with django_capture_on_commit_callbacks(execute=True):
        package_erased.send(sender=None, package=bought.package, actor=SYSTEM)

    assert Listing.objects.get().state == "taken_down"
    assert Entitlement.objects.get().state == "revoked"
    assert not folder.exists()


def test_offers_and_purchases_of_other_packages_stay(bought, sam, ben):
    other = packages.released(sam, "Other notes", files=False)
    sales.entitlement(ben, sales.live(sam, package=other, title="Other"))

    package_erased.send(sender=None, package=bought.package, actor=SYSTEM)

    assert Listing.objects.get(package=other).state == "live"
    assert Entitlement.objects.get(package=other).state == "active"
    assert storage.staging_root().is_dir()
