"""databroker/api/: tokens, authentication, problem documents."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from databroker.models import ApiToken, User
from databroker.operations import accounts
from databroker.states import Scope
from tests.support.cast import PASSWORD, Person

pytestmark = pytest.mark.django_db


def ask(client: Client, person: Person, **extra: Any) -> Any:
    body = {"email": person.user.email, "password": PASSWORD, **extra}
    return client.post("/api/auth/token/", body, content_type="application/json")


@pytest.mark.parametrize("path", ["/api/auth/token/", "/api/auth/token"])
def test_a_password_gives_a_token_with_and_without_the_slash(client: Client, sam: Person, path: str) -> None:
    body = {"email": sam.user.email, "password": PASSWORD}
    response = client.post(path, body, content_type="application/json")
    assert response.status_code == 201
    assert response.json()["token"].startswith("dbk_")
    assert response.json()["organization"] == "sams-house"


def test_a_wrong_password_is_401_as_a_problem(client: Client, sam: Person) -> None:
    response = ask(client, sam, password="wrong")
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response.json()["code"] == "authentication_failed"


def test_staff_get_no_token_by_password(client: Client, cleo: Person) -> None:
    assert ask(client, cleo).status_code == 403
    assert not ApiToken.objects.exists()


def test_another_organisation_is_not_reached_by_its_slug(client: Client, sam: Person, nora: Person) -> None:
    response = ask(client, sam, organization="noras-house")
    assert (response.status_code, response.json()["code"]) == (422, "unknown_organization")


def test_wrong_fields_are_named(client: Client) -> None:
    response = client.post("/api/auth/token/", {"email": "x"}, content_type="application/json")
    assert {issue["field"] for issue in response.json()["issues"]} == {"email", "password"}


def test_guessing_passwords_is_slowed(client: Client, sam: Person) -> None:
    statuses = [ask(client, sam, password="wrong").status_code for _ in range(11)]
    assert statuses[-1] == 429


def make(person: Person, **facts: Any) -> str:
    made = accounts.create_token(name="t", scopes=list(Scope.values), days=1, actor=person.actor)
    ApiToken.objects.filter(pk=made.token.pk).update(**facts) if facts else None
    return made.secret


def see(client: Client, header: str) -> int:
    return client.get("/api/datasets/", headers={"Authorization": header}).status_code


def test_bearer_and_basic_open_the_same_door(client: Client, sam: Person) -> None:
    secret = make(sam)
    basic = base64.b64encode(f"token:{secret}".encode()).decode()
    assert (see(client, f"Bearer {secret}"), see(client, f"Basic {basic}")) == (200, 200)


@pytest.mark.parametrize("header", ["Bearer dbk_unknown", "Bearer ", "Bearer \x00"])
def test_an_unknown_token_is_401(client: Client, sam: Person, header: str) -> None:
    assert see(client, header) == 401


def test_a_revoked_or_expired_token_opens_nothing(client: Client, sam: Person) -> None:
    revoked = make(sam, revoked_at=timezone.now())
    expired = make(sam, expires_at=timezone.now() - timedelta(seconds=1))
    assert (see(client, f"Bearer {revoked}"), see(client, f"Bearer {expired}")) == (401, 401)


def test_a_token_of_a_closed_account_opens_nothing(client: Client, sam: Person) -> None:
    secret = make(sam)
    User.objects.filter(pk=sam.user.pk).update(is_active=False)
    assert see(client, f"Bearer {secret}") == 401


@pytest.mark.parametrize(("demo", "status"), [(False, 401), (True, 200)])
def test_a_demo_token_opens_only_in_demo_mode(
    client: Client, sam: Person, settings: Any, demo: bool, status: int
) -> None:
    secret = make(sam)
    User.objects.filter(pk=sam.user.pk).update(is_demo=True)
    settings.DEMO = demo
    assert see(client, f"Bearer {secret}") == status


def test_a_demo_account_cannot_log_in_with_demo_mode_off(client: Client, sam: Person, settings: Any) -> None:
    User.objects.filter(pk=sam.user.pk).update(is_demo=True)
    settings.DEMO = False
    assert ask(client, sam).status_code == 401


def test_an_unknown_api_path_is_a_problem_document(client: Client) -> None:
    response = client.get("/api/nothing/here")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_the_openapi_document_is_3_1(client: Client) -> None:
    assert client.get("/api/openapi.json").json()["openapi"].startswith("3.1")
