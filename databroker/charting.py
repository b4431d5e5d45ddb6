"""The geometry of the charts: percent across, pixels up, so that text keeps its size without a style attribute."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from databroker import formats

Keep: TypeAlias = Literal["above", "below"]

MOST_BARS: Final = 7
_TOP: Final = 22.0
_FOOT: Final = 22.0
_GAP: Final = 0.3


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """One stage of a run: what came in, what was dropped and held here; what goes on is the rest."""

    label: str
    records_in: int
    dropped: int
    held: int
    note: str = ""

    @property
    def goes_on(self) -> int:
        """Records that leave this stage for the next one."""
        return self.records_in - self.dropped - self.held


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a stacked bar, in percent of its width; `fill` is the CSS class without its f-."""

    fill: str
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a histogram: place in percent, height in pixels, and the figures behind it."""

    x: str
    width: str
    y: str
    height: str
    fill: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled place on an axis; `anchor` keeps the text inside the drawing."""

    x: str
    text: str
    anchor: str
    dx: int = 0


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear or logarithmic axis from `low` to `high`."""

    low: float
    high: float
    log: bool = False

    def share(self, value: float) -> float:
        """Return where a value lies, 0 to 100, clamped to the axis."""
        low, high, at = (self._place(one) for one in (self.low, self.high, value))
        return min(max((at - low) / (high - low) * 100, 0.0), 100.0) if high > low else 0.0

    def value(self, share: float) -> float:
        """Return the value at a share of the axis, 0 to 1."""
        low, high = self._place(self.low), self._place(self.high)
        at = low + (high - low) * share
        return 10**at if self.log else at

    def _place(self, value: float) -> float:
        return math.log10(max(value, 1e-12)) if self.log else value


def percent_place(value: float) -> str:
    """Write a place on the percent axis."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def axis_number(value: float) -> str:
    """Write a value under an axis: no more decimals than it needs, never more than two."""
    return formats.number(value, 0) if value == int(value) or abs(value) >= 100 else f"{value:.2f}".rstrip("0")


def segments(parts: Sequence[tuple[str, int]], total: int) -> list[Segment]:
    """Lay parts (fill, count) end to end on a bar that stands for `total`."""
    laid, start = [], 0
    for fill, count in parts:
        if count:
            laid.append(Segment(fill, percent_place(start / total * 100), percent_place(count / total * 100)))
        start += count
    return laid


def bins(counts: Sequence[int], scale: Scale, limit: float | None, keep: Keep, height: int) -> list[Bin]:
    """Draw the bars of a histogram of equal bins; those beyond the limit are hatched."""
    room, most = height - _TOP - _FOOT, max(counts, default=0) or 1
    step = 100 / len(counts)
    drawn = []
    for at, count in enumerate(counts):
        edges = scale.value(at / len(counts)), scale.value((at + 1) / len(counts))
        tall = max(count / most * room, 1.0) if count else 0.0
        drawn.append(
            Bin(
                x=percent_place(at * step + step * _GAP / 10),
                width=percent_place(step * (1 - _GAP / 5)),
                y=f"{height - _FOOT - tall:.1f}",
                height=f"{tall:.1f}",
                fill=_bin_fill(edges, limit, keep),
                label=f"{axis_number(edges[0])} to {axis_number(edges[1])}",
                count=count,
            )
        )
    return drawn


def _bin_fill(edges: tuple[float, float], limit: float | None, keep: Keep) -> str:
    if limit is None:
        return "data"
    middle = sum(edges) / 2
    return "kept" if (middle >= limit) == (keep == "above") else "dropped"


def ticks(scale: Scale, limit: float | None) -> list[Mark]:
    """Return the labels under a histogram's axis: its quarters, or its powers of ten, none upon the limit's own."""
    values = _powers(scale) if scale.log else [scale.value(quarter / 4) for quarter in range(5)]
    taken = None if limit is None else scale.share(limit)
    marks = []
    for value in values:
        place = scale.share(value)
        if taken is None or abs(place - taken) >= 2 or not 1 < place < 99:
            marks.append(Mark(percent_place(place), axis_number(value), _anchor(place)))
    return marks


def limit_mark(scale: Scale, limit: float, text: str) -> Mark:
    """Return the label of a limit's line, on the side where there is room."""
    place = scale.share(limit)
    right = place < 70
    return Mark(percent_place(place), text, "start" if right else "end", 6 if right else -6)


def spark_path(values: Sequence[float]) -> str:
    """Return the path of a sparkline in a box of 100 by 24."""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    last = max(len(values) - 1, 1)
    points = (f"{at / last * 100:.1f} {22 - (value - low) / span * 20:.1f}" for at, value in enumerate(values))
    return "M" + " L".join(points)


def _powers(scale: Scale) -> list[float]:
    first, last = math.ceil(math.log10(max(scale.low, 1e-12))), math.floor(math.log10(max(scale.high, 1e-12)))
    return [float(10**power) for power in range(first, last + 1)]


def _anchor(place: float) -> str:
    return "start" if place <= 1 else "end" if place >= 99 else "middle"
