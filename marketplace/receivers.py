"""What the marketplace does when a package may no longer be sold or delivered; inside the transaction of that move."""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from databroker import storage
from databroker.actors import SYSTEM
from marketplace import bridge, delivery
from marketplace.models import Entitlement
from marketplace.operations.entitlements import close_entitlements_of
from marketplace.operations.listings import take_down_listings_of
from refinery.models import Package
from refinery.signals import package_erased, package_revoked


@receiver(package_revoked, dispatch_uid="marketplace.package_revoked")
def on_package_revoked(sender: object, *, package: Package, **_: Any) -> None:
    """Offers end and downloads stop until somebody decides; what was bought is not lost yet."""
    take_down_listings_of(package, actor=SYSTEM, note="The package was revoked.")
    close_entitlements_of(package, "suspend", actor=SYSTEM, note="The package was revoked.")


@receiver(package_erased, dispatch_uid="marketplace.package_erased")
def on_package_erased(sender: object, *, package: Package, **_: Any) -> None:
    """The bytes are gone, and so is the right to them."""
    take_down_listings_of(package, actor=SYSTEM, note="The package was erased.")
    close_entitlements_of(package, "revoke", actor=SYSTEM, note="The package was erased.")
    folders = [delivery.folder_of(entitlement) for entitlement in Entitlement.objects.filter(package=package)]
    for folder in [*folders, bridge.previews_of(package)]:
        transaction.on_commit(partial(storage.destroy_directory, folder))
