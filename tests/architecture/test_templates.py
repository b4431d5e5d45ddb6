"""What the strict content security policy would refuse must not stand in a template in the first place."""

import re
from html.parser import HTMLParser

import pytest

from tests.architecture import tree

# A block of data is not run, so the policy lets it pass.
DATA_TYPES = {"application/json", "application/ld+json"}
TAG = re.compile(r"{%.*?%}|{#.*?#}|{{.*?}}", re.DOTALL)


class Inline(HTMLParser):
    """Collects what would run or style inline, and what would come from another host."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in facts and facts.get("type") not in DATA_TYPES):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith("on") or name.startswith("hx-on"):
                self.found.append(f"<{tag} {name}>")
            if name in {"src", "srcset"} and (value or "").startswith(("http:", "https:", "//")):
                self.found.append(f"<{tag} {name}={value}>")


def inline(html):
    parser = Inline()
    parser.feed(TAG.sub("", html))
    return parser.found


def pages():
    for file in tree.files(".html"):
        if "/emails/" not in file.as_posix():
            yield file


def test_no_template_has_inline_style_script_or_handler():
    offenders = {file.relative_to(tree.ROOT).as_posix(): inline(file.read_text(encoding="utf-8")) for file in pages()}

    assert {path: found for path, found in offenders.items() if found} == {}


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color: red">',
        '<button onclick="go()">',
        '<div hx-on:click="go()">',
        "<style>p {}</style>",
        "<script>go()</script>",
        '<script src="https://cdn.example.org/x.js"></script>',
    ],
)
def test_every_kind_of_inline_code_is_seen(html):
    assert inline(html) != []


def test_a_block_of_data_and_a_template_tag_pass():
    assert inline('<script type="application/json">{}</script><p {% if x %}class="a"{% endif %}>') == []
