"""Forms of the suppliers' pages."""

from collections.abc import Sequence

from django import forms

from databroker.errors import DomainError
from databroker.states import SourceType
from suppliers.models import Dataset
from suppliers.operations.rights import RightsRecord
from suppliers.states import Basis, LegalBasis

CONFIRM = "I agree to the text below: I may give these files."


class DatasetForm(forms.Form):
    """What is said about a dataset."""

    name = forms.CharField(max_length=120, help_text="As a buyer would look for it.")
    source_type = forms.ChoiceField(label="Who brings it", choices=SourceType.choices)
    description = forms.CharField(
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What is in it, where it comes from, how it was made.",
    )
    topic = forms.CharField(max_length=120, required=False, help_text="What the files are about, in a few words.")
    contact = forms.EmailField(required=False, help_text="Whom to ask about the files.")


class ManyFiles(forms.ClearableFileInput):
    """A file field that takes several."""

    allow_multiple_selected = True


class StreamedFiles(forms.Field):
    """Files that a reception has read before the form is looked at: drawn here, judged there."""

    widget = ManyFiles

    def clean(self, value: object) -> None:
        """Nothing to judge: the view asks the reception."""


class UploadForm(forms.Form):
    """Files and the confirmation."""

    files = StreamedFiles(  # type: ignore[assignment]  # the metaclass takes the field out of the class
        label="Choose files or archives", widget=ManyFiles(attrs={"multiple": True, "data-upload": ""})
    )
    legal_rights_confirmed = forms.BooleanField(
        label=CONFIRM, error_messages={"required": "Tick the box to say that you may give these files."}
    )


class NewcomerForm(UploadForm):
    """The one page on which a newcomer names a dataset and brings its files."""

    field_order = ("dataset", "name", "source_type", "files", "legal_rights_confirmed")

    dataset = forms.ChoiceField(required=False)
    name = forms.CharField(
        label="Name of the new dataset", max_length=120, required=False, help_text="As a buyer would look for it."
    )
    source_type = forms.ChoiceField(label="Who brings it", choices=SourceType.choices, required=False)

    def __init__(
        self, datasets: Sequence[Dataset], data: object = None, initial: dict[str, object] | None = None
    ) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]  # a QueryDict, as views give it
        chosen = self.fields["dataset"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [("", "A new dataset"), *((dataset.public_id, dataset.name) for dataset in datasets)]
        if not datasets:
            chosen.widget = forms.HiddenInput()
            self.fields["name"].required = self.fields["source_type"].required = True

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        named = str(cleaned.get("name") or "").strip()
        if not cleaned.get("dataset") and not named and "name" not in self.errors:
            self.add_error("name", "Give the new dataset a name, or choose one you have.")
        return cleaned


class RightsForm(forms.Form):
    """The full record of rights."""

    basis = forms.ChoiceField(
        label="Why you may give these files",
        choices=[("", "Not said yet"), *Basis.choices],
        required=False,
    )
    basis_note = forms.CharField(
        label="In your own words",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The contract, the deed, the law. Needed for another basis.",
    )
    licence = forms.CharField(
        label="Licence", max_length=80, required=False, help_text="An SPDX identifier, such as CC-BY-4.0 or CC0-1.0."
    )
    own_terms = forms.CharField(
        label="Or your own terms",
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Instead of a licence, never beside one.",
    )
    personal_data = forms.TypedChoiceField(
        label="Do the files hold data about people?",
        choices=[("", "Not said yet"), ("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
    )
    legal_basis = forms.ChoiceField(
        label="If yes, on which legal basis",
        choices=[("", "Not said yet"), *LegalBasis.choices],
        required=False,
    )
    legal_rights_confirmed = forms.BooleanField(
        label="I sign this record and agree to the text below.",
        error_messages={"required": "Tick the box to sign the record."},
    )

    @property
    def record(self) -> RightsRecord:
        """The answers of a valid form."""
        names = ("basis", "basis_note", "licence", "own_terms", "personal_data", "legal_basis")
        return RightsRecord(**{name: self.cleaned_data[name] for name in names})


def show_refusal(form: forms.Form, error: DomainError) -> None:
    """Writes an operation's refusal beside the fields it names, or above them."""
    for issue in error.issues:
        form.add_error(issue.field if issue.field in form.fields else None, issue.message)
    if not error.issues:
        form.add_error(None, error.detail)
