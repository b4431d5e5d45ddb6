"""databroker/audit.py and the triggers under it."""

import pytest
from django.db import DatabaseError, transaction

from databroker import audit
from databroker.models import AuditDetail, AuditEntry
from tests.support.cast import Person

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def _entry(sam: Person) -> AuditEntry:
    assert sam.organization is not None
    return audit.record("look", sam.organization, actor=sam.actor, detail={"note": "Maria Example asked for it"})


def test_an_entry_holds_no_words(sam: Person) -> None:
    entry = _entry(sam)
    values = AuditEntry.objects.filter(pk=entry.pk).values().get()
    assert "Maria" not in str(values)


def test_an_entry_verifies_with_its_detail(sam: Person) -> None:
    assert audit.verifies(_entry(sam))


def test_a_changed_detail_is_found(sam: Person) -> None:
    entry = _entry(sam)
    AuditDetail.objects.filter(entry=entry).update(data={"note": "nothing happened"})
    assert not audit.verifies(entry)


def test_an_entry_still_verifies_after_its_detail_is_erased(sam: Person) -> None:
    entry = _entry(sam)
    assert audit.erase_details([entry.object_id]) >= 1
    assert audit.verifies(entry)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_an_entry(sam: Person, change: str) -> None:
    entry = _entry(sam)
    AuditDetail.objects.filter(entry=entry).delete()
    rows = AuditEntry.objects.filter(pk=entry.pk)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(verb="other") if change == "update" else rows.delete()
