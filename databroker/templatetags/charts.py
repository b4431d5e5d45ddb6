"""Charts as server-rendered SVG: classes and presentation attributes only, the same in words, the table behind.

`templates/components/README.md` lists them. Load with `{% load charts %}`.
"""

from collections.abc import Sequence
from typing import Final, cast

from django import template

from databroker import charting, formats
from databroker.charting import FunnelStage, Keep, Scale
from databroker.templatetags.ui import ComponentError

register = template.Library()

FILLS: Final = ("kept", "dropped", "held", "none", "data", "data2", "data3")


def _keep(side: str) -> Keep:
    if side not in ("above", "below"):
        raise ComponentError(f"keep must be 'above' or 'below', not {side!r}.")
    return cast(Keep, side)


def _fill(name: str) -> str:
    if name not in FILLS:
        raise ComponentError(f"A fill must be one of {', '.join(FILLS)}, not {name!r}.")
    return name


@register.inclusion_tag("components/charts/histogram.html")
def histogram(
    counts: Sequence[int],
    low: float,
    high: float,
    title: str,
    sentence: str = "",
    limit: float | None = None,
    keep: str = "above",
    old_limit: float | None = None,
    log: bool = False,
    height: int = 124,
) -> dict[str, object]:
    """Draw how a measure is spread: equal bins from low to high, those beyond the limit hatched."""
    scale = Scale(low, high, log)
    bars = charting.bins(counts, scale, limit, _keep(keep), height)
    marks = {
        "limit": None if limit is None else charting.limit_mark(scale, limit, f"limit {formats.number(limit)}"),
        "old": None if old_limit is None else charting.limit_mark(scale, old_limit, "before"),
    }
    return {
        "title": title, "sentence": sentence, "bins": bars, "ticks": charting.ticks(scale, limit), "height": height,
        "base": height - 22, "tick_y": height - 5, "grid": [22, (height - 44) // 2 + 22], "marks": marks,
        "words": _histogram_words(title, counts, bars, limit),
    }  # fmt: skip


def _histogram_words(title: str, counts: Sequence[int], bars: list[charting.Bin], limit: float | None) -> str:
    words = f"{title}: {formats.number(sum(counts))} records"
    if limit is None:
        return words
    beyond = sum(one.count for one in bars if one.fill == "dropped")
    return f"{words}, {formats.number(beyond)} of them beyond the limit {formats.number(limit)}"


@register.inclusion_tag("components/charts/funnel.html")
def funnel(stages: Sequence[FunnelStage], caption: str = "Records by stage") -> dict[str, object]:
    """Draw where records left, one row a stage, each bar on the scale of the whole input."""
    total = stages[0].records_in if stages else 0
    rows = [{"stage": stage, "segments": _funnel_segments(stage, total)} for stage in stages]
    return {
        "caption": caption, "rows": rows, "records_in": total, "kept": stages[-1].goes_on if stages else 0,
        "dropped": sum(stage.dropped for stage in stages), "held": sum(stage.held for stage in stages),
    }  # fmt: skip


def _funnel_segments(stage: FunnelStage, total: int) -> list[charting.Segment]:
    if stage.goes_on < 0:
        raise ComponentError(f"Stage {stage.label} loses more records than came in.")
    left = total - stage.records_in
    parts = [("kept", stage.goes_on), ("held", stage.held), ("dropped", stage.dropped), ("bg", left)]
    return charting.segments(parts, total) if total else []


@register.inclusion_tag("components/charts/stacked_bar.html")
def stacked_bar(parts: Sequence[tuple[str, str, int]], height: int = 20) -> dict[str, object]:
    """Draw parts (fill, word, count) of a whole end to end; the sentence beside it is its legend."""
    total = sum(count for _, _, count in parts)
    words = ", ".join(f"{formats.number(count)} {word}" for _, word, count in parts)
    laid = charting.segments([(_fill(fill), count) for fill, _, count in parts], total) if total else []
    return {"segments": laid, "words": words, "height": height, "inner": height - 1}


register.inclusion_tag("components/charts/stacked_bar.html", name="sum_bar")(stacked_bar)


@register.inclusion_tag("components/charts/bar_list.html")
def bar_list(
    items: Sequence[tuple[str, int]], title: str = "", fill: str = "data", total: int | None = None
) -> dict[str, object]:
    """Draw (label, count) as bars, most first, at most seven rows and then "n others"; with `total` the shares too."""
    _fill(fill)
    shown = items if len(items) <= charting.MOST_BARS else items[: charting.MOST_BARS - 1]
    rest = items[len(shown) :]
    most = max((count for _, count in items), default=0) or 1
    rows = [_bar(label, count, most, total) for label, count in shown]
    if rest:
        rows.append(_bar(f"{len(rest)} others", sum(count for _, count in rest), most, total))
    return {"title": title, "rows": rows, "fill": fill}


def _bar(label: str, count: int, most: int, total: int | None) -> dict[str, str]:
    share = f"{formats.percent(count / total)}" if total else ""
    width = charting.percent_place(min(count / most, 1) * 100)
    return {"label": label, "count": formats.number(count), "width": width, "share": share}


@register.inclusion_tag("components/charts/gauge.html")
def gauge(
    value: float | None,
    limit: float | None = None,
    label: str = "",
    low: float = 0,
    high: float = 1,
    keep: str = "above",
) -> dict[str, object]:
    """Draw a measured value as a bar and its limit as a tick; nothing measured draws an empty bar and says so."""
    scale, side = Scale(low, high), _keep(keep)
    if value is None:
        return {"width": "0%", "fill": "none", "limit": None, "words": f"{label}: not measured".lstrip(": ")}
    passed = limit is None or (value >= limit if side == "above" else value <= limit)
    words = f"{label} {formats.number(value)}" + ("" if limit is None else f", limit {formats.number(limit)}")
    return {
        "width": charting.percent_place(scale.share(value)),
        "fill": "data" if limit is None else "kept" if passed else "dropped",
        "limit": None if limit is None else charting.percent_place(scale.share(limit)),
        "words": words.strip(),
    }


@register.inclusion_tag("components/charts/sparkline.html")
def sparkline(values: Sequence[float], label: str) -> dict[str, object]:
    """Draw a course of values, 96 by 24 pixels, no axis; the label says in words what it shows."""
    return {"path": charting.spark_path(values) if values else "", "label": label}


@register.inclusion_tag("components/charts/interval.html")
def interval(
    low: float, value: float, high: float, label: str, scale_low: float = 0, scale_high: float = 1
) -> dict[str, object]:
    """Draw how sure a figure is: the band from low to high and the value as a tick, on a named scale."""
    scale = Scale(scale_low, scale_high)
    start, end = scale.share(low), scale.share(high)
    figures = [charting.axis_number(figure) for figure in (value, low, high)]
    words = "{}: {}, likely between {} and {}".format(label, *figures)
    return {
        "start": charting.percent_place(start), "width": charting.percent_place(end - start),
        "tick": charting.percent_place(scale.share(value)), "words": words,
        "ends": [charting.axis_number(scale_low), charting.axis_number(scale_high)],
    }  # fmt: skip
