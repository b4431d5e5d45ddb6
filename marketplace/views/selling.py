"""The supplier's side: listings made from released packages, changed and moved."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from databroker import lifecycle
from databroker.errors import DomainError
from databroker.htmx import actor_of
from marketplace import policies
from marketplace.forms import OfferForm
from marketplace.models import Listing
from marketplace.models.listings import OPEN_STATES
from marketplace.operations import listings
from marketplace.states import OrderState
from refinery.models import Package

_PAGE: Final = 25
_VERBS: Final[dict[str, tuple[Callable[..., Listing], str]]] = {
    "submit": (listings.submit_listing, "The listing is handed in."),
    "pause": (listings.pause_listing, "The listing is paused. Nobody can buy it until you resume."),
    "resume": (listings.resume_listing, "The listing is live again."),
    "retire": (listings.retire_listing, "The listing is retired. Buyers keep what they bought."),
}


@login_required
def listing_manage_list(request: HttpRequest) -> HttpResponse:
    """The organisation's listings, and the released packages that have none."""
    actor = actor_of(request)
    own = Listing.objects.filter(organization=actor.organization).with_facts()
    sold = Count("order_lines", filter=Q(order_lines__order__state=OrderState.FULFILLED))
    before = request.GET.get("before", "")
    if before:
        own = own.filter(pk__lt=Listing.objects.find_page(before, actor).pk)
    rows = list(own.annotate(sold=sold).order_by("-id")[: _PAGE + 1])
    context = {
        "listings": rows[:_PAGE],
        "next_url": f"?before={rows[_PAGE - 1].public_id}" if len(rows) > _PAGE else "",
        "packages": _unlisted(request),
        "may_sell": policies.can_sell(actor),
    }
    return render(request, "marketplace/listing_manage_list.html", context)


def _unlisted(request: HttpRequest) -> list[Package]:
    organization = actor_of(request).organization
    released = Package.objects.released().filter(organization=organization).select_related("product")
    listed = Listing.objects.filter(organization=organization, state__in=OPEN_STATES).values("product")
    return list(released.exclude(product__in=listed).order_by("-id")[:_PAGE])


@login_required
def listing_create(request: HttpRequest) -> HttpResponse:
    """A draft from a released package: ?package=pkg_..."""
    actor = actor_of(request)
    reference = request.GET.get("package", "")
    if not reference:
        return redirect("marketplace:listing_manage_list")
    package = Package.objects.visible_to(actor).select_related("product").find(reference, actor)
    first = {"title": package.product.name, "currency": settings.DEFAULT_CURRENCY}
    form = OfferForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            made = listings.create_listing(package.public_id, actor=actor, offer=form.offer())
        except DomainError as error:
            form.add_error(None, error.detail)
        else:
            messages.success(request, "The draft is saved. Look it over, then submit it.")
            return redirect("marketplace:listing_edit", made.public_id)
    context = {"form": form, "package": package, "listing": None}
    return render(request, "marketplace/listing_edit.html", context, status=422 if form.errors else 200)


@login_required
def listing_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """One listing of the organisation: its form, its state and what can be done with it."""
    actor = actor_of(request)
    listing = Listing.objects.filter(organization=actor.organization).with_facts().find(reference, actor)
    versions = Package.objects.released().filter(product=listing.product_id).order_by("-ordinal")
    form = OfferForm(request.POST or None, initial=OfferForm.initial_of(listing))
    if request.method == "POST" and form.is_valid():
        chosen = request.POST.get("package", "")
        try:
            listings.edit_listing(listing.public_id, actor=actor, offer=form.offer(), package_id=chosen)
        except DomainError as error:
            form.add_error(None, "\n".join([error.detail, *(issue.message for issue in error.issues)]))
        else:
            messages.success(request, "The listing is saved.")
            return redirect("marketplace:listing_edit", listing.public_id)
    context = {
        "form": form,
        "listing": listing,
        "package": listing.package,
        "versions": versions,
        "problems": listings.problems(listing),
        "may_edit": listings.may_edit(listing) and policies.can_sell(actor),
        "verbs": [verb for verb in _VERBS if lifecycle.can(listing, verb) and policies.can_sell(actor)],
        "reviewed_here": settings.LISTING_REVIEW,
    }
    return render(request, "marketplace/listing_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def listing_operate(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """submit, pause, resume or retire."""
    if verb not in _VERBS:
        raise Http404
    operation, sentence = _VERBS[verb]
    listing = operation(reference, actor=actor_of(request))
    messages.success(request, "The listing is live." if verb == "submit" and listing.state == "live" else sentence)
    return redirect("marketplace:listing_edit", listing.public_id)
