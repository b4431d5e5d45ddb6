"""POST /api/auth/token/: e-mail and password for a token."""

from typing import Any

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from databroker.actors import act_for
from databroker.api.authentication import TokenAuthentication
from databroker.api.base import ActorAPIView
from databroker.errors import Incomplete
from databroker.models import Organization, User
from databroker.operations.accounts import create_token
from databroker.states import Scope


class CredentialsSerializer(serializers.Serializer[Any]):
    """What is sent."""

    email = serializers.EmailField()
    password = serializers.CharField(trim_whitespace=False)
    code = serializers.CharField(required=False, help_text="Where a second factor is set.")
    organization = serializers.CharField(required=False, help_text="Slug; default: your first organisation.")
    name = serializers.CharField(required=False, default="Made by /api/auth/token/", max_length=80)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), required=False)
    days = serializers.IntegerField(required=False, default=30, min_value=1, max_value=365)


class TokenSerializer(serializers.Serializer[Any]):
    """What comes back; the token is shown once."""

    token = serializers.CharField()
    id = serializers.CharField()
    organization = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


class TokenView(ActorAPIView):
    """Makes a token bound to one organisation. Staff make theirs on the account page, in a session."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (AllowAny,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "token"
    serializer_class = CredentialsSerializer

    @extend_schema(request=CredentialsSerializer, responses={201: TokenSerializer})
    def post(self, request: Request) -> Response:
        form = CredentialsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        facts = form.validated_data
        user = authenticate(request._request, email=facts["email"], password=facts["password"])
        if user is None:
            raise AuthenticationFailed("The e-mail address or the password is wrong.")
        if user.is_staff or user.is_superuser:
            raise PermissionDenied("Staff accounts get no token this way.")
        made = create_token(
            name=facts["name"],
            scopes=facts.get("scopes") or list(Scope.values),
            days=facts["days"],
            actor=act_for(user, _organization(user, facts.get("organization", ""))),
        )
        body = {
            "token": made.secret,
            "id": made.token.public_id,
            "organization": made.token.organization.slug,
            "scopes": made.token.scopes,
            "expires_at": made.token.expires_at,
        }
        return Response(TokenSerializer(body).data, status=201)


def _organization(user: User, slug: str) -> Organization:
    mine = Organization.objects.filter(memberships__user=user).order_by("is_personal", "created_at")
    found = mine.filter(slug=slug).first() if slug else mine.first()
    if found is None:
        raise Incomplete("You belong to no such organisation.", code="unknown_organization")
    return found
