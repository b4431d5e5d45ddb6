"""A person's account: profile, tokens, the organisation acted for and its members."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from databroker.errors import DomainError
from databroker.forms import MemberForm, OrganizationChoiceForm, OrganizationForm, ProfileForm, TokenForm
from databroker.htmx import actor_of
from databroker.middleware import ORGANIZATION_KEY
from databroker.models import ApiToken, Membership, Organization, User
from databroker.operations import accounts
from databroker.policies import can_manage_members
from databroker.views.site import _back


@login_required
def account_settings(request: HttpRequest) -> HttpResponse:
    """Name and time zone; links to password and e-mail."""
    user = cast(User, request.user)
    form = ProfileForm(request.POST or None, initial={"name": user.name, "time_zone": user.time_zone})
    if request.method == "POST" and form.is_valid():
        accounts.update_profile(user, **form.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return redirect("account_settings")
    mine = Membership.objects.filter(user=user).select_related("organization").order_by("created_at")
    context = {"form": form, "memberships": mine}
    return render(request, "account/settings.html", context, status=422 if form.errors else 200)


@login_required
def token_list(request: HttpRequest) -> HttpResponse:
    """Lists tokens; POST makes one and shows its secret once."""
    actor = actor_of(request)
    form = TokenForm(request.POST or None, initial={"scopes": ["read", "download"], "days": 90})
    made = None
    if request.method == "POST" and form.is_valid():
        try:
            made = accounts.create_token(**form.cleaned_data, actor=actor)
            form = TokenForm(initial={"scopes": ["read", "download"], "days": 90})
        except DomainError as error:
            form.add_error(None, error.detail)
    tokens = ApiToken.objects.live(timezone.now()).filter(organization=actor.organization, user=actor.user)
    context = {"form": form, "tokens": tokens, "made": made}
    return render(request, "account/tokens.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def token_revoke(request: HttpRequest, token_id: str) -> HttpResponse:
    accounts.revoke_token(token_id, actor=actor_of(request))
    messages.success(request, "The token is revoked. Scripts that use it are refused from now on.")
    return redirect("token_list")


@login_required
def organization_detail(request: HttpRequest) -> HttpResponse:
    """The organisation acted for: what the marketplace shows of it, and its members."""
    actor = actor_of(request)
    organization = actor.organization
    if organization is None:
        return render(request, "account/organization_none.html")
    names = ("name", "country", "about", "source_type", "is_supplier", "is_buyer")
    form = OrganizationForm(request.POST or None, initial={name: getattr(organization, name) for name in names})
    if request.method == "POST" and form.is_valid():
        accounts.update_organization(actor=actor, **form.cleaned_data)
        messages.success(request, "The organisation is saved.")
        return redirect("organization_detail")
    return _organization_page(request, organization, form, MemberForm())


def _organization_page(
    request: HttpRequest, organization: Organization, form: OrganizationForm, member_form: MemberForm
) -> HttpResponse:
    members = organization.memberships.select_related("user").order_by("created_at")
    context = {
        "form": form,
        "member_form": member_form,
        "members": members,
        "may_manage": can_manage_members(actor_of(request)),
    }
    status = 422 if form.errors or member_form.errors else 200
    return render(request, "account/organization.html", context, status=status)


@login_required
@require_POST
def member_add(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = MemberForm(request.POST)
    if form.is_valid() and actor.organization is not None:
        try:
            accounts.add_member(form.cleaned_data["email"], role=form.cleaned_data["role"], actor=actor)
        except DomainError as error:
            form.add_error("email", error.detail)
        else:
            messages.success(request, "The member is added.")
            return redirect("organization_detail")
    if actor.organization is None:
        return redirect("organization_detail")
    names = ("name", "country", "about", "source_type", "is_supplier", "is_buyer")
    initial = {name: getattr(actor.organization, name) for name in names}
    return _organization_page(request, actor.organization, OrganizationForm(initial=initial), form)


@login_required
@require_POST
def member_remove(request: HttpRequest, membership_id: str) -> HttpResponse:
    accounts.remove_member(membership_id, actor=actor_of(request))
    messages.success(request, "The membership has ended.")
    return redirect("organization_detail")


@login_required
@require_POST
def switch_organization(request: HttpRequest) -> HttpResponse:
    """The session acts for another of one's organisations from now on."""
    form = OrganizationChoiceForm(cast(User, request.user), request.POST)
    if form.is_valid():
        request.session[ORGANIZATION_KEY] = str(form.cleaned_data["organization"].pk)
    return redirect(_back(request))
