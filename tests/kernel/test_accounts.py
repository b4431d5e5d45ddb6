"""databroker/operations/accounts.py"""

import pytest

from databroker.actors import act_for
from databroker.errors import Conflict, Incomplete, NotFound, NotPermitted
from databroker.models import ApiToken, AuditEntry, Membership, Organization
from databroker.operations import accounts
from databroker.states import Role
from tests.support import cast
from tests.support.cast import Person

pytestmark = pytest.mark.django_db


def test_an_organisation_starts_with_its_maker_as_owner() -> None:
    user = cast.account("Mia")
    made = accounts.create_organization(user, name="Mia & Co", is_supplier=True, is_buyer=False)
    assert Membership.objects.get(organization=made, user=user).role == Role.OWNER
    assert AuditEntry.objects.filter(verb="create_organization", object_id=made.pk).count() == 1


def test_two_organisations_of_one_name_get_two_slugs() -> None:
    user = cast.account("Mia")
    slugs = {accounts.create_organization(user, name="Same", is_supplier=True, is_buyer=True).slug for _ in range(3)}
    assert len(slugs) == 3


def test_only_an_owner_adds_members(sam: Person, nora: Person) -> None:
    helper = cast.member("Hal", role=Role.MANAGER, organization=sam.organization)
    with pytest.raises(NotPermitted):
        accounts.add_member(nora.user.email, role=Role.VIEWER, actor=helper.actor)


def test_a_person_is_added_once(sam: Person, nora: Person) -> None:
    accounts.add_member(nora.user.email.upper(), role=Role.VIEWER, actor=sam.actor)
    with pytest.raises(Conflict):
        accounts.add_member(nora.user.email, role=Role.VIEWER, actor=sam.actor)


def test_a_stranger_without_an_account_is_refused_in_words(sam: Person) -> None:
    with pytest.raises(Incomplete, match="register first"):
        accounts.add_member("nobody@example.org", role=Role.VIEWER, actor=sam.actor)


def test_the_last_owner_stays(sam: Person) -> None:
    mine = Membership.objects.get(user=sam.user)
    with pytest.raises(Conflict, match="needs an owner"):
        accounts.remove_member(str(mine.pk), actor=sam.actor)


def test_a_member_of_another_organisation_is_not_there(sam: Person, nora: Person) -> None:
    theirs = Membership.objects.get(user=nora.user)
    with pytest.raises(NotFound):
        accounts.remove_member(str(theirs.pk), actor=sam.actor)


def test_leaving_revokes_the_tokens_of_that_organisation(sam: Person) -> None:
    hal = cast.member("Hal", role=Role.CONTRIBUTOR, organization=sam.organization)
    made = accounts.create_token(name="t", scopes=["read"], days=1, actor=hal.actor)
    accounts.remove_member(str(Membership.objects.get(user=hal.user).pk), actor=sam.actor)
    assert ApiToken.objects.get(pk=made.token.pk).revoked_at is not None


def test_a_token_is_kept_only_as_a_digest(sam: Person) -> None:
    made = accounts.create_token(name="t", scopes=["read"], days=1, actor=sam.actor)
    assert made.secret not in str(ApiToken.objects.filter(pk=made.token.pk).values().get())


def test_a_token_makes_no_token(sam: Person) -> None:
    by_token = act_for(sam.user, sam.organization, frozenset(["read", "supply"]))
    with pytest.raises(NotPermitted):
        accounts.create_token(name="t", scopes=["read"], days=1, actor=by_token)


@pytest.mark.parametrize(("scopes", "days"), [([], 1), (["everything"], 1), (["read"], 0), (["read"], 366)])
def test_a_token_without_sense_is_refused(sam: Person, scopes: list[str], days: int) -> None:
    with pytest.raises(Incomplete):
        accounts.create_token(name="t", scopes=scopes, days=days, actor=sam.actor)


def test_nobody_revokes_a_token_of_another_organisation(sam: Person, nora: Person) -> None:
    made = accounts.create_token(name="t", scopes=["read"], days=1, actor=sam.actor)
    with pytest.raises(NotFound):
        accounts.revoke_token(made.token.public_id, actor=nora.actor)


def test_only_an_owner_changes_the_organisation(sam: Person) -> None:
    viewer = cast.member("Vera", role=Role.VIEWER, organization=sam.organization)
    with pytest.raises(NotPermitted):
        accounts.update_organization(actor=viewer.actor, name="Mine now")
    assert Organization.objects.get(pk=sam.organization.pk).name == "Sam's house"  # type: ignore[union-attr]
