"""Every component in every state on one page; only under DEBUG."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from databroker.badges import BADGES
from databroker.charting import FunnelStage
from databroker.money import Money

# A smooth hill with a long tail, so that every part of a histogram is seen. The figures stand for nothing.
_HILL = (
    [2 * step for step in range(20)] + [40 + 9 * step for step in range(12)] + [150 - 13 * step for step in range(8)]
)
_COLOURS = (
    "ink", "ink-2", "ink-3", "line-strong", "line", "paper", "accent", "accent-wash", "kept-fill", "dropped-fill",
    "held-fill", "data-1", "data-2", "data-3",
)  # fmt: skip


class ExampleForm(forms.Form):
    """One field of each kind."""

    price = forms.DecimalField(
        label="Price in euro",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text="Similar datasets sell for 3,200 to 6,500.",
    )
    note = forms.CharField(label="Note to the curator", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    licence = forms.ChoiceField(
        label="Licence",
        choices=[("press", "Standard press licence 2.1"), ("own", "My own text")],
        widget=forms.RadioSelect,
    )
    source = forms.ChoiceField(label="Kind of source", choices=[("", "Choose one"), ("university", "University")])
    uses = forms.MultipleChoiceField(
        label="It may be used for",
        choices=[("train", "Training"), ("evaluate", "Evaluation")],
        widget=forms.CheckboxSelectMultiple,
    )
    upload = forms.FileField(
        label="Choose files or archives", help_text="Text to 100 MB, pictures 50 MB.", required=False
    )
    agree = forms.BooleanField(label="I may give these files for the uses I permit")


class RoleForm(forms.Form):
    """The choice at registration, as sheets."""

    role = forms.ChoiceField(
        label="What brings you here",
        choices=[("supplier", "I have data"), ("buyer", "I need data")],
        widget=forms.RadioSelect,
        initial="supplier",
    )
    role.choice_notes = {"supplier": "Clean it, keep it or sell it.", "buyer": "Search, buy and download."}  # type: ignore[attr-defined]


def styleguide(request: HttpRequest) -> HttpResponse:
    """Render the parts with figures that stand for nothing."""
    return render(
        request,
        "pages/styleguide.html",
        {
            "states": sorted(BADGES),
            "colours": _COLOURS,
            "form": ExampleForm(),
            "bad_form": ExampleForm({"bad-price": "four thousand"}, prefix="bad"),
            "role_form": RoleForm(prefix="role"),
            "counts": _HILL,
            "course": [3, 5, 4, 8, 7, 9, 4, 11, 12],
            "reasons": [(f"Reason {number}", 900 // number) for number in range(1, 11)],
            "shares": [("data", "supplier", 85), ("data2", "partner", 5), ("data3", "marketplace", 10)],
            "stages": [
                FunnelStage("Read", 1000, 40, 10, "Open every file and split it into records"),
                FunnelStage("Exact copies", 950, 120, 0, "Same bytes as another record"),
                FunnelStage("Quality", 830, 90, 20, "Score of at least 0.50"),
            ],
            "now": timezone.now(),
            "price": Money(480000, "EUR"),
            "digest": "sha256:4fb290e61d5ca93e4fb290e61d5ca93e4fb290e61d5ca93e4fb290e61d5ca93e",
            "step_notes": {"source": "3 folders", "ingest": "1,204 files", "refine": "19 minutes left"},
        },
    )
