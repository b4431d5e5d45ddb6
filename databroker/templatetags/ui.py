"""The components of every page. Parameters are declared: an unknown or missing one is an error as the template loads.

`templates/components/README.md` lists them. Load with `{% load ui %}`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from textwrap import dedent
from typing import Final

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from databroker import formats
from databroker.badges import badge_for
from databroker.money import Money
from databroker.templatetags.ui_fields import field_context, summary_context

register = template.Library()

BUTTON_KINDS: Final = ("", "main", "kept", "stop", "quiet")
BUTTON_SIZES: Final = ("", "s", "l", "wide")
ALERT_ICONS: Final = {"": "info", "kept": "circle-check", "held": "triangle-alert", "dropped": "triangle-alert"}
MESSAGE_KINDS: Final = {"success": "kept", "warning": "held", "error": "dropped"}
STEPS: Final = ("source", "ingest", "store", "refine", "package", "sell")


class ComponentError(ValueError):
    """A component was given a value outside its declared set."""


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ComponentError(f"{name} must be one of {', '.join(repr(choice) for choice in allowed)}, not {value!r}.")
    return value


def _part(name: str, context: Mapping[str, object]) -> SafeString:
    return render_to_string(f"components/{name}.html", dict(context))


# ---- marks ----


@register.simple_tag
def icon(name: str, tone: str = "") -> SafeString:
    """Draw one symbol of the sprite; it is decoration, the word beside it tells."""
    tone_class = f" t-{tone}" if tone else ""
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', tone_class, static("img/icons.svg"), name
    )


@register.simple_tag
def tag(state: str | Enum, word: str = "") -> SafeString:
    """Show a state: the badge table chooses icon, colour and word; `word` replaces the word only."""
    badge = badge_for(state)
    tone_class = "" if badge.tone == "none" else f" tag-{badge.tone}"
    return format_html('<span class="tag{}">{}{}</span>', tone_class, icon(badge.icon), word or badge.word)


@register.simple_tag
def property_tag(word: str) -> SafeString:
    """Show a property (a licence, a use), which is no state: outlined, without icon."""
    return format_html('<span class="tag tag-line">{}</span>', word)


@register.inclusion_tag("components/button.html")
def button(
    label: str,
    kind: str = "",
    icon: str = "",
    size: str = "",
    href: str = "",
    type: str = "submit",
    name: str = "",
    value: str = "",
    popover: str = "",
    form: str = "",
    why_not: str = "",
) -> dict[str, object]:
    """Draw a button, or a link that looks like one when `href` is given.

    `popover` is the id of a dialog it opens. `why_not` is the id of the sentence that says why it cannot work yet.
    """
    _one_of("kind", kind, BUTTON_KINDS)
    _one_of("size", size, BUTTON_SIZES)
    classes = " ".join(["btn", *(f"btn-{part}" for part in (kind, size) if part)])
    return {
        "label": label, "icon": icon, "classes": classes, "href": href, "type": "button" if popover else type,
        "name": name, "value": value, "popover": popover, "form": form, "why_not": why_not,
    }  # fmt: skip


# ---- forms ----


@register.inclusion_tag("components/field.html")
def field(field: BoundField, layout: str = "", hint: str = "", label: str = "") -> dict[str, object]:
    """Render one bound form field: label, hint, field, error, in that order and tied together for readers.

    `layout="choices"` draws radio buttons as sheets; a form field's `choice_notes` (value to sentence) stands in them.
    """
    _one_of("layout", layout, ("", "choices", "drop"))
    return field_context(field, layout=layout, hint=hint, label=label)


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm, task: str = "this can be saved") -> dict[str, object]:
    """Name every error of a form at its top, each a link to its field: "Two things to fix before <task>."."""
    return summary_context(form, task)


# ---- messages ----


@register.simple_block_tag(end_name="endalert")
def alert(content: str, kind: str = "", title: str = "", role: str = "", icon: str = "") -> SafeString:
    """Tell something that stands in the page; `kind` is "", kept, held or dropped, `role` is alert or status."""
    _one_of("kind", kind, tuple(ALERT_ICONS))
    _one_of("role", role, ("", "alert", "status"))
    return _part(
        "alert",
        {"content": content, "kind": kind, "title": title, "role": role, "icon": icon or ALERT_ICONS[kind]},
    )


@register.inclusion_tag("components/messages.html", takes_context=True)
def message_list(context: template.Context) -> dict[str, object]:
    """Show what the last action did, from Django's messages."""
    shown = [
        {"text": message, "kind": MESSAGE_KINDS.get(message.level_tag, "")} for message in context.get("messages") or ()
    ]
    return {"shown": [{**entry, "icon": ALERT_ICONS[entry["kind"]]} for entry in shown]}


@register.simple_block_tag(end_name="endempty_state")
def empty_state(content: str, title: str, icon: str = "layers", level: int = 2) -> SafeString:
    """Say what will be here and why it is worth it; the content holds the sentence and its one button."""
    return _part("empty_state", {"content": content, "title": title, "icon": icon, "level": level})


@register.simple_block_tag(takes_context=True, end_name="enddialog")
def dialog(
    context: template.Context,
    content: str,
    id: str,
    title: str,
    confirm: str,
    safe: str,
    action: str = "",
    kind: str = "stop",
) -> SafeString:
    """Ask again before something others will notice: a popover with a POST form, opened by a button with `popover`.

    `safe` and `confirm` name the two outcomes ("Let it run", "Cancel the run"); the content may hold fields.
    """
    _one_of("kind", kind, BUTTON_KINDS)
    return _part(
        "dialog",
        {
            "content": content, "id": id, "title": title, "confirm": confirm, "safe": safe, "action": action,
            "kind": kind, "csrf_token": context.get("csrf_token"),
        },
    )  # fmt: skip


