"""Chooses the card gateway: Stripe where a key is set, the sandbox in demo mode, else none."""

from django.conf import settings

from marketplace.gateways import stripe
from marketplace.gateways.payments import PaymentGateway
from marketplace.gateways.sandbox import SandboxGateway


def card_gateway() -> PaymentGateway | None:
    """None means that orders are paid by invoice."""
    found = stripe.configured()
    if found is not None:
        return found
    return SandboxGateway() if settings.DEMO else None
