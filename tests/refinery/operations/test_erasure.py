"""After the erasure of one file nothing made from it is left: no row, no file, no byte of its name or content."""

import hashlib
import shutil

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from databroker import audit, storage
from databroker.actors import SYSTEM
from databroker.models import AuditEntry, Blob
from refinery.models import Package, QualityReport, RefinementRun
from refinery.operations import erasure, packages
from refinery.operations.review import approve_run, reject_run
from refinery.operations.runs import start_run
from refinery.operations.supervision import supervise
from refinery.signals import package_erased
from refinery.states import PackageState, RunState
from tests.refinery import supply

CONTENT, NAME = "Zibbelmoppschen", "quarrendorf"
MARKED = supply.GOOD.replace("An old man", f"Old {CONTENT}")
FILES = {
    f"letters/{NAME}.txt": MARKED.encode(),
    "bridge.txt": supply.OTHER.encode(),
    f"{NAME}-2.txt": MARKED.encode(),
    "rows.jsonl": b'{"text": \n',
}

pytestmark = pytest.mark.postgres


def erase(organization):
    """Destroys the marked file of `organization`."""
    digest = hashlib.sha256(MARKED.encode()).hexdigest()
    storage.erase(Blob.objects.get(organization=organization, digest=digest), actor=SYSTEM, reason="Asked for.")


def rows_with(marker):
    """Tables of ours with the marker in any column, as text or as bytes."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            for row in cursor.fetchall():
                cells = [bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]
                if any(marker in str(cell) for cell in cells):
                    found.append(model._meta.label)
    return found


def files_with(marker):
    """Files below the data folder with the marker in their path or bytes."""
    return [
        str(path)
        for path in settings.DATA_DIR.rglob("*")
        if marker in path.name or (path.is_file() and marker.encode() in path.read_bytes())
    ]


@pytest.fixture(autouse=True)
def empty_store():
    """What other tests of the session left on the disk would be found with the marker in it."""
    shutil.rmtree(settings.STORE_ROOT, ignore_errors=True)


@pytest.fixture
def reviewed(transactional_db, sam, cleo):
    """A rejected run with a word about the file in its note, and a package of another run of the same version."""
    first = supply.finished_run(sam, FILES, recipe="annotate")
    reject_run(first.pk, actor=cleo.actor, note=f"What is {CONTENT} in {NAME}?")
    second = start_run(first.version.dataset.pk, actor=sam.actor).run
    supervise(second.pk)
    approve_run(second.pk, actor=cleo.actor)
    packages.seal_package(second.pk)
    return RefinementRun.objects.get(pk=second.pk)


def test_nothing_made_from_an_erased_file_is_left(reviewed, sam):
    assert rows_with(CONTENT) and rows_with(NAME), "the markers must be there before"
    assert files_with(NAME)
    entries = set(AuditEntry.objects.values_list("pk", flat=True))

    erase(sam.organization)

    assert (rows_with(CONTENT), rows_with(NAME)) == ([], [])
    assert (files_with(CONTENT), files_with(NAME)) == ([], [])
    assert not reviewed.directory.exists()
    left = AuditEntry.objects.filter(pk__in=entries)
    assert set(left.values_list("pk", flat=True)) == entries
    assert all(audit.verifies(entry) for entry in left)


def test_the_package_stays_as_a_row_that_says_erased_and_the_marketplace_hears(reviewed, sam):
    heard = []
    package_erased.connect(lambda package, **_: heard.append(package.state), weak=False, dispatch_uid="test")

    erase(sam.organization)

    package_erased.disconnect(dispatch_uid="test")
    package = Package.objects.get()
    assert (package.state, package.directory.exists(), heard) == (PackageState.ERASED, False, [PackageState.ERASED])
    assert not any(QualityReport.objects.values_list("document", flat=True))


def test_another_organisations_equal_bytes_stay(reviewed, sam, nora, cleo):
    theirs = supply.sealed_package(nora, cleo, FILES)

    erase(sam.organization)

    theirs.refresh_from_db()
    assert theirs.state == PackageState.SEALED
    assert theirs.directory.exists()
    assert QualityReport.objects.get(run=theirs.run).document


def test_a_run_at_work_is_cancelled_and_its_late_writing_swept(transactional_db, sam):
    run = start_run(supply.dataset(sam, FILES).pk, actor=sam.actor).run

    erase(sam.organization)
    run.directory.mkdir(parents=True)
    late = run.directory / "late.txt"
    late.write_text(CONTENT)

    assert RefinementRun.objects.get(pk=run.pk).state == RunState.CANCELLED
    assert erasure.sweep_erased() == 1
    assert not late.exists()
