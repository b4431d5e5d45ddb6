"""databroker/journal.py and the triggers under it."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from databroker import ids, journal
from databroker.journal import Transfer
from databroker.models import JournalTransfer
from databroker.money import Money

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def _post() -> JournalTransfer:
    reference = ids.uuid7()
    with transaction.atomic():
        rows = journal.post(
            reference,
            [
                Transfer("payment", "buyer:b", "platform:clearing", Money(1000, "USD")),
                Transfer("fee", "platform:clearing", "platform:fees", Money(150, "USD")),
                Transfer("share", "platform:clearing", "supplier:s", Money(850, "USD")),
            ],
        )
    return rows[0]


def test_balances_sum_to_zero_and_clear() -> None:
    row = _post()
    totals = journal.balances(row.reference)
    assert sum(totals.values()) == 0
    assert totals[("platform:clearing", "USD")] == 0
    assert totals[("supplier:s", "USD")] == 850


def test_the_database_refuses_to_change_a_row() -> None:
    row = _post()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        JournalTransfer.objects.filter(pk=row.pk).update(amount_minor=1)


def test_the_database_refuses_to_delete_a_row() -> None:
    row = _post()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        JournalTransfer.objects.filter(pk=row.pk).delete()


def test_the_same_cause_is_not_posted_twice() -> None:
    row = _post()
    with pytest.raises(IntegrityError), transaction.atomic():
        journal.post(row.reference, [Transfer("payment", "buyer:b", "platform:clearing", Money(1, "USD"))])


def test_an_amount_is_never_negative() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        journal.post(ids.uuid7(), [Transfer("payment", "a", "b", Money(-1, "USD"))])
