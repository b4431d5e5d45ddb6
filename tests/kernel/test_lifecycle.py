"""databroker/lifecycle.py, on a dataset version, the first machine of the house."""

import pytest
from django.db.models import Q
from django.utils import timezone

from databroker import lifecycle
from databroker.actors import SYSTEM
from databroker.errors import Incomplete, StaleState
from databroker.models import AuditEntry
from databroker.states import Machine, move
from suppliers.models import DatasetVersion
from suppliers.operations.datasets import create_dataset
from suppliers.operations.rights import RightsRecord, attest_rights
from tests.support.cast import Person

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def version(sam: Person) -> DatasetVersion:
    dataset = create_dataset(name="Letters", source_type="university", actor=sam.actor)
    version = DatasetVersion.objects.get(dataset=dataset)
    attest_rights(version.pk, record=RightsRecord(), confirmed=True, actor=sam.actor)
    return DatasetVersion.objects.get(dataset=dataset)


def shut(version: DatasetVersion) -> DatasetVersion:
    """Moves it with the facts without which the database refuses a version that is not open."""
    facts = {"input_digest": "0" * 64, "inventory_digest": "0" * 64, "sealed_at": timezone.now()}
    return lifecycle.transition(version, "shut", actor=SYSTEM, **facts)


def test_a_move_writes_its_audit_entry(version: DatasetVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DatasetVersion, "MACHINE", Machine("version", {"shut": move("open", to="withdrawn")}))
    moved = shut(version)
    entry = AuditEntry.objects.get(verb="shut", object_id=version.pk)
    assert (moved.state, entry.from_state, entry.to_state) == ("withdrawn", "open", "withdrawn")


def test_a_move_the_table_forbids_is_refused(version: DatasetVersion) -> None:
    with pytest.raises(StaleState):
        lifecycle.transition(version, "withdraw", actor=SYSTEM, note="why")


def test_whoever_moves_second_is_refused(version: DatasetVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DatasetVersion, "MACHINE", Machine("version", {"shut": move("open", to="withdrawn")}))
    stale = DatasetVersion.objects.get(pk=version.pk)
    shut(version)
    with pytest.raises(StaleState):
        shut(stale)
    assert AuditEntry.objects.filter(verb="shut", object_id=version.pk).count() == 1


def test_a_condition_that_no_longer_holds_stops_the_move(
    version: DatasetVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DatasetVersion, "MACHINE", Machine("version", {"shut": move("open", to="withdrawn")}))
    with pytest.raises(StaleState):
        lifecycle.transition(version, "shut", actor=SYSTEM, where=Q(number=99))


def test_a_move_that_needs_a_note_says_so(version: DatasetVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Machine("version", {"shut": move("open", to="withdrawn", note=True)})
    monkeypatch.setattr(DatasetVersion, "MACHINE", table)
    with pytest.raises(Incomplete, match="note"):
        lifecycle.transition(version, "shut", actor=SYSTEM, note="  ")
