"""The database itself refuses to change what was said or booked; only the suite's own flush may empty the tables."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from databroker import triggers
from databroker.models import AuditEntry, JournalTransfer

pytestmark = pytest.mark.postgres


def entry():
    return AuditEntry.objects.create(actor_kind="system", verb="seal", object_type="thing", object_id=uuid.uuid4())


def transfer():
    return JournalTransfer.objects.create(
        reference=uuid.uuid4(), memo="price", debit="buyer:b", credit="supplier:s", amount_minor=100, currency="USD"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("make", [entry, transfer])
def test_a_row_cannot_be_updated(make):
    row = make()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(created_at="2020-01-01T00:00Z")


@pytest.mark.django_db
@pytest.mark.parametrize("make", [entry, transfer])
def test_a_row_cannot_be_deleted(make):
    row = make()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_turn", [1, 2])
def test_the_suite_empties_the_tables_between_tests_and_the_triggers_stay(_turn):
    assert AuditEntry.objects.count() == 0
    row = entry()

    with pytest.raises(DatabaseError, match="append-only"):
        AuditEntry.objects.filter(pk=row.pk).delete()


@pytest.mark.django_db
def test_every_append_only_table_exists():
    assert set(triggers.APPEND_ONLY) <= set(connection.introspection.table_names())
