"""databroker/storage.py"""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from databroker import storage
from databroker.actors import SYSTEM
from databroker.errors import Conflict, TooLarge
from databroker.models import Blob, Erasure, LegalHold
from databroker.tasks import sweep_staging
from tests.support.cast import Person

pytestmark = pytest.mark.django_db(transaction=True)


def _stored(person: Person, data: bytes) -> Blob:
    assert person.organization is not None
    stored = storage.put_bytes(person.organization.pk, data)
    with transaction.atomic():
        return storage.register(person.organization.pk, stored)


def _anywhere(marker: bytes) -> list[Path]:
    files = [path for path in Path(settings.DATA_DIR).rglob("*") if path.is_file()]
    return [path for path in files if marker in path.read_bytes()]


def test_bytes_come_back_as_they_went_in(sam: Person) -> None:
    blob = _stored(sam, b"some bytes")
    with storage.local_copy(blob.organization_id, blob.digest) as path:
        assert path.read_bytes() == b"some bytes"


def test_the_same_bytes_are_kept_once_per_organisation(sam: Person) -> None:
    assert _stored(sam, b"twice").pk == _stored(sam, b"twice").pk


def test_two_organisations_never_share_a_blob(sam: Person, nora: Person) -> None:
    mine, theirs = _stored(sam, b"the same"), _stored(nora, b"the same")
    storage.erase(mine, actor=SYSTEM)
    assert storage.read(theirs.organization_id, theirs.digest) == b"the same"


def test_a_limit_holds_while_streaming() -> None:
    staged = storage.Staged(limit=10)
    staged.write(b"12345")
    with pytest.raises(TooLarge):
        staged.write(b"678901")
    staged.discard()
    assert not staged.path.exists()


def test_a_stored_original_cannot_be_written(sam: Person) -> None:
    blob = _stored(sam, b"read only")
    with storage.local_copy(blob.organization_id, blob.digest) as path:
        assert path.stat().st_mode & 0o222 == 0


def test_erasing_leaves_no_byte_and_no_row(sam: Person) -> None:
    blob = _stored(sam, b"MARKER-5f1d-erase-me")
    erasure = storage.erase(blob, actor=SYSTEM, reason="The subject asked.")
    assert _anywhere(b"MARKER-5f1d-erase-me") == []
    assert not Blob.objects.filter(pk=blob.pk).exists()
    assert blob.digest not in str(Erasure.objects.filter(pk=erasure.pk).values().get())


def test_an_erased_digest_is_recognised_by_its_tombstone(sam: Person) -> None:
    blob = _stored(sam, b"gone")
    erasure = storage.erase(blob, actor=SYSTEM)
    assert erasure.tombstone == storage.tombstone(blob.organization_id, blob.digest)


def test_a_legal_hold_stops_an_erasure(sam: Person) -> None:
    blob = _stored(sam, b"evidence")
    LegalHold.objects.create(organization=blob.organization, reason="A court asked.")
    with pytest.raises(Conflict, match="legal hold"):
        storage.erase(blob, actor=SYSTEM)
    assert storage.exists(blob.organization_id, blob.digest)


def test_a_full_disk_is_refused_before_the_first_byte(settings: object) -> None:
    settings.MINIMUM_FREE_BYTES = 10**18  # type: ignore[attr-defined]
    with pytest.raises(storage.StoreFull):
        storage.require_room()


def _age(person: Person, digest: str) -> Path:
    with storage.local_copy(person.organization.pk, digest) as path:  # type: ignore[union-attr]
        os.utime(path, (0, 0))
    return path


def test_bytes_that_no_row_names_are_swept_after_a_day(sam: Person) -> None:
    stored = storage.put_bytes(sam.organization.pk, b"left by a crash")  # type: ignore[union-attr]
    path = _age(sam, stored.digest)
    assert sweep_staging() >= 1
    assert not path.exists()


def test_bytes_with_a_row_are_never_swept(sam: Person) -> None:
    path = _age(sam, _stored(sam, b"mine").digest)
    sweep_staging()
    assert path.read_bytes() == b"mine"


def test_bytes_that_were_just_brought_again_are_not_swept(sam: Person) -> None:
    stored = storage.put_bytes(sam.organization.pk, b"twice")  # type: ignore[union-attr]
    path = _age(sam, stored.digest)
    storage.put_bytes(sam.organization.pk, b"twice")  # type: ignore[union-attr]
    sweep_staging()
    assert path.exists()


def test_bytes_set_aside_by_a_sweep_that_died_come_back(sam: Person) -> None:
    path = _age(sam, _stored(sam, b"interrupted").digest)
    path.rename(path.with_name(f".{path.name}"))
    sweep_staging()
    assert path.read_bytes() == b"interrupted"
