"""What people type on the refinery's pages."""

from typing import Any

from django import forms

from refinery.bridge import recipe_names

_RECIPES = {
    "general": "General: drops copies and what scores too low, holds what cannot be read",
    "annotate": "Annotate: measures everything, drops nothing",
}


class StartForm(forms.Form):
    """A recipe, and the least quality kept."""

    recipe = forms.ChoiceField(choices=[], initial="general")
    quality_threshold = forms.FloatField(
        label="Least quality kept",
        required=False,
        min_value=0,
        max_value=1,
        help_text="From 0 to 1. Empty takes the recipe's own, 0.5.",
        widget=forms.NumberInput(attrs={"step": "0.05"}),
        error_messages={"invalid": "Write a number from 0 to 1, such as 0.5."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted(recipe_names(), key=lambda name: (name != "general", name))
        self.fields["recipe"].choices = [(name, _RECIPES.get(name, name)) for name in names]  # type: ignore[attr-defined]  # a ChoiceField


class NoteForm(forms.Form):
    """An answer, an appeal, a reason."""

    note = forms.CharField(label="Your words", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class RecordFilterForm(forms.Form):
    """Which records of a run to list; everything may be left open."""

    status = forms.ChoiceField(
        choices=[("", "Any"), ("kept", "Kept"), ("dropped", "Dropped"), ("held", "Held")], required=False
    )
    reason = forms.ChoiceField(choices=[], required=False)
    language = forms.ChoiceField(choices=[], required=False)
    modality = forms.ChoiceField(label="Kind", choices=[], required=False)

    def __init__(self, *args: Any, document: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = {
            "reason": [row["code"] for row in document.get("reasons", [])],
            "language": [row["name"] for row in document.get("languages", [])],
            "modality": [row["name"] for row in document.get("modalities", [])],
        }
        for name, values in found.items():
            choices = [("", "Any"), *((value, value.replace("_", " ")) for value in dict.fromkeys(values))]
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
