"""Bearer and Basic `token:<token>` for scripts, the session for our own pages."""

import base64
import binascii
from datetime import timedelta

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from databroker.middleware import demo_is_closed
from databroker.models import ApiToken, User
from databroker.models.accounts import token_digest

_USED_RESOLUTION = timedelta(minutes=5)


def secret_of(header: str) -> str | None:
    """The token in an Authorization header: `Bearer dbk_...` or Basic with user `token`; else None."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return None
    try:
        user, _, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return secret if user == "token" else None


def live_token(secret: str) -> ApiToken | None:
    """The token row if it opens anything now; notes its use every few minutes."""
    now = timezone.now()
    rows = ApiToken.objects.live(now).select_related("user", "organization")
    token = rows.filter(digest=token_digest(secret)).first()
    if token is None or demo_is_closed(token.user):
        return None
    if token.last_used_at is None or now - token.last_used_at > _USED_RESOLUTION:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


class TokenAuthentication(BaseAuthentication):
    """`request.auth` is the ApiToken."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        secret = secret_of(request.META.get("HTTP_AUTHORIZATION", ""))
        if secret is None:
            return None
        token = live_token(secret)
        if token is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked. Make a new one on the account page.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="databroker"'


class SessionActorAuthentication(SessionAuthentication):
    """The signed-in session, with CSRF enforced."""


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library ships no types
    """How the OpenAPI document describes tokens."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "dbk_..."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library ships no types
    """How the OpenAPI document describes sessions."""

    target_class = SessionActorAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
