"""The URL map. Apps are named as strings, so that the kernel imports none."""

from allauth.account.views import SignupView
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from databroker.views import account, site, styleguide

urlpatterns: list[URLPattern | URLResolver] = [
    path("", site.home, name="home"),
    path("about/", site.about, name="about"),
    path("dashboard/", site.dashboard, name="dashboard"),
    path("theme/", site.theme, name="theme"),
    path("health/", site.health, name="health"),
    re_path(r"^register/?$", SignupView.as_view(), name="register"),
    path("accounts/", include("allauth.account.urls")),
    path("account/", account.account_settings, name="account_settings"),
    path("account/tokens/", account.token_list, name="token_list"),
    path("account/tokens/<str:token_id>/revoke/", account.token_revoke, name="token_revoke"),
    path("organization/", account.organization_detail, name="organization_detail"),
    path("organization/switch/", account.switch_organization, name="organization_switch"),
    path("organization/members/", account.member_add, name="member_add"),
    path("organization/members/<uuid:membership_id>/remove/", account.member_remove, name="member_remove"),
    path("api/docs/", site.api_docs, name="docs_api"),
    path("api/", include("databroker.api.urls")),
    path("api/", include("suppliers.api.urls")),
    path("api/", include("refinery.api.urls")),
    path("api/", include("marketplace.api.urls")),
    path("admin/", admin.site.urls),
    path("", include("suppliers.urls")),
    path("", include("refinery.urls")),
    path("", include("marketplace.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide.styleguide, name="styleguide"))

handler400 = "databroker.pages.bad_request"
handler403 = "databroker.pages.forbidden"
handler404 = "databroker.pages.not_found"
handler500 = "databroker.pages.server_error"
