"""Bytes that arrive and bytes that go, kept apart: nothing is destroyed while an upload of the same is being filed."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction

from databroker import storage
from databroker.models import Blob
from suppliers import inventory
from suppliers.models import DatasetVersion, SourceFile


@contextmanager
def _locked(organization_id: UUID, mode: int) -> Iterator[None]:
    folder = storage.tenant_directory(organization_id)
    handle = os.open(folder / ".shelf-lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, mode)
        yield
    finally:
        os.close(handle)


@contextmanager
def filing(organization_id: UUID) -> Iterator[None]:
    """While bytes are put and registered; uploads do not wait for each other."""
    with _locked(organization_id, fcntl.LOCK_SH):
        yield


def destroy_unused(organization_id: UUID, digests: Iterable[str]) -> int:
    """Removes bytes that no version of the organisation holds, row and object. Returns how many went.

    Not to be called inside a transaction that refers to the bytes. An erasure is another thing: see `storage.erase`.
    """
    gone = 0
    with _locked(organization_id, fcntl.LOCK_EX):
        for digest in sorted(set(digests)):
            with transaction.atomic():
                unused = not is_used(organization_id, digest)
                if unused:
                    Blob.objects.filter(organization_id=organization_id, digest=digest).delete()
            if unused:
                storage.delete_bytes(organization_id, digest)
                gone += 1
    return gone


def is_used(organization_id: UUID, digest: str) -> bool:
    """True if any version of the organisation, open or sealed once, holds the bytes, or has them as its manifest."""
    if SourceFile.objects.filter(organization_id=organization_id, digest=digest).exists():
        return True
    return any(
        version.inventory_digest == digest or inventory.names_bytes(version, digest)
        for version in DatasetVersion.objects.filter(organization_id=organization_id).with_inventory()
    )
