"""Stripe Checkout: opens sessions and verifies webhooks. Used when STRIPE_SECRET_KEY is set."""

import json
from typing import Final

import stripe
from django.conf import settings

from databroker.money import Money
from marketplace.gateways.payments import Bill, Checkout, EventRefused, GatewayUnavailable, ProviderEvent

NAME: Final = "stripe"
_PAID: Final = {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
_FAILED: Final = {"checkout.session.expired", "checkout.session.async_payment_failed"}
_TIMEOUT_SECONDS: Final = 20


class StripeGateway:
    """A thin adapter: amounts, addresses and our order id go out; session ids and signed events come in."""

    name = NAME
    is_sandbox = False

    def __init__(self, secret_key: str, webhook_secret: str, api_base: str = "") -> None:
        self._webhook_secret = webhook_secret
        self._client = stripe.StripeClient(
            secret_key,
            max_network_retries=2,
            http_client=stripe.RequestsClient(timeout=_TIMEOUT_SECONDS),
            base_addresses={"api": api_base} if api_base else {},
        )

    def start(self, bill: Bill) -> Checkout:
        """Creates a Checkout Session; the order id is the idempotency key, so a retry answers with the same session."""
        line = {
            "quantity": 1,
            "price_data": {
                "currency": bill.amount.currency.lower(),
                "unit_amount": bill.amount.minor,
                "product_data": {"name": bill.title},
            },
        }
        facts = {
            "mode": "payment",
            "client_reference_id": bill.order,
            "customer_email": bill.email,
            "line_items": [line],
            "metadata": {"order": bill.order},
            "success_url": bill.success_url,
            "cancel_url": bill.cancel_url,
            "expires_at": bill.expires_at,
        }
        try:
            session = self._client.v1.checkout.sessions.create(facts, {"idempotency_key": bill.order})  # type: ignore[arg-type]  # typed dictionaries of 200 keys
        except stripe.StripeError as error:
            reason = error.user_message or "no reason given"
            raise GatewayUnavailable(f"Nothing was charged. The provider said: {reason}.") from error
        return Checkout(session.id, session.url or "")

    def read_event(self, body: bytes, signature: str) -> ProviderEvent:
        """Checks the signature over the raw body and its age, then reads what we use of the event."""
        try:
            stripe.WebhookSignature.verify_header(body.decode(), signature, self._webhook_secret, tolerance=300)
            event = json.loads(body)
            return _read(event)
        except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
            raise EventRefused("The signature of this event does not hold.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise EventRefused("This event cannot be read.") from error


def _read(event: dict[str, object]) -> ProviderEvent:
    kind = str(event["type"])
    data = event["data"]
    session = data["object"] if isinstance(data, dict) else {}
    order = str((session.get("metadata") or {}).get("order") or session.get("client_reference_id") or "")
    paid = kind in _PAID and session.get("payment_status") == "paid"
    failed = kind in _FAILED
    amount = Money(int(session.get("amount_total") or 0), str(session.get("currency") or "usd").upper())
    return ProviderEvent(str(event["id"]), "paid" if paid else "failed" if failed else "other", order, amount)


def configured() -> StripeGateway | None:
    """The gateway, if this installation has a key."""
    if not settings.STRIPE_SECRET_KEY:
        return None
    return StripeGateway(settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_API_BASE)
