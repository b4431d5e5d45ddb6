"""Everything installed or shipped stands under a licence we accept, and the two documents say so."""

import shutil

import pytest

from databroker import licences
from databroker.management.commands.licences import documents
from tests.architecture import tree


def test_every_licence_is_on_the_allow_list():
    assert licences.problems(tree.ROOT) == []


def test_notice_and_page_are_up_to_date():
    stale = [path.name for path, text in documents(tree.ROOT).items() if path.read_text(encoding="utf-8") != text]

    assert stale == [], "run `manage.py licences --write`"


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ("MIT", []),
        ("MIT AND BSD-3-Clause", []),
        ("GPL-3.0-only OR Apache-2.0", []),
        ("MIT AND GPL-3.0-only", ["GPL-3.0-only"]),
        ("CC-BY-NC-4.0", ["CC-BY-NC-4.0"]),
    ],
)
def test_an_expression_is_refused_for_what_it_obliges_us_to(expression, refused):
    assert licences.unknown_parts(expression) == refused


def test_a_file_that_nobody_vouches_for_is_named(tmp_path):
    shutil.copy(tree.ROOT / "requirements.txt", tmp_path)
    stray = tmp_path / "static/vendor/found-somewhere.js"
    stray.parent.mkdir(parents=True)
    stray.touch()

    assert licences.problems(tmp_path) == ["static/vendor/found-somewhere.js: no entry of ASSETS covers this file."]
