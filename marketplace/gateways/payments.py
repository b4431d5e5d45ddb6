"""What a payment provider must be able to do, and which one this installation has."""

from dataclasses import dataclass
from typing import Protocol

from databroker.errors import DomainError
from databroker.money import Money


@dataclass(frozen=True, slots=True)
class Bill:
    """What the provider is told: our public order id (also its idempotency key), words, amount, where to come back."""

    order: str
    title: str
    amount: Money
    email: str
    success_url: str
    cancel_url: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Checkout:
    """The provider's page and its reference for it."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """What a provider tells: `kind` is paid, failed or other; `order` our public order id, empty if it names none."""

    event_id: str
    kind: str
    order: str
    amount: Money


class GatewayUnavailable(DomainError):
    """The provider could not be reached or refused; nothing was charged."""

    status = 503
    code = "payment_unavailable"
    title = "The payment provider does not answer"


class EventRefused(DomainError):
    """A webhook whose signature does not hold."""

    status = 400
    code = "signature_refused"
    title = "This event cannot be verified"


class PaymentGateway(Protocol):
    """A card provider. `start` talks to the network and is never called inside a transaction."""

    name: str
    is_sandbox: bool

    def start(self, bill: Bill) -> Checkout:
        """Opens a checkout. The same order again answers with the same one. Raises GatewayUnavailable."""
        ...

    def read_event(self, body: bytes, signature: str) -> ProviderEvent:
        """Verifies and reads a webhook. Raises EventRefused."""
        ...
