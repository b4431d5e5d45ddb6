"""Files in and out of an open version, below the doors."""

import pytest
from django.db import IntegrityError

from databroker import storage
from databroker.errors import Incomplete, NotFound, NotPermitted, StaleState
from databroker.models import AuditDetail, Blob
from databroker.states import Role
from suppliers.models import RightsAttestation, SourceFile
from suppliers.operations import files
from suppliers.operations.files import add_files, remove_file
from suppliers.operations.rights import RightsRecord, attest_rights
from suppliers.operations.versions import seal_version
from suppliers.results import Outcome
from tests.suppliers.supply import arrival, dataset_of, filled, sealed, store_files
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def add(person, version, *named, **facts):
    arrivals = [arrival(name, data) for name, data in named]
    return add_files(version.pk, arrivals=arrivals, confirmed=True, actor=person.actor, **facts)


def test_a_removed_file_takes_its_bytes_along(sam):
    dataset = filled(sam, a=b"one", b=b"two")
    remove_file(dataset.latest.pk, dataset.latest.files.get(path="a.txt").pk, actor=sam.actor)

    assert [path.read_bytes() for path in store_files()] == [b"two"]
    assert Blob.objects.count() == 1
    assert dataset.versions.get().byte_count == 3


def test_bytes_that_another_name_holds_stay(sam):
    dataset = filled(sam, a=b"one", b=b"one")
    remove_file(dataset.latest.pk, dataset.latest.files.get(path="a.txt").pk, actor=sam.actor)

    assert [path.read_bytes() for path in store_files()] == [b"one"]


def test_bytes_that_a_sealed_version_of_another_dataset_holds_stay(sam):
    sealed(sam, "Old", a=b"one")
    objects = store_files()
    dataset = filled(sam, "New", a=b"one")
    remove_file(dataset.latest.pk, dataset.latest.files.get().pk, actor=sam.actor)

    assert store_files() == objects


def test_a_file_of_a_sealed_version_has_no_row_to_remove(sam):
    dataset = filled(sam)
    row = dataset.latest.files.get()
    seal_version(dataset.latest.pk, actor=sam.actor)
    with pytest.raises((NotFound, StaleState)):
        remove_file(dataset.latest.pk, row.pk, actor=sam.actor)


def test_a_failure_while_filing_leaves_nothing(sam, monkeypatch):
    version = dataset_of(sam).latest

    def broken(version):
        raise RuntimeError("the disk broke")

    monkeypatch.setattr(files, "_recount", broken)
    with pytest.raises(RuntimeError):
        add(sam, version, ("a.txt", b"one"))

    assert (store_files(), SourceFile.objects.count(), Blob.objects.count()) == ([], 0, 0)


def test_a_failure_keeps_bytes_that_were_there_before(sam, monkeypatch):
    dataset = filled(sam, a=b"one")

    def broken(version):
        raise RuntimeError("the disk broke")

    monkeypatch.setattr(files, "_recount", broken)
    with pytest.raises(RuntimeError):
        add(sam, dataset.latest, ("b.txt", b"one"), ("c.txt", b"three"))

    assert [path.read_bytes() for path in store_files()] == [b"one"]


def test_without_confirmation_the_operation_itself_refuses(sam):
    with pytest.raises(Incomplete) as refused:
        add_files(filled(sam).latest.pk, arrivals=[arrival("b.txt", b"2")], confirmed=False, actor=sam.actor)

    assert refused.value.code == "rights_not_confirmed"


def test_whoever_brings_files_signs_for_them_and_the_record_goes_on(sam):
    dataset = filled(sam)
    record = RightsRecord(basis="owner", licence="CC-BY-4.0", personal_data=False)
    attest_rights(dataset.latest.pk, record=record, confirmed=True, actor=sam.actor)
    mia = cast.member("Mia", organization=sam.organization)
    add(mia, dataset.latest, ("b.txt", b"two"))
    add(mia, dataset.latest, ("c.txt", b"three"))

    signers = [(row.signer, row.licence) for row in RightsAttestation.objects.order_by("ordinal")]
    assert signers == [(sam.user, ""), (sam.user, "CC-BY-4.0"), (mia.user, "CC-BY-4.0")]
    assert SourceFile.objects.get(path="b.txt").attestation.signer == mia.user


def test_the_same_statement_twice_is_one(sam):
    version = filled(sam).latest
    record = RightsRecord(basis="owner", licence="cc-by-4.0")
    first = attest_rights(version.pk, record=record, confirmed=True, actor=sam.actor)

    assert attest_rights(version.pk, record=record, confirmed=True, actor=sam.actor) == first


def test_a_contributor_brings_files_but_does_not_sign_the_full_record(sam):
    mia = cast.member("Mia", role=Role.CONTRIBUTOR, organization=sam.organization)
    version = dataset_of(sam).latest
    assert [result.outcome for result in add(mia, version, ("a.txt", b"one"))] == [Outcome.STORED]
    with pytest.raises(NotPermitted):
        add(mia, version, ("b.txt", b"two"), record=RightsRecord(basis="owner"))


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (RightsRecord(basis="because"), "unknown_basis"),
        (RightsRecord(licence="my own"), "unknown_licence"),
        (RightsRecord(licence="MIT", own_terms="mine"), "licence_and_own_terms"),
        (RightsRecord(legal_basis="because"), "unknown_legal_basis"),
        (RightsRecord(own_terms="x" * 20001), "too_long"),
        (RightsRecord(basis_note="a\x00b"), "nul"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(sam, record, code):
    with pytest.raises(Incomplete) as refused:
        attest_rights(filled(sam).latest.pk, record=record, confirmed=True, actor=sam.actor)

    assert code in {issue.code for issue in refused.value.issues}


def test_the_audit_trail_counts_files_and_names_none(sam):
    dataset = filled(sam, very_secret_name=b"one")
    remove_file(dataset.latest.pk, dataset.latest.files.get().pk, actor=sam.actor)

    assert "very_secret_name" not in str(list(AuditDetail.objects.values_list("data")))


def test_the_database_refuses_two_files_of_one_name(sam):
    row = filled(sam).latest.files.get()
    with pytest.raises(IntegrityError):
        SourceFile.objects.create(**_facts(row))


def _facts(row):
    names = ("organization_id", "version_id", "raw_path", "path", "path_key", "digest", "size", "media_type")
    return {name: getattr(row, name) for name in names} | {"attestation_id": row.attestation_id}


def test_the_store_still_answers_for_what_was_kept(sam):
    digest = filled(sam).latest.files.get().digest

    assert storage.read(sam.organization.pk, digest) == b"one"
