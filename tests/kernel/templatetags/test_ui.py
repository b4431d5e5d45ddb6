"""The components say what they show, and refuse what they do not know."""

from datetime import UTC, datetime

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError

from databroker.badges import BADGES, UnknownState, badge_for
from databroker.money import Money
from databroker.templatetags.ui import ComponentError


def render(source: str, **context: object) -> str:
    return Template("{% load ui charts %}" + source).render(Context(context))


class PriceForm(forms.Form):
    price = forms.IntegerField(label="Price", help_text="In euro.")
    licence = forms.ChoiceField(label="Licence", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    remark = forms.CharField(label="Remark", required=False)


@pytest.mark.parametrize(
    "source",
    [
        '{% icon "x" colour="red" %}',
        "{% tag %}",
        '{% button "Save" colour="red" %}',
        "{% field %}",
        '{% alert colour="red" %}x{% endalert %}',
        '{% dialog id="a" title="b" %}x{% enddialog %}',
        "{% sum_line 1 1 0 %}",
        '{% progress "a" "b" %}',
        "{% code %}x{% endcode %}",
        "{% empty_state %}x{% endempty_state %}",
        "{% histogram counts low=0 high=1 %}",
        "{% funnel stages colour=1 %}",
    ],
)
def test_an_unknown_or_missing_parameter_is_an_error_as_the_template_loads(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template("{% load ui charts %}" + source)


@pytest.mark.parametrize(
    "source", ['{% button "Save" kind="loud" %}', '{% alert kind="red" %}x{% endalert %}', '{% steps current="pay" %}']
)
def test_a_value_outside_the_declared_set_is_refused(source: str) -> None:
    with pytest.raises(ComponentError):
        render(source)


@pytest.mark.parametrize("state", sorted(BADGES))
def test_a_state_shows_an_icon_and_a_word_whatever_its_case(state: str) -> None:
    html = render("{% tag state %}", state=state.upper())
    assert f"#i-{BADGES[state].icon}" in html
    assert BADGES[state].word in html


def test_a_state_without_a_badge_is_refused() -> None:
    with pytest.raises(UnknownState):
        badge_for("melted")


def test_a_field_with_an_error_ties_label_hint_and_error_to_its_control() -> None:
    form = PriceForm({"price": "four", "licence": "a"})
    html = render("{% field form.price %}", form=form)
    assert '<label for="id_price">Price' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_price_error id_price_hint"' in html
    assert 'id="id_price_error"' in html and 'id="id_price_hint"' in html


def test_an_optional_field_says_so_and_a_required_one_does_not() -> None:
    assert "(optional)" in render("{% field form.remark %}", form=PriceForm())
    assert "(optional)" not in render("{% field form.price %}", form=PriceForm())


def test_radio_buttons_stand_in_a_fieldset_with_a_legend() -> None:
    html = render("{% field form.licence %}", form=PriceForm())
    assert "<fieldset" in html and "<legend>Licence" in html
    assert html.count('<label for="id_licence_') == 2


def test_the_error_summary_counts_and_links_every_error() -> None:
    html = render('{% error_summary form task="this can be listed" %}', form=PriceForm({}))
    assert "Two things to fix before this can be listed." in html
    assert 'href="#id_price"' in html and 'href="#id_licence_0"' in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert render("{% error_summary form %}", form=PriceForm({"price": 1, "licence": "a"})).strip() == ""


def test_a_sum_names_what_is_not_judged_yet() -> None:
    html = render("{% sum_line 1000 700 200 50 %}")
    assert "<b>1,000</b> in" in html
    assert "<b>50</b> not judged yet" in html


def test_a_sum_that_exceeds_what_came_in_is_refused() -> None:
    with pytest.raises(ComponentError, match="more than"):
        render("{% sum_line 10 8 3 0 %}")


def test_a_dialog_posts_with_its_token_and_puts_the_safe_choice_first() -> None:
    source = '{% dialog id="cut" title="Cut?" confirm="Cut it" safe="Keep it" action="/cut/" %}<p>x</p>{% enddialog %}'
    html = render(source, csrf_token="t0k3n")
    assert 'method="post" action="/cut/"' in html and "t0k3n" in html
    assert html.index("Keep it") < html.index("Cut it")


def test_text_given_to_a_component_is_escaped() -> None:
    html = render("{% tag 'kept' word=evil %}{% code label='x' %}{{ evil }}{% endcode %}", evil="<script>")
    assert "<script>" not in html and html.count("&lt;script&gt;") == 2


def test_breadcrumbs_end_with_a_label() -> None:
    assert 'aria-current="page">Here' in render('{% breadcrumbs "Up" "/up/" "Here" %}')
    with pytest.raises(ComponentError):
        render('{% breadcrumbs "Up" "/up/" %}')


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ 1248306|num }}", "1,248,306"),
        ("{{ value|num }}", "−3"),
        ("{{ 0.0842|pct }}", "8.4\N{NO-BREAK SPACE}%"),
        ("{{ 0.5|pct }}", "50\N{NO-BREAK SPACE}%"),
        ("{{ 0.00001|pct }}", "under 0.1\N{NO-BREAK SPACE}%"),
        ("{{ 0.944|score }}", "0.94"),
        ("{{ 71400000000|filesize }}", "71.4\N{NO-BREAK SPACE}GB"),
        ("{{ 0|filesize }}", "0\N{NO-BREAK SPACE}B"),
        ("{{ 372|duration }}", "6\N{NO-BREAK SPACE}min 12\N{NO-BREAK SPACE}s"),
        ("{% money price %}", "€4,800.00"),
        ('{% money 500 "JPY" %}', "¥500"),
        ('{% money 0 "USD" free=True %}', "Free"),
        ('{% digest "sha256:0123456789abcdef0123" short=True %}', "sha256:0123 4567 … 0123"),
        ('{% time moment "date" %}', "21 Nov 2026"),
    ],
)
def test_figures_are_written_for_people(source: str, shown: str) -> None:
    html = render(source, value=-3, price=Money(480000, "EUR"), moment=datetime(2026, 11, 21, 16, 41, tzinfo=UTC))
    assert shown in html


def test_pages_name_the_place_and_let_htmx_replace_the_rows() -> None:
    html = render('{% pagination next_url="?c=2" first=1 last=9 total=39 target="rows" %}')
    assert "1 to 9 of 39" in html
    assert 'rel="next"' in html and 'hx-target="#rows"' in html and 'href="?c=2"' in html
