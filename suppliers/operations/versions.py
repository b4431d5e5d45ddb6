"""Sealing a version, continuing it as the next, taking it back."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from databroker import audit, policies, storage
from databroker.actors import Actor
from databroker.errors import Conflict, Incomplete, Issue
from databroker.lifecycle import transition
from suppliers import inventory, names, shelf
from suppliers.inventory import InventoryEntry
from suppliers.models import Dataset, DatasetVersion, RefusedFile, RightsAttestation, SourceFile
from suppliers.models.files import path_key
from suppliers.operations.rights import record_of, sign
from suppliers.policies import can_supply, can_withdraw
from suppliers.signals import version_sealed, version_withdrawn
from suppliers.states import VersionState

_STILL_OPEN = "The newest version is still open. Add the files to it."


def missing_for_seal(version: DatasetVersion) -> list[Issue]:
    """What a version lacks before its files can be fixed."""
    problems = []
    if version.file_count == 0:
        problems.append(Issue("files", "no_files", "Add at least one file."))
    if version.rights_id is None:
        problems.append(Issue("rights", "rights_missing", "Confirm that you may give these files."))
    return problems


def seal_version(version_id: str | UUID, *, actor: Actor) -> DatasetVersion:
    """Fixes the files: writes the inventory and the input digest. Raises Incomplete naming all that is missing.

    The rows of its files go; the inventory holds them from now on.
    """
    version = DatasetVersion.objects.visible_to(actor).find(version_id, actor)

    policies.require(can_supply(actor), "Only contributors, managers and owners seal a version.")

    problems = missing_for_seal(version) if version.is_open else []
    if problems:
        raise Incomplete("The version cannot be sealed yet.", code="cannot_seal", issues=problems)

    entries = inventory.of_rows(version)
    digest = inventory.input_digest(entries)
    with shelf.filing(version.organization_id):
        stored = storage.put_bytes(version.organization_id, inventory.to_parquet(entries, digest))
        with transaction.atomic():
            sealed = transition(
                version,
                "seal",
                actor=actor,
                where=Q(revision=version.revision),
                input_digest=digest,
                inventory_digest=stored.digest,
                sealed_at=timezone.now(),
            )
            storage.register(version.organization_id, stored)
            SourceFile.objects.filter(version=version).delete()
            RefusedFile.objects.filter(version=version).delete()
            version_sealed.send(sender=DatasetVersion, version_id=version.pk, actor=actor)
    return sealed


def continue_version(dataset_id: str | UUID, *, actor: Actor) -> DatasetVersion:
    """The next version, open, with the files of the newest and without a second upload.

    After a withdrawn version it begins empty: nobody vouches for those files any more. Raises Conflict while a version
    is open already, also where another request was faster.
    """
    dataset = Dataset.objects.visible_to(actor).find(dataset_id, actor)

    policies.require(can_supply(actor), "Only contributors, managers and owners continue a dataset.")

    newest = dataset.versions.select_related("dataset", "rights", "rights__signer").order_by("-number").first()
    if newest is None or newest.is_open:
        raise Conflict(_STILL_OPEN, code="version_open")

    entries = inventory.read(newest) if newest.state == VersionState.SEALED else []
    try:
        return _begin(newest, entries, actor)
    except IntegrityError:
        raise Conflict(_STILL_OPEN, code="version_open") from None


def _begin(newest: DatasetVersion, entries: list[InventoryEntry], actor: Actor) -> DatasetVersion:
    dataset = newest.dataset
    with transaction.atomic():
        version = DatasetVersion.objects.create(
            organization_id=dataset.organization_id,
            dataset=dataset,
            number=newest.number + 1,
            file_count=len(entries),
            byte_count=sum(entry.bytes for entry in entries),
        )
        if newest.rights is not None and entries:
            _carry(version, newest.rights, entries, actor)
        audit.record("continue_version", version, actor=actor, detail={"number": version.number})
    return DatasetVersion.objects.get(pk=version.pk)


def _carry(version: DatasetVersion, rights: RightsAttestation, entries: list[InventoryEntry], actor: Actor) -> None:
    carried = sign(version, record_of(rights), actor, carried_from=rights)
    SourceFile.objects.bulk_create(
        [
            SourceFile(
                organization_id=version.organization_id,
                version=version,
                raw_path=names.raw(entry.path),
                path=names.plain_text(entry.path),
                path_key=path_key(entry.path),
                digest=entry.sha256,
                size=entry.bytes,
                media_type=entry.media_type or "application/octet-stream",
                attestation=carried,
            )
            for entry in entries
        ],
        batch_size=500,
    )


def open_version(dataset_id: str | UUID, *, actor: Actor) -> tuple[DatasetVersion, bool]:
    """The version that takes files now, and whether it was made for that by continuing a sealed one."""
    dataset = Dataset.objects.visible_to(actor).find(dataset_id, actor)
    policies.require(can_supply(actor), "Only contributors, managers and owners bring files.")
    newest = dataset.latest
    if newest.is_open:
        return newest, False
    try:
        return continue_version(dataset.pk, actor=actor), True
    except Conflict:
        return Dataset.objects.get(pk=dataset.pk).latest, False


def withdraw_version(version_id: str | UUID, *, note: str, actor: Actor) -> DatasetVersion:
    """Takes a sealed version back: no new run starts from it. What was sold stays with who bought it."""
    version = DatasetVersion.objects.visible_to(actor).find(version_id, actor)

    policies.require(can_withdraw(actor), "Only managers and owners withdraw a version.")

    with transaction.atomic():
        withdrawn = transition(version, "withdraw", actor=actor, note=note)
        version_withdrawn.send(sender=DatasetVersion, version_id=version.pk, actor=actor)
    return withdrawn
