"""Posts to the journal and reads its balances."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from databroker.models import JournalTransfer
from databroker.money import Money


@dataclass(frozen=True, slots=True)
class Transfer:
    """`amount` goes from account `debit` to account `credit`; `memo` is unique within its reference."""

    memo: str
    debit: str
    credit: str
    amount: Money


def post(reference: UUID, transfers: Sequence[Transfer]) -> list[JournalTransfer]:
    """Appends the transfers of one cause, in the transaction of that cause.

    A second post of the same reference and memo is refused by the database (IntegrityError).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The journal is written in the transaction of the order it belongs to")
    return [
        JournalTransfer.objects.create(
            reference=reference,
            memo=transfer.memo,
            debit=transfer.debit,
            credit=transfer.credit,
            amount_minor=transfer.amount.minor,
            currency=transfer.amount.currency,
        )
        for transfer in transfers
    ]


def balances(reference: UUID | None = None) -> dict[tuple[str, str], int]:
    """(account, currency) -> minor units, credits less debits; of one reference or of all. They sum to zero."""
    totals: dict[tuple[str, str], int] = defaultdict(int)
    rows = JournalTransfer.objects.all() if reference is None else JournalTransfer.objects.filter(reference=reference)
    for row in rows.values_list("debit", "credit", "amount_minor", "currency"):
        totals[(row[0], row[3])] -= row[2]
        totals[(row[1], row[3])] += row[2]
    return dict(totals)
