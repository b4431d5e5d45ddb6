"""What suppliers forget when bytes are erased: rows, names, and the manifests that named the file."""

import uuid

from django.db import transaction
from django.db.models import F

from databroker import audit, storage
from databroker.actors import Actor
from databroker.errors import Conflict
from databroker.models import Blob
from suppliers import inventory, signals
from suppliers.models import DatasetVersion, RefusedFile, SourceFile
from suppliers.models.files import path_key


def forget_bytes(organization_id: uuid.UUID, digest: str, *, actor: Actor) -> None:
    """Removes every trace of the bytes with this sha256, names included. Called inside the erasing transaction.

    A sealed version keeps the input digest it was sealed with and counts what is missing.
    """
    mine = DatasetVersion.objects.filter(organization_id=organization_id)
    if mine.filter(inventory_digest=digest).exists():
        raise Conflict("These bytes are a version's inventory, not a file. Erase the files it names.", code="inventory")
    keys = _forget_rows(organization_id, digest)
    manifests = set()
    for version in mine.with_inventory():
        entries = inventory.read(version)
        left = inventory.without(entries, digest)
        if len(left) < len(entries):
            keys |= {path_key(entry.path) for entry in entries if entry.sha256 == digest}
            manifests.add(version.inventory_digest)
            _rewrite(version, left, len(entries) - len(left))
            signals.version_erased.send(sender=DatasetVersion, version_id=version.pk, digest=digest, actor=actor)
            audit.record("erase_from_version", version, actor=actor)
    RefusedFile.objects.filter(organization_id=organization_id, path_key__in=keys).delete()
    _forget_manifests(organization_id, manifests)


def _forget_rows(organization_id: uuid.UUID, digest: str) -> set[str]:
    """Deletes the files of open versions with these bytes; returns the keys of their names."""
    files = list(SourceFile.objects.filter(organization_id=organization_id, digest=digest))
    audit.erase_details([file.pk for file in files])
    SourceFile.objects.filter(pk__in=[file.pk for file in files]).delete()
    for file in files:
        DatasetVersion.objects.filter(pk=file.version_id).update(
            file_count=F("file_count") - 1, byte_count=F("byte_count") - file.size, revision=F("revision") + 1
        )
    return {file.path_key for file in files}


def _rewrite(version: DatasetVersion, left: list[inventory.InventoryEntry], gone: int) -> None:
    """A manifest without the rows. Bytes written in a transaction are fine here: if it rolls back they harm nobody."""
    stored = storage.put_bytes(version.organization_id, inventory.to_parquet(left, version.input_digest))
    storage.register(version.organization_id, stored)
    DatasetVersion.objects.filter(pk=version.pk).update(
        inventory_digest=stored.digest,
        erased_count=F("erased_count") + gone,
        file_count=len(left),
        byte_count=sum(entry.bytes for entry in left),
    )


def _forget_manifests(organization_id: uuid.UUID, digests: set[str]) -> None:
    Blob.objects.filter(organization_id=organization_id, digest__in=digests).delete()
    for digest in digests:
        transaction.on_commit(lambda digest=digest: storage.delete_bytes(organization_id, digest))  # type: ignore[misc]
