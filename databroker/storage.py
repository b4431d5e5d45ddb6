"""Content-addressed bytes: `t/<organisation>/sha256/ab/cd/<digest>`. Never modified, only erased.

Originals lie behind Django's storage API (a local folder, or a bucket when USE_CLOUD_STORAGE is set); staging and run
artefacts always lie on this machine's disk.
"""

import hashlib
import hmac
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection, transaction
from django.db.models import Q

from databroker import audit
from databroker.errors import Conflict, DomainError, TooLarge
from databroker.models import Blob, Erasure, LegalHold, Organization
from databroker.signals import blob_erased

if TYPE_CHECKING:
    from databroker.actors import Actor

CHUNK = 1024 * 1024


class StoreFull(DomainError):
    """The disk has less room than MINIMUM_FREE_BYTES after this file."""

    status = 507
    code = "store_full"
    title = "The store is full"


def staging_root() -> Path:
    root = Path(settings.DATA_DIR) / "staging"
    root.mkdir(parents=True, exist_ok=True)
    return root


def require_room(size: int = 0) -> None:
    """Raises StoreFull before the first byte when `size` more would leave less than the minimum free."""
    free = shutil.disk_usage(staging_root()).free
    if free - size < settings.MINIMUM_FREE_BYTES:
        raise StoreFull("The disk of this installation is full. Nothing was stored. Ask the operator to make room.")


class Staged:
    """A file on its way in: hashed and counted while it is written, then kept by `put` or discarded."""

    def __init__(self, limit: int) -> None:
        handle, name = tempfile.mkstemp(dir=staging_root(), prefix="in-")
        self.path = Path(name)
        self.size = 0
        self.limit = limit
        self._file = os.fdopen(handle, "wb")
        self._hash = hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        """Appends; raises TooLarge past the limit (the caller then discards)."""
        if self.size + len(chunk) > self.limit:
            raise TooLarge(f"Larger than the limit of {self.limit:,} bytes for one file. Nothing was stored.")
        self._file.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def close(self) -> None:
        """Flushes to disk; the bytes are then safe to rename."""
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def discard(self) -> None:
        """Forgets the bytes. Harmless after `put`."""
        with suppress(OSError):
            self._file.close()
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Stored:
    """What lies in the store: hex sha256 and size in bytes."""

    digest: str
    size: int


def key(organization_id: UUID, digest: str) -> str:
    """The object key of a blob."""
    return f"t/{organization_id.hex}/sha256/{digest[:2]}/{digest[2:4]}/{digest}"


