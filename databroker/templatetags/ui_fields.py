"""What a form field needs to be drawn: its kind, its parts in order, and the ids that tie them together."""

from collections.abc import Iterable, Mapping

from django.forms import (
    BaseForm,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    HiddenInput,
    RadioSelect,
    Widget,
)
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from databroker import formats

_SMALL_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def _kind(widget: Widget) -> str:
    if isinstance(widget, HiddenInput):
        return "hidden"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "group"
    if isinstance(widget, CheckboxInput):
        return "check"
    return "drop" if isinstance(widget, FileInput) else "line"


def _described_by(bound: BoundField, hint: str) -> str:
    ids = [f"{bound.auto_id}_error"] if bound.errors else []
    if hint:
        ids.append(f"{bound.auto_id}_hint")
    return " ".join(ids)


def _control(bound: BoundField, described_by: str) -> SafeString:
    attributes: dict[str, str | bool] = {}
    own = bound.field.widget.attrs
    if str(bound.label).lower() in str(own.get("placeholder", "")).lower():
        own.pop("placeholder", None)  # it would only repeat the label
    if described_by:
        attributes["aria-describedby"] = described_by
    return bound.as_widget(attrs=attributes)  # which adds aria-invalid itself


def _options(bound: BoundField, described_by: str) -> list[dict[str, str]]:
    notes: Mapping[str, str] = getattr(bound.field, "choice_notes", {})
    options = []
    for option in bound.subwidgets:
        if described_by:
            option.data["attrs"]["aria-describedby"] = described_by
        note = notes.get(str(option.data["value"]), "")
        options.append({"control": option.tag(), "id": option.id_for_label, "label": option.choice_label, "note": note})
    return options


def field_context(bound: BoundField, *, layout: str, hint: str, label: str) -> dict[str, object]:
    """Return what `components/field.html` draws for one bound field."""
    kind = _kind(bound.field.widget)
    words = hint or str(bound.help_text or "")
    described_by = _described_by(bound, words)
    return {
        "field": bound,
        "kind": layout if layout == "drop" else kind,
        "layout": layout,
        "label": label or bound.label,
        "hint": words,
        "error_id": f"{bound.auto_id}_error",
        "hint_id": f"{bound.auto_id}_hint",
        "control": "" if kind == "group" else _control(bound, described_by),
        "options": _options(bound, described_by) if kind == "group" else [],
        "optional": not bound.field.required and kind != "check",
    }


def _target(bound: BoundField) -> str:
    """Return the id of the first control of a field, which for a group is its first option."""
    if _kind(bound.field.widget) == "group":
        return next((str(option.id_for_label) for option in bound.subwidgets), bound.auto_id)
    return bound.id_for_label or bound.auto_id


def _problems(form: BaseForm) -> Iterable[dict[str, str]]:
    for bound in form:
        for error in bound.errors:
            yield {"target": _target(bound), "label": str(bound.label), "text": str(error)}


def summary_context(form: BaseForm, task: str) -> dict[str, object]:
    """Return what `components/error_summary.html` draws: a title that counts, and one line per error."""
    if not form.is_bound or not form.errors:
        return {"title": ""}
    problems = list(_problems(form))
    general = [str(error) for error in form.non_field_errors()]
    count = len(problems) + len(general)
    word = _SMALL_NUMBERS[count] if count < len(_SMALL_NUMBERS) else formats.number(count)
    things = "thing" if count == 1 else "things"
    return {"title": f"{word} {things} to fix before {task}.", "problems": problems, "general": general}
