"""The sandbox card of demo mode: a page of ours with two buttons. No money moves, and every row it makes says so."""

import logging
from typing import Final

from django.conf import settings
from django.urls import reverse

from marketplace.gateways.payments import Bill, Checkout, EventRefused, GatewayUnavailable, ProviderEvent

logger = logging.getLogger(__name__)
NAME: Final = "sandbox"


class SandboxGateway:
    """Stands where Stripe will; refuses to work outside demo mode."""

    name = NAME
    is_sandbox = True

    def start(self, bill: Bill) -> Checkout:
        """Our own page asks whether the card shall pay or be declined."""
        if not settings.DEMO:
            raise GatewayUnavailable("The sandbox card works in demo mode only.")
        logger.warning("SANDBOX CARD for %s: no money moves and nothing is charged.", bill.order)
        path = reverse("marketplace:sandbox_card", args=[bill.order])
        return Checkout(f"sandbox-{bill.order}", settings.SITE_URL.rstrip("/") + path)

    def read_event(self, body: bytes, signature: str) -> ProviderEvent:
        """The sandbox sends no webhooks; its page calls the operation."""
        raise EventRefused("The sandbox card sends no events.")
