"""databroker/journal.py outside a transaction."""

import pytest

from databroker import ids, journal, queue


@pytest.mark.django_db(transaction=True)
def test_the_journal_is_written_only_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        journal.post(ids.uuid7(), [])


@pytest.mark.django_db(transaction=True)
def test_the_queue_is_rung_only_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        queue.enqueue("databroker.tasks.sweep_staging")
