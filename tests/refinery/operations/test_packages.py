"""Sealing, releasing and revoking packages of real runs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from databroker.errors import Incomplete, NotFound, NotPermitted
from databroker.states import Role
from refinery import bridge, tasks
from refinery.models import Package, RefinementRun
from refinery.operations import packages
from refinery.operations.review import approve_run
from refinery.operations.runs import start_run
from refinery.operations.supervision import supervise
from refinery.signals import package_released, package_revoked
from refinery.states import PackageState
from suppliers.operations.files import add_files
from suppliers.operations.versions import continue_version
from tests.refinery import supply
from tests.support import cast, queue
from tests.support.processes import manage


@pytest.fixture
def package(sam, cleo):
    return supply.sealed_package(sam, cleo)


def next_package(package, person, curator, files=None):
    """The package of the dataset's next version, with more files or refined again as it is."""
    dataset = package.product.dataset
    if files is not None:
        version = continue_version(dataset.pk, actor=person.actor)
        add_files(version.pk, arrivals=list(supply.arrivals(files)), confirmed=True, actor=person.actor)
    started = start_run(dataset.pk, actor=person.actor, threshold=None if files is not None else 0.82)
    supervise(started.run.pk)
    approve_run(started.run.pk, actor=curator.actor)
    return packages.seal_package(started.run.pk)


def test_an_approved_run_becomes_the_first_package_of_its_product(package):
    assert (package.state, package.semantic_version, package.ordinal) == (PackageState.SEALED, "1.0.0", 0)
    assert package.product.slug == package.run.version.dataset.slug
    assert package.digest == package.run.package_digest


def test_a_package_describes_itself(package):
    assert (package.record_count, package.modalities) == (2, {"text": 2})
    assert package.languages == {"en": 2}
    assert 0.5 <= package.quality["quality"] <= 1
    files = bridge.package_files(package)
    assert (package.file_count, package.byte_count) == (len(files), sum(file.size for file in files))


def test_what_is_sold_holds_neither_ledger_nor_report_and_verifies(package):
    present = {path.name for path in package.directory.iterdir()}

    assert {"data", "public", "manifest.json", "SHA256SUMS"} <= present
    assert not present & {"ledger", "report.json", "run.json"}
    assert manage("verify", str(package.directory)).returncode == 0


def test_sealing_twice_answers_with_the_package_that_is_there(package):
    tasks.seal_package(str(package.run_id))

    assert packages.seal_package(package.run_id) == package
    assert Package.objects.count() == 1
    assert [path.name for path in package.directory.parent.iterdir()] == [package.pk.hex]


def test_an_equal_digest_of_another_run_answers_with_the_same_package(package, sam, cleo):
    dataset = package.product.dataset
    again = start_run(dataset.pk, actor=sam.actor).run
    supervise(again.pk)
    approve_run(again.pk, actor=cleo.actor)

    assert packages.seal_package(again.pk) == package
    assert packages.sweep_unsealed() == 0


def test_a_run_that_is_not_approved_is_not_sealed(sam):
    run = supply.finished_run(sam)

    assert packages.seal_package(run.pk) is None


def test_more_records_are_a_minor_version(package, sam, cleo):
    following = next_package(package, sam, cleo, {"maps.txt": supply.THIRD.encode()})

    assert following.record_count == 3
    assert (following.semantic_version, following.ordinal) == ("1.1.0", 1)


def test_fewer_records_are_a_major_version(package, sam, cleo):
    following = next_package(package, sam, cleo)

    assert following.record_count < package.record_count
    assert following.semantic_version == "2.0.0"


def test_the_same_records_written_differently_are_a_patch(package, sam, cleo):
    dataset = package.product.dataset
    started = start_run(dataset.pk, actor=sam.actor, threshold=0.4)
    supervise(started.run.pk)
    approve_run(started.run.pk, actor=cleo.actor)
    following = packages.seal_package(started.run.pk)

    assert following.record_count == package.record_count
    assert following.semantic_version == "1.0.1"


def test_a_release_names_everything_that_the_rights_lack(package, sam):
    with pytest.raises(Incomplete) as refused:
        packages.release_package(package.pk, actor=sam.actor)

    codes = {issue.code for issue in refused.value.issues}
    assert codes == {"basis_missing", "licence_missing", "personal_data_unsaid"}
    assert len(packages.missing_for_release(package)) == 3


def test_a_release_with_complete_rights_tells_the_marketplace(package, sam):
    supply.complete_rights(package.run.version, sam)
    heard = []
    package_released.connect(lambda package, **_: heard.append(package.pk), weak=False, dispatch_uid="test")

    released = packages.release_package(package.pk, actor=sam.actor)

    package_released.disconnect(dispatch_uid="test")
    assert (released.state, released.released_by) == (PackageState.RELEASED, sam.user)
    assert heard == [package.pk]


def test_a_contributor_does_not_release_and_a_stranger_finds_nothing(package, sam, nora):
    supply.complete_rights(package.run.version, sam)
    contributor = cast.member("Conny", role=Role.CONTRIBUTOR, organization=sam.organization)

    with pytest.raises(NotPermitted):
        packages.release_package(package.pk, actor=contributor.actor)
    with pytest.raises(NotFound):
        packages.release_package(package.pk, actor=nora.actor)


def test_a_revocation_needs_words_and_tells_the_marketplace(package, sam, cleo):
    supply.complete_rights(package.run.version, sam)
    packages.release_package(package.pk, actor=sam.actor)
    heard = []
    package_revoked.connect(lambda package, **_: heard.append(package.pk), weak=False, dispatch_uid="test")

    with pytest.raises(Incomplete):
        packages.revoke_package(package.pk, actor=cleo.actor, note="")
    revoked = packages.revoke_package(package.pk, actor=cleo.actor, note="A person asked.")

    package_revoked.disconnect(dispatch_uid="test")
    assert (revoked.state, heard) == (PackageState.REVOKED, [package.pk])
    assert revoked.directory.exists()


def test_the_sweep_rings_for_an_approval_whose_bell_was_lost(sam, cleo):
    run = supply.finished_run(sam)
    approve_run(run.pk, actor=cleo.actor)
    RefinementRun.objects.filter(pk=run.pk).update(decided_at=timezone.now() - timedelta(hours=1))

    assert packages.sweep_unsealed() == 1
    queue.drain(times=2)
    assert packages.sweep_unsealed() == 0
    assert run.packages.count() == 1
