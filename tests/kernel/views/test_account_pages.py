"""databroker/views/ and the account pages of allauth in our templates."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from databroker.models import ApiToken, Membership, Organization, User
from tests.support import cast
from tests.support.cast import PASSWORD, Person

pytestmark = pytest.mark.django_db
FORM = {
    "role": "supplier", "name": "Mia Marsh", "organization_name": "", "email": "Mia@Example.org",
    "password1": "quiet-harbour-41", "password2": "quiet-harbour-41",
}  # fmt: skip


@pytest.mark.parametrize(
    ("role", "supplier", "buyer"), [("supplier", True, False), ("buyer", False, True), ("both", True, True)]
)
def test_registering_makes_a_personal_organisation(client: Client, role: str, supplier: bool, buyer: bool) -> None:
    response = client.post("/register", {**FORM, "role": role})
    assert response.status_code == 302
    organization = Organization.objects.get(members__email="mia@example.org")
    assert (organization.is_supplier, organization.is_buyer, organization.is_personal) == (supplier, buyer, True)


def test_registering_for_a_company_names_the_organisation(client: Client) -> None:
    client.post("/register/", {**FORM, "organization_name": "Marsh & Sons"})
    assert Organization.objects.get(members__email="mia@example.org").is_personal is False


def test_an_address_registers_once_whatever_its_case(client: Client) -> None:
    client.post("/register", FORM)
    Client().post("/register", {**FORM, "email": "MIA@example.ORG"})
    assert User.objects.filter(email__iexact="mia@example.org").count() == 1


def test_the_form_says_what_is_wrong(client: Client) -> None:
    page = client.post("/register", {**FORM, "password2": "other"}).content.decode()
    assert "aria-invalid" in page
    assert not User.objects.exists()


def test_the_mailed_link_verifies_the_address(client: Client) -> None:
    client.post("/register", FORM)
    [link] = re.findall(r"http://\S+/accounts/confirm-email/\S+", str(mail.outbox[0].body))
    path = link.split("testserver", 1)[1]
    client.post(path)
    assert User.objects.get().emailaddress_set.get().verified


def test_a_forgotten_password_is_reset_by_mail(client: Client, sam: Person) -> None:
    client.post("/accounts/password/reset/", {"email": sam.user.email})
    [link] = re.findall(r"http://\S+/accounts/password/reset/key/\S+", str(mail.outbox[0].body))
    page = client.get(link.split("testserver", 1)[1], follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": "new-harbour-4200", "password2": "new-harbour-4200"})
    assert Client().login(email=sam.user.email, password="new-harbour-4200")


def test_logging_in_leads_to_ones_work(client: Client, sam: Person) -> None:
    response = client.post("/accounts/login/", {"login": sam.user.email, "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == "/datasets/"


def test_the_admin_sends_strangers_to_the_same_login(client: Client) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/login/?next=/admin/"


def test_the_admin_is_closed_to_people_who_are_not_staff(client: Client, sam: Person) -> None:
    client.force_login(sam.user)
    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize("path", ["/admin/", "/admin/databroker/organization/"])
def test_the_admin_opens_for_staff(client: Client, cleo: Person, path: str) -> None:
    client.force_login(cleo.user)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/register", "/accounts/login/", "/accounts/password/reset/", "/api/docs/", "/health/"]
)
def test_public_pages_open(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/account/", "/account/tokens/", "/organization/", "/accounts/email/"])
def test_account_pages_open_for_a_member(client: Client, sam: Person, path: str) -> None:
    client.force_login(sam.user)
    assert client.get(path).status_code == 200


def test_a_token_is_shown_once(client: Client, sam: Person) -> None:
    client.force_login(sam.user)
    made = client.post("/account/tokens/", {"name": "ci", "scopes": ["read"], "days": "7"}).content.decode()
    assert re.search(r"dbk_[\w-]{40,}", made)
    assert not re.search(r"dbk_[\w-]{40,}", client.get("/account/tokens/").content.decode())


def test_a_token_is_revoked_from_its_row(client: Client, sam: Person) -> None:
    client.force_login(sam.user)
    client.post("/account/tokens/", {"name": "ci", "scopes": ["read"], "days": "7"})
    token = ApiToken.objects.get()
    client.post(f"/account/tokens/{token.public_id}/revoke/")
    assert ApiToken.objects.get().revoked_at is not None


def test_nobody_revokes_a_strangers_token(client: Client, sam: Person, nora: Person) -> None:
    client.force_login(sam.user)
    client.post("/account/tokens/", {"name": "ci", "scopes": ["read"], "days": "7"})
    client.force_login(nora.user)
    assert client.post(f"/account/tokens/{ApiToken.objects.get().public_id}/revoke/").status_code == 404


def test_a_session_acts_only_for_ones_own_organisations(client: Client, sam: Person, nora: Person) -> None:
    client.force_login(sam.user)
    client.post("/organization/switch/", {"organization": str(nora.organization.pk)})  # type: ignore[union-attr]
    assert b"Nora" not in client.get("/organization/").content


def test_switching_the_organisation_lasts(client: Client, sam: Person) -> None:
    second = Organization.objects.create(name="Second home", slug="second-home", is_supplier=True)
    Membership.objects.create(user=sam.user, organization=second, role="owner")
    client.force_login(sam.user)
    client.post("/organization/switch/", {"organization": str(second.pk)})
    assert b"Second home" in client.get("/organization/").content


def test_the_theme_is_kept_in_a_cookie(client: Client) -> None:
    client.post("/theme/", {"theme": "dark", "next": "/"})
    assert b'data-theme="dark"' in client.get("/").content


def test_the_way_back_never_leaves_the_site(client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_error_pages_are_ours_even_under_debug(client: Client, settings: Any) -> None:
    settings.DEBUG = True
    response = client.get("/nothing/here")
    assert response.status_code == 404
    assert b"Request URL" not in response.content


def test_a_demo_session_ends_when_demo_mode_is_off(client: Client, settings: Any) -> None:
    person = cast.member("Dora", is_supplier=True)
    User.objects.filter(pk=person.user.pk).update(is_demo=True)
    settings.DEMO = True
    client.force_login(person.user)
    assert client.get("/account/").status_code == 200
    settings.DEMO = False
    assert client.get("/account/").status_code == 302


def test_pages_carry_the_strict_policy(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
