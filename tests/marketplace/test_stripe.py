"""The Stripe adapter against a server of ours that keeps what it was asked, and webhooks with real signatures."""

import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from marketplace.gateways.payments import GatewayUnavailable
from marketplace.models import Entitlement, Order, PaymentEvent
from tests.factories import packages, sales

pytestmark = pytest.mark.django_db
SECRET = "whsec_test"


class FakeStripe(BaseHTTPRequestHandler):
    """Opens checkout sessions; the same idempotency key answers with the same one."""

    asked = {}
    broken = False

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        key = self.headers["Idempotency-Key"]
        self.asked.setdefault(key, {**form, "session": f"cs_{len(self.asked)}"})
        session = self.asked[key]["session"]
        body = {"id": session, "object": "checkout.session", "url": f"https://pay.example/{session}"}
        if self.broken:
            body = {"error": {"type": "invalid_request_error", "message": "No such currency"}}
        self.send_response(400 if self.broken else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args):
        """Quiet."""


@pytest.fixture
def provider(settings):
    FakeStripe.asked, FakeStripe.broken = {}, False
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeStripe)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_x", SECRET
    settings.STRIPE_API_BASE = f"http://127.0.0.1:{server.server_port}"
    yield FakeStripe
    server.shutdown()
    server.server_close()


@pytest.fixture
def shop(sam):
    return sales.live(sam, package=packages.released(sam, files=False), price=4000)


def tell(client, order, *, event="evt_1", kind="checkout.session.completed", amount=4000, secret=SECRET, age=0):
    session = {
        "client_reference_id": order.public_id,
        "metadata": {"order": order.public_id},
        "payment_status": "paid",
        "amount_total": amount,
        "currency": "usd",
    }
    body = json.dumps({"id": event, "type": kind, "data": {"object": session}}).encode()
    stamp = int(time.time()) - age
    signed = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={stamp},v1={signed}"}
    return client.post("/payments/stripe/", body, content_type="application/json", headers=headers)


def test_a_card_order_goes_to_the_providers_page(provider, shop, ben):
    order = sales.order(ben, shop, method="card", key="k-1")
    again = sales.order(ben, shop, method="card", key="k-1")

    assert (order.state, order.method, order.is_sandbox) == ("open", "card", False)
    assert (order.checkout_url, again.checkout_url) == ("https://pay.example/cs_0",) * 2
    asked = provider.asked[order.public_id]
    assert asked["line_items[0][price_data][unit_amount]"] == ["4000"]
    assert asked["client_reference_id"] == [order.public_id]


def test_a_provider_that_refuses_leaves_the_order_open_to_try_again(provider, shop, ben):
    provider.broken = True
    with pytest.raises(GatewayUnavailable):
        sales.order(ben, shop, method="card", key="k-1")
    assert Order.objects.get().state == "open"

    provider.broken = False
    assert sales.order(ben, shop, method="card", key="k-1").checkout_url
    assert Order.objects.count() == 1


def test_a_webhook_told_twice_pays_once(provider, client, shop, ben):
    order = sales.order(ben, shop, method="card")

    answers = [tell(client, order).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert Order.objects.get().state == "fulfilled"
    assert (PaymentEvent.objects.count(), Entitlement.objects.count()) == (1, 1)


def test_a_forged_or_old_event_changes_nothing(provider, client, shop, ben):
    order = sales.order(ben, shop, method="card")

    forged = tell(client, order, secret="whsec_other")
    old = tell(client, order, age=600)

    assert (forged.status_code, old.status_code) == (400, 400)
    assert Order.objects.get().state == "open"


def test_another_amount_pays_nothing(provider, client, shop, ben):
    order = sales.order(ben, shop, method="card")

    assert tell(client, order, amount=1).status_code == 200
    assert (Order.objects.get().state, PaymentEvent.objects.count()) == ("open", 0)


def test_a_failed_payment_declines_and_a_late_one_still_pays(provider, client, shop, ben):
    order = sales.order(ben, shop, method="card")

    tell(client, order, event="evt_1", kind="checkout.session.async_payment_failed")
    assert Order.objects.get().state == "declined"
    tell(client, order, event="evt_2", kind="checkout.session.async_payment_succeeded")

    assert Order.objects.get().state == "fulfilled"


def test_without_a_key_there_is_no_webhook(client):
    assert client.post("/payments/stripe/", b"{}", content_type="application/json").status_code == 404
