"""What a payment moves in the journal: buyer to provider, provider to the installation's fee and the supplier."""

from databroker import journal
from databroker.journal import Transfer
from databroker.money import Money, split
from marketplace.models import Order, OrderLine, PaymentEvent

WHOLE = 10_000  # basis points


def shares(amount: Money, fee_basis_points: int) -> tuple[Money, Money]:
    """(fee, supplier's share) of an amount; the odd unit goes to the larger remainder."""
    fee, rest = split(amount, [fee_basis_points, WHOLE - fee_basis_points])
    return fee, rest


def post_payment(order: Order, lines: list[OrderLine], provider: str) -> None:
    """Writes a paid order into the journal, in the transaction that pays it; an order of 0 too.

    `cash:<provider>` is emptied by the allocation: what stays on it was received and is owed to nobody yet.
    """
    cash = f"cash:{provider}"
    transfers = [Transfer("payment", f"buyer:{order.organization_id}", cash, order.amount)]
    for number, line in enumerate(lines, 1):
        fee, share = shares(Money(line.price_minor, order.currency), order.fee_basis_points)
        transfers += [
            Transfer(f"platform fee {number}", cash, "platform:fees", fee),
            Transfer(f"supplier share {number}", cash, f"supplier:{line.listing.organization_id}", share),
        ]
    journal.post(order.pk, transfers)


def post_surplus(order: Order, event: PaymentEvent) -> None:
    """Money that arrived when nothing was owed stays on the provider's account until somebody returns it."""
    amount = Money(event.amount_minor, event.currency)
    buyer, cash = f"buyer:{order.organization_id}", f"cash:{event.provider}"
    journal.post(order.pk, [Transfer(f"surplus {event.public_id}", buyer, cash, amount)])
