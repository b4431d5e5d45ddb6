"""Bases: facts are read-only, and state moves only through operation buttons that call operations."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from databroker import lifecycle
from databroker.actors import Actor
from databroker.errors import DomainError
from databroker.htmx import actor_of
from databroker.models import User
from databroker.states import StaffRole


class ReadOnlyFactsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """Rows are looked at here; nothing is added, edited or deleted by hand. `VIEWERS` names the staff roles."""

    VIEWERS: ClassVar[tuple[StaffRole, ...]] = tuple(role for role in StaffRole if role)

    def _may(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.has_staff_role(*self.VIEWERS)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class NoteForm(forms.Form):
    """Why; asked before an operation."""

    note = forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The note is kept with your name in the audit trail.",
    )


Run = Callable[[models.Model, Actor, dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Button:
    """One operation on one object: `verb` of its machine, the label, and the call `run(obj, actor, cleaned)`.

    `roles` may press it. `form` asks what the operation needs; its fields arrive as `cleaned`.
    """

    verb: str
    label: str
    run: Run
    roles: tuple[StaffRole, ...]
    form: type[forms.Form] = NoteForm
    style: str = ""

    def shown_for(self, obj: models.Model, actor: Actor) -> bool:
        return actor.has_staff_role(*self.roles) and lifecycle.can(obj, self.verb)


class OperationButtons(ReadOnlyFactsAdmin):
    """Adds a page per button: says what will happen, asks for the note, calls the operation."""

    BUTTONS: ClassVar[tuple[Button, ...]] = ()
    change_form_template = "admin/operation_change_form.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_operate"
        return [
            path("<path:object_id>/do/<slug:verb>/", self.admin_site.admin_view(self.operate), name=name),
            *super().get_urls(),
        ]

    def buttons_for(self, obj: models.Model, actor: Actor) -> list[dict[str, str]]:
        """Label, style and address of each operation that may be called now."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_operate"
        return [
            {"label": b.label, "style": b.style, "url": reverse(name, args=[obj.pk, b.verb]), "verb": b.verb}
            for b in self.BUTTONS
            if b.shown_for(obj, actor)
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        buttons = self.buttons_for(obj, actor_of(request)) if obj is not None else []
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "operation_buttons": buttons}
        )

    def operate(self, request: HttpRequest, object_id: str, verb: str) -> HttpResponse:
        """GET asks, POST does."""
        obj = self.get_object(request, object_id)
        actor = actor_of(request)
        found = self._button(verb, obj, actor)
        if obj is None or found is None or not self.has_view_permission(request, obj):
            raise PermissionDenied
        form = found.form(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                found.run(obj, actor, form.cleaned_data)
            except DomainError as error:
                form.add_error(None, "\n".join([error.detail, *(issue.message for issue in error.issues)]))
            else:
                messages.success(request, f"Done: {found.label.lower()}.")
                return HttpResponseRedirect(self._change_url(obj))
        context = {
            **self.admin_site.each_context(request),
            "title": found.label,
            "form": form,
            "object": obj,
            "button": found,
            "opts": self.opts,
            "back_url": self._change_url(obj),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/operation_confirm.html", context, status=status)

    def _button(self, verb: str, obj: models.Model | None, actor: Actor) -> Button | None:
        if obj is None:
            return None
        return next((b for b in self.BUTTONS if b.verb == verb and b.shown_for(obj, actor)), None)

    def _change_url(self, obj: models.Model) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])


def read_only(fields: Iterable[str]) -> tuple[str, ...]:
    """Names the fields a change page shows, all of them facts."""
    return tuple(fields)
