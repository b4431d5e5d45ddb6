"""The base of every API view: it knows the actor."""

from typing import cast

from rest_framework.generics import GenericAPIView

from databroker.actors import ANONYMOUS, Actor, act_for
from databroker.htmx import actor_of
from databroker.models import ApiToken, User


class ActorAPIView(GenericAPIView):  # type: ignore[type-arg]  # rows of several kinds
    """`self.actor` is whom the request acts for, by token or session."""

    @property
    def actor(self) -> Actor:
        auth = self.request.auth
        if isinstance(auth, ApiToken):
            return act_for(cast(User, self.request.user), auth.organization, frozenset(auth.scopes))
        if not self.request.user.is_authenticated:
            return ANONYMOUS
        return actor_of(self.request._request)
