"""databroker/storage.py"""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from databroker import storage
from databroker.actors import SYSTEM
from databroker.errors import Conflict, TooLarge
from databroker.models import Blob, Erasure, LegalHold
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
