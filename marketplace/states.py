"""The machines of the marketplace: listings, orders, entitlements. No queries here."""

from django.db.models import TextChoices

from databroker.states import Machine, move


class ListingState(TextChoices):
    """Where an offer stands."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Awaiting review"
    LIVE = "live", "Live"
    PAUSED = "paused", "Paused"
    RETIRED = "retired", "Retired"
    TAKEN_DOWN = "taken_down", "Taken down"


class OrderState(TextChoices):
    """Where a purchase stands."""

    OPEN = "open", "Open"
    AWAITING_INVOICE = "awaiting_invoice", "Awaiting transfer"
    PAID = "paid", "Paid"
    FULFILLED = "fulfilled", "Fulfilled"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"
    DECLINED = "declined", "Declined"


class EntitlementState(TextChoices):
    """Whether a purchase opens its files."""

    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    REVOKED = "revoked", "Revoked"
    EXPIRED = "expired", "Expired"


class ReviewState(TextChoices):
    """Whether the page shows what a buyer wrote."""

    SHOWN = "shown", "Shown"
    HIDDEN = "hidden", "Hidden"


class PaymentMethod(TextChoices):
    """How an order is paid."""

    FREE = "free", "Nothing to pay"
    INVOICE = "invoice", "Invoice and bank transfer"
    CARD = "card", "Card"
    SANDBOX = "sandbox", "Sandbox card"


class PaymentOutcome(TextChoices):
    """What a payment event did: paid the order, arrived after another had, or told of none."""

    APPLIED = "applied", "Paid the order"
    SURPLUS = "surplus", "Arrived when nothing was owed"
    NONE = "none", "No payment"


_BEFORE_TAKE_DOWN = (
    ListingState.DRAFT,
    ListingState.SUBMITTED,
    ListingState.LIVE,
    ListingState.PAUSED,
    ListingState.RETIRED,
)

LISTING = Machine(
    "listing",
    {
        "submit": move(ListingState.DRAFT, to=ListingState.SUBMITTED),
        "send_back": move(ListingState.SUBMITTED, to=ListingState.DRAFT, note=True),
        "publish": move(ListingState.SUBMITTED, to=ListingState.LIVE),
        "pause": move(ListingState.LIVE, to=ListingState.PAUSED),
        "resume": move(ListingState.PAUSED, to=ListingState.LIVE),
        "retire": move(ListingState.DRAFT, ListingState.LIVE, ListingState.PAUSED, to=ListingState.RETIRED),
        "take_down": move(*_BEFORE_TAKE_DOWN, to=ListingState.TAKEN_DOWN, note=True),
    },
)

ORDER = Machine(
    "order",
    {
        "invoice": move(OrderState.OPEN, to=OrderState.AWAITING_INVOICE),
        "record_payment": move(OrderState.OPEN, OrderState.AWAITING_INVOICE, to=OrderState.PAID),
        "late_payment": move(OrderState.EXPIRED, OrderState.DECLINED, to=OrderState.PAID),
        "fulfil": move(OrderState.PAID, to=OrderState.FULFILLED),
        "cancel": move(OrderState.AWAITING_INVOICE, to=OrderState.CANCELLED, note=True),
        "expire": move(OrderState.OPEN, to=OrderState.EXPIRED),
        "decline": move(OrderState.OPEN, to=OrderState.DECLINED),
    },
)

ENTITLEMENT = Machine(
    "entitlement",
    {
        "suspend": move(EntitlementState.ACTIVE, to=EntitlementState.SUSPENDED, note=True),
        "reinstate": move(EntitlementState.SUSPENDED, to=EntitlementState.ACTIVE, note=True),
        "revoke": move(EntitlementState.ACTIVE, EntitlementState.SUSPENDED, to=EntitlementState.REVOKED, note=True),
        "expire": move(EntitlementState.ACTIVE, EntitlementState.SUSPENDED, to=EntitlementState.EXPIRED),
    },
)

REVIEW = Machine(
    "review",
    {
        "hide": move(ReviewState.SHOWN, to=ReviewState.HIDDEN, note=True),
        "show": move(ReviewState.HIDDEN, to=ReviewState.SHOWN, note=True),
    },
)
