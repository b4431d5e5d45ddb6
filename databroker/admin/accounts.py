"""People, organisations and tokens in the admin."""

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group

from databroker.admin.base import ReadOnlyFactsAdmin
from databroker.models import ApiToken, Membership, Organization, User
from databroker.states import StaffRole

_PEOPLE = (StaffRole.OPERATOR, StaffRole.SUPPORT, StaffRole.AUDITOR)


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]  # generic only in the stubs
    model = Membership
    fields = ("user", "role")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, *_: object) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnlyFactsAdmin):
    VIEWERS = _PEOPLE
    list_display = ("email", "name", "staff_role", "is_active", "is_demo", "created_at")
    list_filter = ("staff_role", "is_active", "is_demo")
    search_fields = ("email", "name")
    ordering = ("-id",)
    fields = (
        "email",
        "name",
        "staff_role",
        "is_active",
        "is_superuser",
        "is_demo",
        "time_zone",
        "last_login",
        "created_at",
    )


@admin.register(Organization)
class OrganizationAdmin(ReadOnlyFactsAdmin):
    list_display = ("name", "slug", "is_supplier", "is_buyer", "is_demo", "created_at")
    list_filter = ("is_supplier", "is_buyer", "is_demo")
    search_fields = ("name", "slug")
    inlines = (MembershipInline,)
    fields = (
        "name",
        "slug",
        "country",
        "about",
        "source_type",
        "is_supplier",
        "is_buyer",
        "is_personal",
        "is_demo",
        "created_at",
    )


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyFactsAdmin):
    VIEWERS = _PEOPLE
    list_display = ("name", "hint", "user", "organization", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("user", "organization")
    fields = (
        "name",
        "hint",
        "user",
        "organization",
        "scopes",
        "expires_at",
        "last_used_at",
        "revoked_at",
        "created_at",
    )


# Rights come from roles (databroker/states.py), and addresses are kept by the account pages.
for _model in (Group, EmailAddress):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)
