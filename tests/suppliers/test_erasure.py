"""After an erasure neither the bytes nor the name of a file are anywhere: not in the store, not in a row."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from databroker import storage
from databroker.errors import Conflict
from databroker.models import AuditEntry, Blob
from suppliers import inventory, signals
from suppliers.models import DatasetVersion, RefusedFile, SourceFile
from suppliers.operations.files import add_files
from suppliers.operations.versions import continue_version, seal_version
from suppliers.states import Refusal
from tests.suppliers.supply import arrival, filled, store_files

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

MARK, CONTENT = "marked_name_81549", b"marked content 40277"


@pytest.fixture
def dataset(sam):
    return filled(sam, **{MARK: CONTENT, "other": b"other"})


def erase(person, content_of):
    blob = Blob.objects.get(organization=person.organization, digest=content_of)
    storage.erase(blob, actor=person.actor)


def digest_of_mark():
    return SourceFile.objects.get(path=f"{MARK}.txt").digest


def traces():
    """Where a marker still is: files under the data folder (Parquet read too) and rows of every table."""
    found = [path.name for path in store_files() if _holds(path.read_bytes())]
    for model in apps.get_models():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            found += [model._meta.label for row in cursor.fetchall() if _holds(repr([_plain(v) for v in row]).encode())]
    return found


def _plain(value):
    return bytes(value) if isinstance(value, memoryview) else value


def _holds(data):
    if data[:4] == b"PAR1":
        data = repr(inventory.from_parquet(data)).encode()
    return MARK.encode() in data or CONTENT in data


def test_the_search_finds_a_file_in_an_open_version_and_in_an_inventory(sam, dataset):
    assert {"suppliers.SourceFile"} < set(traces())
    seal_version(dataset.latest.pk, actor=sam.actor)

    assert len(traces()) == 2


def test_an_open_version_forgets_the_file(sam, dataset):
    erase(sam, digest_of_mark())

    assert traces() == []
    assert DatasetVersion.objects.values_list("file_count", "byte_count").get() == (1, 5)


def test_a_sealed_version_forgets_the_file_and_keeps_its_digest(sam, dataset):
    digest = digest_of_mark()
    version = seal_version(dataset.latest.pk, actor=sam.actor)
    erase(sam, digest)
    after = DatasetVersion.objects.get()

    assert traces() == []
    assert (after.input_digest, after.erased_count, after.file_count) == (version.input_digest, 1, 1)
    assert after.inventory_digest != version.inventory_digest
    assert [entry.path for entry in inventory.read(after)] == ["other.txt"]


def test_every_version_of_the_organisation_forgets_it(sam, dataset):
    digest = digest_of_mark()
    seal_version(dataset.latest.pk, actor=sam.actor)
    second = continue_version(dataset.pk, actor=sam.actor)
    seal_version(second.pk, actor=sam.actor)
    continue_version(dataset.pk, actor=sam.actor)
    erase(sam, digest)

    assert traces() == []
    assert list(DatasetVersion.objects.order_by("number").values_list("erased_count", flat=True)) == [1, 1, 0]
    assert [inventory.input_digest(inventory.read(version)) for version in DatasetVersion.objects.all()]


def test_a_refusal_under_the_same_name_is_forgotten(sam, dataset):
    refused = arrival(f"{MARK}.txt", b"x")
    refused.refuse(Refusal.EMPTY)
    add_files(dataset.latest.pk, arrivals=[refused], confirmed=True, actor=sam.actor)
    assert RefusedFile.objects.count() == 1
    erase(sam, digest_of_mark())

    assert (RefusedFile.objects.count(), traces()) == (0, [])


def test_another_organisation_keeps_the_same_bytes(sam, nora, dataset):
    filled(nora, **{MARK: CONTENT})
    erase(sam, SourceFile.objects.filter(organization=sam.organization, path=f"{MARK}.txt").get().digest)

    assert SourceFile.objects.filter(organization=nora.organization).get().path == f"{MARK}.txt"
    assert any(path.read_bytes() == CONTENT for path in store_files())


def test_the_erased_version_is_told_inside_the_transaction(sam, dataset):
    digest = digest_of_mark()
    version = seal_version(dataset.latest.pk, actor=sam.actor)
    heard = []

    def listen(version_id, digest, **_):
        heard.append((version_id, digest, connection.in_atomic_block))

    signals.version_erased.connect(listen)
    try:
        erase(sam, digest)
    finally:
        signals.version_erased.disconnect(listen)

    assert heard == [(version.pk, digest, True)]


def test_an_inventory_itself_is_not_erased(sam, dataset):
    version = seal_version(dataset.latest.pk, actor=sam.actor)
    with pytest.raises(Conflict):
        erase(sam, version.inventory_digest)

    assert inventory.read(DatasetVersion.objects.get())


def test_the_audit_trail_remains(sam, dataset):
    before = AuditEntry.objects.count()
    seal_version(dataset.latest.pk, actor=sam.actor)
    erase(sam, inventory.read(DatasetVersion.objects.get())[0].sha256)

    assert AuditEntry.objects.count() > before


def test_the_log_of_the_database_holds_no_marker(sam, dataset):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite keeps its log beside the database")
    erase(sam, digest_of_mark())
    name = str(connection.settings_dict["NAME"])
    written = [path for path in (Path(name), Path(f"{name}-wal")) if path.exists()]

    assert written
    assert [path for path in written if MARK.encode() in path.read_bytes()] == []
