"""/api/ of the kernel."""

from drf_spectacular.views import SpectacularJSONAPIView

from databroker.api.routes import route
from databroker.api.tokens import TokenView

urlpatterns = [
    route("auth/token", TokenView.as_view(), "api_token"),
    route("openapi.json", SpectacularJSONAPIView.as_view(), "api_schema"),
]
