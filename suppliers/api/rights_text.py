"""/api/rights-text: the text that `legal_rights_confirmed=true` signs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from databroker.api.base import ActorAPIView
from suppliers import clickwrap


class RightsTextSerializer(serializers.Serializer[Any]):
    """The text in force."""

    version = serializers.IntegerField()
    text = serializers.CharField()
    sha256 = serializers.CharField()


class RightsTextView(ActorAPIView):
    """Anybody may read what suppliers sign."""

    permission_classes = (AllowAny,)
    serializer_class = RightsTextSerializer

    @extend_schema(responses={200: RightsTextSerializer})
    def get(self, request: Request) -> Response:
        now = clickwrap.CURRENT
        body = {"version": now, "text": clickwrap.TEXTS[now], "sha256": clickwrap.text_digest(now)}
        return Response(RightsTextSerializer(body).data)
