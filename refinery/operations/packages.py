"""Packages: sealed by the system from an approved run, released by their owner, revoked in words."""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from databroker import audit, ids, policies, queue, storage
from databroker.actors import SYSTEM, Actor
from databroker.errors import Incomplete, NotPermitted, StaleState
from databroker.lifecycle import can, transition
from refinery import bridge
from refinery.models import Package, Product, RefinementRun
from refinery.operations.review import SEAL
from refinery.policies import can_release, can_revoke
from refinery.signals import package_released, package_revoked
from refinery.states import RunState
from suppliers.models import Dataset

_SEAL_LATE = timedelta(minutes=2)
_TRIES = 3


def seal_package(run_id: str | UUID) -> Package | None:
    """The package of an approved run; an equal digest under the same product answers with the one that is there.

    Done by the system in the background: twice, late and at once with another are all harmless. None if the run is
    not approved (any more).
    """
    run = RefinementRun.objects.select_related("version__dataset").filter(pk=run_id, state=RunState.APPROVED).first()
    if run is None or run.report.erased_at is not None:
        return None
    product = _product_of(run)
    for _ in range(_TRIES):
        package = Package.objects.filter(product=product, digest=run.package_digest).first() or _cut(run, product)
        if package is not None:
            return package
    raise StaleState("Other packages of this product were sealed at the same moment. It will be tried again.")


def _product_of(run: RefinementRun) -> Product:
    dataset: Dataset = run.version.dataset
    product, _ = Product.objects.get_or_create(
        organization_id=run.organization_id,
        slug=dataset.slug,
        defaults={"dataset": dataset, "name": dataset.name, "description": dataset.description},
    )
    return product


def _cut(run: RefinementRun, product: Product) -> Package | None:
    """Writes the files, then the row. None if another package took the number meanwhile: look again."""
    package = Package(pk=ids.uuid7(), organization_id=run.organization_id, product=product, run=run)
    package.digest = run.package_digest
    latest = Package.objects.filter(product=product).order_by("-ordinal").first()
    _number(package, latest, run)
    try:
        digest = bridge.cut(run, package.directory, _sale(package, run))
        if digest != run.package_digest:
            raise ValueError(f"The folder of {run.public_id} holds another result than was reviewed.")
        _describe(package)
        with transaction.atomic():
            package.save(force_insert=True)
            audit.record("seal", package, actor=SYSTEM, to_state=package.state)
    except BaseException as error:
        storage.destroy_directory(package.directory)
        if isinstance(error, IntegrityError):
            return None
        raise
    return package


def _number(package: Package, latest: Package | None, run: RefinementRun) -> None:
    if latest is None:
        package.ordinal, (package.major, package.minor, package.patch) = 0, (1, 0, 0)
        return
    package.ordinal = latest.ordinal + 1
    # What an erased package held is gone for its readers too, so whatever follows takes something away from them.
    step = bridge.difference(latest.directory, run.directory) if latest.directory.exists() else bridge.Step.MAJOR
    package.major, package.minor, package.patch = {
        bridge.Step.MAJOR: (latest.major + 1, 0, 0),
        bridge.Step.MINOR: (latest.major, latest.minor + 1, 0),
        bridge.Step.PATCH: (latest.major, latest.minor, latest.patch + 1),
    }[step]


def _sale(package: Package, run: RefinementRun) -> bridge.Sale:
    product, rights = package.product, run.version.rights
    facts = {} if rights is None else {"basis": rights.basis, "text_version": str(rights.text_version)}
    return bridge.Sale(
        title=product.name,
        description=product.description or f"Refined from {product.name}.",
        version=package.semantic_version,
        supplier=product.organization.name,
        licence="" if rights is None else rights.licence or ("Own terms" if rights.own_terms else ""),
        licence_text="" if rights is None else rights.own_terms,
        provenance=tuple(facts.items()),
    )


def _describe(package: Package) -> None:
    facts = bridge.facts_of(package.directory)
    package.record_count, package.file_count = facts.record_count, facts.file_count
    package.byte_count = facts.byte_count
    package.modalities, package.media_types = facts.modalities, facts.media_types
    package.languages, package.domains, package.quality = facts.languages, facts.domains, facts.quality


def sweep_unsealed() -> int:
    """Rings for approved runs that have no package after a while. Returns how many."""
    late = RefinementRun.objects.filter(state=RunState.APPROVED, decided_at__lt=timezone.now() - _SEAL_LATE)
    waiting = [
        run.pk
        for run in late.filter(report__erased_at=None, packages=None).select_related("version__dataset")
        if not _has_equal_package(run)
    ]
    for pk in waiting:
        with transaction.atomic():
            queue.enqueue(SEAL, pk)
    return len(waiting)


def _has_equal_package(run: RefinementRun) -> bool:
    return Package.objects.filter(
        organization_id=run.organization_id, product__slug=run.version.dataset.slug, digest=run.package_digest
    ).exists()


def release_package(package_id: str | UUID, *, actor: Actor) -> Package:
    """Lets a package leave the organisation. Raises Incomplete with all that the rights record lacks."""
    package = Package.objects.visible_to(actor).select_related("run__version__rights").find(package_id, actor)

    policies.require(can_release(actor), "An owner or manager of the supplier releases a package.")
    if actor.user is None:
        raise NotPermitted("A person releases, and is named.")

    rights = package.run.version.rights
    missing = [] if rights is None else rights.missing_for_release()
    if missing:
        raise Incomplete("The rights record is not complete yet.", code="rights_incomplete", issues=missing)

    with transaction.atomic():
        released = transition(package, "release", actor=actor, released_by=actor.user, released_at=timezone.now())
        package_released.send(sender=Package, package=released, actor=actor)
    return released


def revoke_package(package_id: str | UUID, *, actor: Actor, note: str) -> Package:
    """Takes a released package back; the note says why. Its bytes stay, its listings and sales hear of it."""
    package = Package.objects.visible_to(actor).find(package_id, actor)

    policies.require(can_revoke(actor), "An owner or manager of the supplier, a curator or an operator revokes.")

    with transaction.atomic():
        revoked = transition(package, "revoke", actor=actor, note=note, revoked_at=timezone.now())
        package_revoked.send(sender=Package, package=revoked, actor=actor)
    return revoked


def missing_for_release(package: Package) -> list[str]:
    """The sentences of what the rights record lacks; empty when nothing is missing or the package is past that."""
    rights = package.run.version.rights
    if rights is None or not can(package, "release"):
        return []
    return [issue.message for issue in rights.missing_for_release()]