# ---- ways through the site ----


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, object]:
    """Show where the page stands: label and address in turn, the last label alone."""
    if len(parts) % 2 == 0:
        raise ComponentError("Breadcrumbs take label and address in turn and end with a label.")
    pairs = [{"label": parts[at], "url": parts[at + 1]} for at in range(0, len(parts) - 1, 2)]
    return {"crumbs": pairs, "here": parts[-1]}


@register.inclusion_tag("components/pagination.html")
def pagination(
    next_url: str = "",
    previous_url: str = "",
    first: int = 0,
    last: int = 0,
    total: int | None = None,
    target: str = "",
) -> dict[str, object]:
    """Show "1 to 9 of 39" with Next and Previous of a keyset page; `target` is the id htmx replaces."""
    return {
        "next_url": next_url, "previous_url": previous_url, "first": first, "last": last, "total": total,
        "target": target,
    }  # fmt: skip


@register.inclusion_tag("components/steps.html")
def steps(current: str = "", notes: Mapping[str, str] | None = None) -> dict[str, object]:
    """Draw the bar from source to sell; what lies before `current` is done, "" means all of it."""
    here = STEPS.index(_one_of("current", current, STEPS)) if current else len(STEPS)
    words = notes or {}
    rows = [
        {"word": step.capitalize(), "note": words.get(step, ""), "done": at < here, "now": at == here}
        for at, step in enumerate(STEPS)
    ]
    return {"steps": rows}


@register.simple_tag
def address(name: str, *args: str) -> str:
    """Return the address of a URL name, or nothing where this installation has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


# ---- progress, sums, figures ----


@register.inclusion_tag("components/progress.html")
def progress(
    id: str, label: str, value: float, max: float = 100, note: str = "", hide_label: bool = False
) -> dict[str, object]:
    """Draw how far a piece of work is: the native element with its words below."""
    share = min(value / max, 1) if max else 0
    return {
        "id": id, "label": label, "value": value, "max": max, "note": note, "hide_label": hide_label,
        "percent": formats.percent(share, 0), "done": bool(max) and value >= max,
    }  # fmt: skip


@register.inclusion_tag("components/sum_line.html")
def sum_line(records_in: int, kept: int, dropped: int, held: int, bar: bool = True) -> dict[str, object]:
    """Show the sum that is always in sight: in = kept + dropped + held, and what is not judged yet as a fourth part."""
    open_part = records_in - kept - dropped - held
    if open_part < 0:
        raise ComponentError(f"{kept} kept, {dropped} dropped and {held} held are more than {records_in} in.")
    parts = [("kept", "kept", kept), ("dropped", "dropped", dropped), ("held", "held", held)]
    if open_part:
        parts.append(("none", "not judged yet", open_part))
    return {"records_in": records_in, "parts": parts, "bar": bar and bool(records_in)}


@register.simple_tag
def money(amount: Money | int, currency: str = "", free: bool = False) -> str:
    """Write an amount, given as Money or as minor units and currency; with `free` nothing to pay is said as "Free"."""
    value = amount if isinstance(amount, Money) else Money(amount, currency or settings.DEFAULT_CURRENCY)
    return "Free" if free and not value.minor else formats.money(value)


@register.simple_tag
def digest(value: str, short: bool = False) -> SafeString:
    """Write a digest in groups of four, in the face that is compared byte by byte."""
    return format_html('<span class="mono break">{}</span>', formats.digest_groups(value, short=short))


@register.simple_tag
def time(value: datetime | date | None, form: str = "full") -> SafeString:
    """Write a moment in the reader's zone, with the exact one for machines; `form` is full, date, day or clock."""
    _one_of("form", form, ("full", "date", "day", "clock"))
    if not value:
        return mark_safe("")
    if not isinstance(value, datetime):
        value = timezone.make_aware(datetime(value.year, value.month, value.day))
        form = "date" if form == "full" else form
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.moment(value, form))


@register.simple_block_tag(end_name="endcode")
def code(content: str, label: str) -> SafeString:
    """Show text to be copied, as it is; a script adds a Copy button where there is a clipboard."""
    return _part("code", {"content": mark_safe(dedent(content).strip()), "label": label})  # noqa: S308 - escaped by the block


# ---- filters; an undefined variable reaches them as an empty string ----


@register.filter
def num(value: float | str | None) -> str:
    """Write a number with thousands commas; nothing for None."""
    return "" if value is None or isinstance(value, str) else formats.number(value)


@register.filter
def pct(share: float | str | None) -> str:
    """Write a share of 1 as a percentage; nothing for None."""
    return "" if share is None or isinstance(share, str) else formats.percent(share)


@register.filter
def score(value: float | str | None) -> str:
    """Write a score with two decimals; nothing for None."""
    return "" if value is None or isinstance(value, str) else formats.score(value)


@register.filter
def filesize(size: int | str | None) -> str:
    """Write a number of bytes in decimal units; nothing for None."""
    return "" if size is None or isinstance(size, str) else formats.file_size(size)


@register.filter
def duration(seconds: float | str | None) -> str:
    """Write seconds as people say a duration; nothing for None."""
    return "" if seconds is None or isinstance(seconds, str) else formats.duration(seconds)