def tenant_directory(organization_id: UUID, *parts: str) -> Path:
    """A folder on this machine for artefacts of one organisation, made if absent."""
    folder = Path(settings.STORE_ROOT) / "t" / organization_id.hex / Path(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def put(organization_id: UUID, staged: Staged) -> Stored:
    """Moves staged bytes under their digest; bytes already there are left alone. Not to be called inside `atomic`.

    Follow it with `register` in the transaction that refers to the bytes; without that the sweep removes them.
    """
    staged.close()
    name = key(organization_id, staged.digest)
    store = storages["default"]
    if isinstance(store, FileSystemStorage):
        _keep(staged.path, Path(store.path(name)))
    elif not store.exists(name):
        with staged.path.open("rb") as stream:
            store.save(name, File(stream))
    staged.discard()
    return Stored(staged.digest, staged.size)


def put_bytes(organization_id: UUID, data: bytes) -> Stored:
    """Stores a small value, such as an inventory."""
    staged = Staged(limit=max(len(data), 1))
    staged.write(data)
    return put(organization_id, staged)


def _keep(source: Path, target: Path) -> None:
    try:
        # Seen today: the sweep leaves the bytes alone until somebody had time to refer to them.
        os.utime(target)
    except FileNotFoundError:
        _rename_into_place(source, target)


def _rename_into_place(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.chmod(0o440)
    source.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def register(organization_id: UUID, stored: Stored) -> Blob:
    """The row for stored bytes; call it in the transaction that refers to them."""
    blob, _ = Blob.objects.get_or_create(
        organization_id=organization_id, digest=stored.digest, defaults={"size": stored.size}
    )
    return blob


@contextmanager
def local_copy(organization_id: UUID, digest: str) -> Iterator[Path]:
    """A path to the bytes on this machine: the stored file itself, or a copy that goes away afterwards."""
    name = key(organization_id, digest)
    store = storages["default"]
    if isinstance(store, FileSystemStorage):
        yield Path(store.path(name))
        return
    handle, copy = tempfile.mkstemp(dir=staging_root(), prefix="copy-")
    try:
        with os.fdopen(handle, "wb") as target, store.open(name) as source:
            shutil.copyfileobj(source, target, CHUNK)
        yield Path(copy)
    finally:
        Path(copy).unlink(missing_ok=True)


def read(organization_id: UUID, digest: str) -> bytes:
    """The whole value; only for small ones."""
    with storages["default"].open(key(organization_id, digest)) as stream:
        return bytes(stream.read())


def exists(organization_id: UUID, digest: str) -> bool:
    return bool(storages["default"].exists(key(organization_id, digest)))


def tombstone(organization_id: UUID, digest: str) -> str:
    """What remains of an erased digest: recognisable to whoever has the bytes and our key, and to nobody else."""
    message = f"{organization_id.hex}:{digest}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()


def _require_no_hold(blob: Blob) -> None:
    holds = LegalHold.objects.filter(Q(digest="") | Q(digest=blob.digest), organization_id=blob.organization_id)
    if holds.filter(lifted_at=None).exists():
        raise Conflict("A legal hold covers these bytes. Lift it before erasing.", code="legal_hold")


def erase(blob: Blob, *, actor: "Actor", reason: str = "") -> Erasure:
    """Destroys a blob and all that was made from it, physically and for good; the journal and audit entries remain.

    Rows are forgotten in one transaction (each app hears `blob_erased`), then the bytes go; a crash in between leaves
    bytes without a row, which the staging sweep and a repeated call remove. Raises Conflict under a legal hold.
    """
    _require_no_hold(blob)
    organization: Organization = blob.organization
    digest, organization_id = blob.digest, blob.organization_id
    with transaction.atomic():
        blob_erased.send(sender=Blob, organization_id=organization_id, digest=digest, actor=actor)
        erasure = Erasure.objects.create(
            organization=organization, tombstone=tombstone(organization_id, digest), size=blob.size, reason=reason
        )
        audit.record("erase", erasure, actor=actor)
        audit.erase_details([blob.pk])
        Blob.objects.filter(pk=blob.pk).delete()
    delete_bytes(organization_id, digest)
    scrub_database()
    return erasure


def delete_bytes(organization_id: UUID, digest: str) -> None:
    """Removes the stored object; absent is fine."""
    name = key(organization_id, digest)
    if storages["default"].exists(name):
        storages["default"].delete(name)


def sweep_orphans(seen_before: float) -> int:
    """Destroys local objects that no row names and that were not touched since `seen_before` (Unix seconds).

    They are left by a crash between bytes and rows, of an upload or of an erasure. Returns how many went.
    """
    old = [
        path
        for path in Path(settings.STORE_ROOT).glob("t/*/sha256/*/*/*")
        if path.is_file() and path.stat().st_mtime < seen_before
    ]
    return sum(_destroy_orphan(path) for path in old)


def _destroy_orphan(path: Path) -> bool:
    """The object is set aside before the row is looked for again, so that a late upload finds it or stores it anew."""
    digest = path.name.removeprefix(".")
    named = Blob.objects.filter(organization_id=UUID(path.parts[-5]), digest=digest)
    aside, home = path.with_name(f".{digest}"), path.with_name(digest)
    if not named.exists() and path != aside:
        path.rename(aside)
    if named.exists():
        if aside.exists():
            aside.rename(home)
        return False
    aside.unlink()
    return True


def destroy_directory(path: Path) -> None:
    """Removes an artefact folder; absent is fine. It is renamed first, so that no reader sees half of it."""
    if path.exists():
        doomed = path.with_name(f".gone-{os.urandom(8).hex()}")
        path.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)


def scrub_database() -> None:
    """Leaves no deleted row readable in the database files: checkpoints SQLite's log, vacuums PostgreSQL."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM")
