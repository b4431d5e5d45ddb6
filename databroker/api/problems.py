"""Errors as problem documents (RFC 9457): type, title, status, detail, a stable `code`, and `issues` field by field."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from databroker.errors import DomainError

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"


class IssueSerializer(serializers.Serializer[Any]):
    """One problem."""

    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """The body of every error."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    issues = IssueSerializer(many=True, required=False)


def problem(status: int, code: str, title: str, detail: str, issues: list[dict[str, str]] | None = None) -> Response:
    """A problem response."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code}
    if issues:
        body["issues"] = issues
    return Response(body, status=status, content_type=CONTENT_TYPE)


def _flatten(detail: Any, field: str = "") -> list[dict[str, str]]:
    if isinstance(detail, dict):
        return [row for name, value in detail.items() for row in _flatten(value, f"{field}.{name}".strip("."))]
    if isinstance(detail, list):
        return [row for value in detail for row in _flatten(value, field)]
    return [{"field": field, "code": str(getattr(detail, "code", "invalid")), "message": str(detail)}]


def from_domain(error: DomainError) -> Response:
    """An operation's refusal."""
    issues = [{"field": i.field, "code": i.code, "message": i.message} for i in error.issues]
    return problem(error.status, error.code, error.title, error.detail, issues)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER."""
    if isinstance(error, DomainError):
        return from_domain(error)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        logger.exception("Unhandled API error", exc_info=error)
        return problem(500, "internal_error", "Something broke on our side", "Nothing was lost; the error was logged.")
    if isinstance(error, exceptions.ValidationError):
        issues = _flatten(error.detail)
        response = problem(422, "invalid", "Something is missing or wrong", "Correct the fields named here.", issues)
    else:
        code = str(error.get_codes()) if isinstance(error.get_codes(), str) else error.default_code
        response = problem(error.status_code, code, str(error.default_detail), str(error.detail))
    _headers(error, response)
    return response


def _headers(error: exceptions.APIException, response: Response) -> None:
    if getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = str(error.auth_header)  # type: ignore[attr-defined]  # set by DRF on 401
    if getattr(error, "wait", None):
        response["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]  # set by DRF on 429
