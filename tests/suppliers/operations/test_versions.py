"""Every operation in every state of a version, sealing and its races, and what continues from what."""

import pytest
from django.db import transaction

from databroker import storage
from databroker.errors import Conflict, Incomplete, NotFound, NotPermitted, StaleState
from databroker.models import AuditEntry
from databroker.states import Role
from suppliers import inventory, signals
from suppliers.models import Dataset, DatasetVersion, RefusedFile, SourceFile
from suppliers.operations import versions
from suppliers.operations.files import add_files, remove_file
from suppliers.operations.versions import continue_version, open_version, seal_version, withdraw_version
from suppliers.states import Refusal
from tests.suppliers.supply import arrival, dataset_of, filled, sealed, store_files
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def in_state(state, person):
    version = filled(person).latest if state == "open" else sealed(person)
    return withdraw_version(version.pk, note="why", actor=person.actor) if state == "withdrawn" else version


def add(version, actor):
    return add_files(version.pk, arrivals=[arrival("b.txt", b"two")], confirmed=True, actor=actor)


OPERATIONS = {
    "add": add,
    "seal": lambda version, actor: seal_version(version.pk, actor=actor),
    "withdraw": lambda version, actor: withdraw_version(version.pk, note="why", actor=actor),
    "continue": lambda version, actor: continue_version(version.dataset_id, actor=actor),
}
# (operation, state) -> the state afterwards; whatever is not named here is refused.
LEGAL = {
    ("add", "open"): "open",
    ("seal", "open"): "sealed",
    ("withdraw", "sealed"): "withdrawn",
    ("continue", "sealed"): "sealed",
    ("continue", "withdrawn"): "withdrawn",
}


@pytest.mark.parametrize("state", ["open", "sealed", "withdrawn"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_in_each_state(sam, operation, state):
    version = in_state(state, sam)
    audited = AuditEntry.objects.count()
    files = list(SourceFile.objects.values_list("pk"))

    if (operation, state) in LEGAL:
        OPERATIONS[operation](version, sam.actor)
        assert DatasetVersion.objects.get(pk=version.pk).state == LEGAL[operation, state]
        assert AuditEntry.objects.count() > audited
    else:
        with pytest.raises((StaleState, Conflict)):
            OPERATIONS[operation](version, sam.actor)
        assert DatasetVersion.objects.values().get(pk=version.pk)["state"] == state
        assert (AuditEntry.objects.count(), list(SourceFile.objects.values_list("pk"))) == (audited, files)


def test_sealing_writes_the_inventory_and_lets_the_rows_go(sam):
    version = sealed(sam, b=b"two", a=b"one")

    assert [entry.path for entry in inventory.read(version)] == ["a.txt", "b.txt"]
    assert version.input_digest == inventory.input_digest(inventory.read(version))
    assert SourceFile.objects.count() == 0
    assert (version.file_count, version.byte_count) == (2, 6)


def test_sealing_tells_the_other_apps_inside_the_transaction(sam):
    heard = []

    def listen(version_id, **_):
        heard.append((version_id, transaction.get_connection().in_atomic_block))

    signals.version_sealed.connect(listen)
    try:
        version = sealed(sam)
    finally:
        signals.version_sealed.disconnect(listen)

    assert heard == [(version.pk, True)]


def test_an_empty_version_is_not_sealed_and_both_reasons_are_told(sam):
    with pytest.raises(Incomplete) as refused:
        seal_version(dataset_of(sam).latest.pk, actor=sam.actor)

    assert [issue.code for issue in refused.value.issues] == ["no_files", "rights_missing"]


def test_sealing_loses_against_a_file_that_came_meanwhile(sam, monkeypatch):
    version = filled(sam).latest
    honest = storage.put_bytes

    def slow(*arguments):
        add(version, sam.actor)
        return honest(*arguments)

    monkeypatch.setattr(versions.storage, "put_bytes", slow)
    with pytest.raises(StaleState):
        seal_version(version.pk, actor=sam.actor)

    assert DatasetVersion.objects.get().file_count == 2


def test_sealing_forgets_the_refusals(sam):
    dataset = filled(sam)
    refused = arrival("e.txt", b"x")
    refused.refuse(Refusal.EMPTY)
    add_files(dataset.latest.pk, arrivals=[refused], confirmed=True, actor=sam.actor)
    seal_version(dataset.latest.pk, actor=sam.actor)

    assert RefusedFile.objects.count() == 0


def test_the_next_version_has_the_same_files_under_the_same_statement(sam):
    first = sealed(sam, a=b"one", b=b"two")
    objects = store_files()
    second = continue_version(first.dataset_id, actor=sam.actor)

    assert (second.number, second.state, second.file_count, second.byte_count) == (2, "open", 2, 6)
    assert second.rights.carried_from == first.rights
    assert store_files() == objects
    assert seal_version(second.pk, actor=sam.actor).input_digest == first.input_digest


def test_a_second_continuation_finds_the_first(sam):
    first = sealed(sam)
    version, began = open_version(first.dataset_id, actor=sam.actor)

    assert open_version(first.dataset_id, actor=sam.actor) == (version, False)
    assert began


def test_a_file_taken_out_of_the_next_version_stays_in_the_first(sam):
    first = sealed(sam, a=b"one", b=b"two")
    second = continue_version(first.dataset_id, actor=sam.actor)
    remove_file(second.pk, second.files.get(path="a.txt").pk, actor=sam.actor)
    digest = inventory.read(first)[0].sha256

    assert storage.exists(sam.organization.pk, digest)
    assert DatasetVersion.objects.get(pk=second.pk).file_count == 1


def test_withdrawing_asks_why(sam):
    with pytest.raises(Incomplete):
        withdraw_version(sealed(sam).pk, note="  ", actor=sam.actor)


def test_a_stranger_finds_no_version(sam, nora):
    version = filled(sam).latest
    for operation in OPERATIONS.values():
        with pytest.raises(NotFound):
            operation(version, nora.actor)


@pytest.mark.parametrize(
    ("role", "refused"),
    [
        (Role.VIEWER, {"add", "seal", "withdraw", "continue"}),
        (Role.CONTRIBUTOR, {"withdraw"}),
        (Role.MANAGER, set()),
        (Role.OWNER, set()),
    ],
)
def test_who_may_do_what(sam, role, refused):
    other = cast.member("Mia", role=role, organization=sam.organization)
    sources = {"add": "open", "seal": "open", "withdraw": "sealed", "continue": "sealed"}
    found = set()
    for name, operation in OPERATIONS.items():
        try:
            operation(in_state(sources[name], sam), other.actor)
        except NotPermitted:
            found.add(name)

    assert found == refused


def test_two_organisations_bring_the_same_bytes_without_noticing(sam, nora):
    mine, theirs = filled(sam), filled(nora)
    remove_file(theirs.latest.pk, theirs.latest.files.get().pk, actor=nora.actor)

    assert storage.exists(sam.organization.pk, mine.latest.files.get().digest)
    assert not storage.exists(nora.organization.pk, mine.latest.files.get().digest)


def test_slugs_are_unique_within_an_organisation_alone(sam, nora):
    slugs = [dataset_of(person).slug for person in (sam, sam, nora)]

    assert (slugs[0], slugs[2]) == ("harbour-notes", "harbour-notes")
    assert slugs[1] != slugs[0]
    assert Dataset.objects.count() == 3
