"""The page of reasons is what the catalogue says."""

from tests.refinery.engine import reason_page


def test_the_page_of_reasons_is_up_to_date():
    page = reason_page.PAGE.read_text(encoding="utf-8")

    assert page == reason_page.render(), "run `python -m tests.refinery.engine.reason_page`"
