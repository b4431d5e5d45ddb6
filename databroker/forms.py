"""Forms of the kernel's pages."""

from zoneinfo import available_timezones

from django import forms
from django.http import HttpRequest

from databroker.models import Membership, Organization, User
from databroker.operations.accounts import create_personal_organization
from databroker.states import Role, Scope, SourceType


class SignupDetailsForm(forms.Form):
    """What we ask beside e-mail and password; makes the personal organisation."""

    field_order = ["role", "name", "organization_name", "email", "password1", "password2"]

    role = forms.ChoiceField(
        label="What brings you here",
        choices=[("supplier", "I have data"), ("buyer", "I need data"), ("both", "Both")],
        widget=forms.RadioSelect,
        initial="both",
    )
    role.choice_notes = {  # type: ignore[attr-defined]  # read by the field component
        "supplier": "Refine it, take it home clean, or sell it.",
        "buyer": "Judge it, license it, open it in your tools.",
        "both": "One account for both sides.",
    }
    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    organization_name = forms.CharField(
        label="Organisation",
        max_length=120,
        required=False,
        help_text="Leave empty to act for yourself.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth once the account is stored."""
        role = self.cleaned_data["role"]
        create_personal_organization(
            user,
            name=self.cleaned_data["organization_name"] or self.cleaned_data["name"],
            is_personal=not self.cleaned_data["organization_name"],
            is_supplier=role in ("supplier", "both"),
            is_buyer=role in ("buyer", "both"),
        )


class ProfileForm(forms.Form):
    """Name and time zone of a person."""

    name = forms.CharField(label="Name", max_length=120)
    time_zone = forms.ChoiceField(
        label="Time zone", choices=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]
    )


class OrganizationForm(forms.Form):
    """What the marketplace shows of an organisation."""

    name = forms.CharField(label="Name", max_length=120)
    country = forms.RegexField(
        r"^([A-Z]{2})?$", label="Country", required=False, help_text="Two letters, for example DE.", max_length=2
    )
    about = forms.CharField(label="About", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    source_type = forms.ChoiceField(label="Kind", choices=SourceType.choices)
    is_supplier = forms.BooleanField(label="Brings data", required=False)
    is_buyer = forms.BooleanField(label="Buys data", required=False)


class MemberForm(forms.Form):
    """Adds a person who has an account."""

    email = forms.EmailField(label="E-mail address of the person")
    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.CONTRIBUTOR)


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(label="Name", max_length=80, help_text="What it is for, so that you can revoke it later.")
    scopes = forms.MultipleChoiceField(label="It may", choices=Scope.choices, widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(
        label="Valid for",
        choices=[("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "1 year")],
        coerce=int,
        initial="90",
    )


class OrganizationChoiceForm(forms.Form):
    """Which organisation the session acts for."""

    organization = forms.ModelChoiceField(Organization.objects.none())

    def __init__(self, user: User, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict, as views give it
        chosen = self.fields["organization"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = Organization.objects.filter(
                pk__in=Membership.objects.filter(user=user).values("organization")
            )
