"""The admin site: our name, and the same login as everywhere else.

It lies outside databroker/admin because that package registers with it while it is being made.
"""

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse


class OperatorSite(AdminSite):
    """Signed-in people who are not staff get 403; others are sent to the site's login."""

    site_header = "DataBroker curation desk"
    site_title = "DataBroker"
    index_title = "Curation desk"
    enable_nav_sidebar = False

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
