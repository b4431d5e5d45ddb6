"""Checkout, orders, invoices, the sandbox card, and the provider's webhook."""

import logging
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from databroker.errors import Conflict, DomainError, Incomplete
from databroker.htmx import actor_of
from marketplace import policies
from marketplace.forms import CheckoutForm
from marketplace.gateways import stripe
from marketplace.gateways.cards import card_gateway
from marketplace.gateways.payments import EventRefused
from marketplace.licences import points
from marketplace.models import Listing, Order
from marketplace.operations import orders, payments
from marketplace.operations.orders import Wish
from marketplace.states import ListingState, OrderState, PaymentMethod

logger = logging.getLogger(__name__)
_PAGE: Final = 25


def _card_word() -> str:
    gateway = card_gateway()
    if gateway is None:
        return ""
    return "Sandbox card: no money moves" if gateway.is_sandbox else "Card"


@login_required
def checkout(request: HttpRequest, supplier: str, product: str) -> HttpResponse:
    """Licence, payment, total, and one button."""
    actor = actor_of(request)
    listing = Listing.objects.find_page(f"{supplier}/{product}", actor)
    if listing.state != ListingState.LIVE or listing.terms is None or listing.price is None:
        raise Conflict("This listing is not for sale now.", code="not_for_sale")
    seen = {
        "terms_digest": listing.terms.digest,
        "price_minor": listing.price.minor,
        "idempotency_key": orders.new_key(),
    }
    form = CheckoutForm(request.POST or None, initial=seen, price=listing.price, card=_card_word())
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        names = ("method", "purchase_order_number", "terms_digest", "price_minor")
        wish = Wish(**{name: facts[name] for name in names if name in facts})
        try:
            order = orders.place_order(listing.path, actor=actor, wish=wish, idempotency_key=facts["idempotency_key"])
        except DomainError as error:
            form.add_error(None, "\n".join([error.detail, *(issue.message for issue in error.issues)]))
        else:
            return _after(request, order)
    permits, forbids = points(listing.terms.code)
    context = {
        "form": form,
        "listing": listing,
        "permits": permits,
        "forbids": forbids,
        "may_buy": policies.can_buy(actor),
        "is_own": actor.organization is not None and actor.organization.pk == listing.organization_id,
    }
    return render(request, "marketplace/checkout.html", context, status=422 if form.errors else 200)


def _after(request: HttpRequest, order: Order) -> HttpResponse:
    if order.state == OrderState.FULFILLED:
        messages.success(request, "It is yours. The files and how to read them are below.")
        return redirect("marketplace:library_detail", order.lines.get().entitlements.get().public_id)
    if order.state == OrderState.OPEN and order.method == PaymentMethod.SANDBOX:
        return redirect("marketplace:sandbox_card", order.public_id)
    if order.state == OrderState.OPEN and order.checkout_url:
        return HttpResponseRedirect(order.checkout_url)
    return redirect("marketplace:order_detail", order.public_id)


@login_required
@require_GET
def order_list(request: HttpRequest) -> HttpResponse:
    """The organisation's orders, newest first."""
    actor = actor_of(request)
    own = Order.objects.filter(organization=actor.organization).with_lines()
    before = request.GET.get("before", "")
    if before:
        own = own.filter(pk__lt=Order.objects.visible_to(actor).find(before, actor).pk)
    rows = list(own.order_by("-id")[: _PAGE + 1])
    next_url = f"?before={rows[_PAGE - 1].public_id}" if len(rows) > _PAGE else ""
    return render(request, "marketplace/order_list.html", {"orders": rows[:_PAGE], "next_url": next_url})


def _own(request: HttpRequest, reference: str) -> Order:
    actor = actor_of(request)
    return Order.objects.filter(organization=actor.organization).with_lines().find(reference, actor)


@login_required
@require_GET
def order_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One order: its state, its lines, what to do next."""
    order = _own(request, reference)
    lines = [(line, line.entitlements.first()) for line in order.lines.all()]
    invoice = getattr(order, "invoice", None)
    context = {"order": order, "lines": lines, "invoice": invoice, "may_buy": policies.can_buy(actor_of(request))}
    return render(request, "marketplace/order_detail.html", context)


@login_required
@require_GET
def invoice_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """The invoice as a page that prints on one sheet."""
    order = _own(request, reference)
    invoice = getattr(order, "invoice", None)
    if invoice is None:
        raise Http404
    return render(request, "marketplace/invoice_detail.html", {"order": order, "invoice": invoice})


@login_required
@require_POST
def order_pay(request: HttpRequest, reference: str) -> HttpResponse:
    """Goes (back) to the checkout of an open card order."""
    return _after(request, orders.open_checkout(_own(request, reference)))


@login_required
def sandbox_card(request: HttpRequest, reference: str) -> HttpResponse:
    """Demo mode's pretended card page."""
    order = _own(request, reference)
    if not settings.DEMO or order.method != PaymentMethod.SANDBOX:
        raise Http404
    if request.method == "POST":
        if request.POST.get("card") == "decline":
            payments.decline_sandbox_card(order.public_id, actor=actor_of(request))
            messages.warning(request, "The sandbox card was declined. No money moved.")
            return redirect("marketplace:order_detail", order.public_id)
        return _after(request, payments.pay_with_sandbox_card(order.public_id, actor=actor_of(request)))
    return render(request, "marketplace/sandbox_card.html", {"order": order})


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """What Stripe tells; a doubled event is answered like the first. Verified over the raw body."""
    gateway = stripe.configured()
    if gateway is None:
        raise Http404
    try:
        event = gateway.read_event(request.body, request.headers.get("Stripe-Signature", ""))
        payments.receive_event(gateway.name, event)
    except EventRefused as error:
        return JsonResponse({"code": error.code, "detail": error.detail}, status=error.status)
    except Incomplete as error:
        # Told again it would be no different: somebody has to look at it.
        logger.error("Stripe event for %s not booked: %s", event.order, error.detail)
    return JsonResponse({"received": True})
