"""The charts: what they draw, and that a strict content policy lets them."""

import re

import pytest
from django.template import Context, Template

from databroker.charting import FunnelStage, Scale, bins, segments, ticks
from databroker.templatetags.ui import ComponentError

EVERY_CHART = """
{% histogram counts low=0 high=1 title="Quality" limit=0.5 old_limit=0.4 %}
{% histogram counts low=1 high=10000 title="Length" log=True keep="below" limit=500 %}
{% funnel stages %}
{% stacked_bar parts %}
{% bar_list items title="Reasons" fill="dropped" total=100 %}
{% gauge 0.4 limit=0.5 label="Quality" %}{% gauge None label="Relevance" %}
{% sparkline course label="Rising" %}
{% interval 0.95 0.97 0.98 label="Agreement" scale_low=0.9 %}
"""


def render(source: str, **context: object) -> str:
    return Template("{% load ui charts %}" + source).render(Context(context))


@pytest.fixture
def drawn() -> str:
    return render(
        EVERY_CHART,
        counts=[1, 2, 0, 8],
        stages=[FunnelStage("Read", 10, 1, 1), FunnelStage("Quality", 8, 2, 0)],
        parts=[("kept", "kept", 6), ("held", "held", 4)],
        items=[(f"Reason {number}", 20 - number) for number in range(10)],
        course=[1, 3, 2],
    )


def test_no_chart_has_a_style_attribute_or_a_script(drawn: str) -> None:
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=", drawn)


def test_every_drawing_is_named_or_hidden_from_readers(drawn: str) -> None:
    for opening in re.findall(r"<svg[^>]*>", drawn):
        assert ('role="img"' in opening and 'aria-label="' in opening) or 'aria-hidden="true"' in opening


def test_a_histogram_hatches_what_lies_beyond_its_limit_and_carries_its_numbers() -> None:
    html = render('{% histogram counts low=0 high=1 title="Quality" limit=0.5 %}', counts=[1, 2, 0, 8])
    assert html.count("f-dropped") == 2 and html.count("f-kept") == 1
    assert "Quality: 11 records, 3 of them beyond the limit 0.50" in html
    assert "<table>" in html and "0.75 to 1" in html


def test_a_limit_from_above_turns_the_verdicts_around() -> None:
    fills = [one.fill for one in bins([1, 1], Scale(0, 1), 0.5, "below", 124)]
    assert fills == ["kept", "dropped"]


def test_a_logarithmic_axis_is_labelled_by_powers_of_ten() -> None:
    assert [mark.text for mark in ticks(Scale(1, 1000, log=True), None)] == ["1", "10", "100", "1,000"]


def test_segments_fill_the_bar_and_leave_out_nothing() -> None:
    laid = segments([("kept", 1), ("dropped", 0), ("held", 3)], 4)
    assert [(one.fill, one.start, one.width) for one in laid] == [("kept", "0%", "25%"), ("held", "25%", "75%")]


def test_a_funnel_adds_up_in_every_row() -> None:
    html = render("{% funnel stages %}", stages=[FunnelStage("Read", 10, 1, 1), FunnelStage("Quality", 8, 2, 0)])
    assert 'aria-label="10 in, 8 go on"' in html
    assert re.search(r'<td class="n" data-l="Kept">6</td>', html)


def test_a_stage_that_loses_more_than_came_in_is_refused() -> None:
    with pytest.raises(ComponentError):
        render("{% funnel stages %}", stages=[FunnelStage("Read", 1, 1, 1)])


def test_a_bar_list_gathers_what_exceeds_seven_rows() -> None:
    html = render("{% bar_list items %}", items=[(f"Reason {number}", 1) for number in range(10)])
    assert html.count("<dt>") == 7 and "4 others" in html


def test_a_gauge_without_a_measure_says_so() -> None:
    assert "Relevance: not measured" in render('{% gauge None label="Relevance" %}')


def test_an_empty_funnel_and_an_empty_list_draw_nothing_and_do_not_fail() -> None:
    assert "<rect" not in render(
        "{% funnel stages %}{% bar_list items %}{% stacked_bar parts %}", stages=[], items=[], parts=[]
    )
