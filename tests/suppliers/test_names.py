"""Which names are accepted, how a second one is numbered, and how they are shown."""

import pytest

from suppliers import names
from suppliers.models.files import path_key
from suppliers.states import Refusal


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("a.txt", None),
        ("b/a.txt", None),
        ("..txt", None),
        ("a..b", None),
        (" ", None),
        ("\udce9.txt", None),
        ("x" * 255, None),
        ("\u00e9" * 127, None),
        ("", Refusal.NAME_MISSING),
        (".", Refusal.NAME_MISSING),
        ("..", Refusal.NAME_LEAVES_FOLDER),
        ("../a", Refusal.NAME_LEAVES_FOLDER),
        ("a/../../b", Refusal.NAME_LEAVES_FOLDER),
        ("a\\..\\b", Refusal.NAME_LEAVES_FOLDER),
        ("/a", Refusal.NAME_ABSOLUTE),
        ("\\\\host\\a", Refusal.NAME_ABSOLUTE),
        ("C:\\a", Refusal.NAME_ABSOLUTE),
        ("a\x00b", Refusal.NAME_CONTROL),
        ("a\nb", Refusal.NAME_CONTROL),
        ("a\x7f", Refusal.NAME_CONTROL),
        ("x" * 256, Refusal.NAME_TOO_LONG),
        ("\u00e9" * 128, Refusal.NAME_TOO_LONG),
        ("/".join(["x" * 200] * 25), Refusal.NAME_TOO_LONG),
    ],
)
def test_a_name_is_judged(name, rule):
    assert names.refusal_of(name) == rule


@pytest.mark.parametrize(
    ("path", "second"),
    [
        ("a.txt", "a~2.txt"),
        ("b/a.tar.gz", "b/a.tar~2.gz"),
        (".hidden", ".hidden~2"),
        ("plain", "plain~2"),
        ("b.c/plain", "b.c/plain~2"),
    ],
)
def test_a_second_file_of_a_name_is_numbered(path, second):
    assert names.numbered(path, 2) == second


@pytest.mark.parametrize("name", ["x" * 251 + ".txt", "\u00e9" * 125 + ".txt"])
def test_a_numbered_name_still_fits(name):
    assert len(names.raw(names.numbered(name, 1000))) <= names.SEGMENT_BYTES


def test_empty_and_dot_segments_go():
    assert names.tidy("./b//a.txt") == "b/a.txt"


def test_names_are_compared_in_composed_form():
    assert path_key("caf\u00e9") == path_key("cafe\u0301") != path_key("cafe")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\u202eb", "a‹U+202E›b"),
        ("a\x00b", "a\\x00b"),
        ("\udce9", "\\xe9"),
        ("日本", "日本"),
        ("a\u200bb", "a‹U+200B›b"),
    ],
)
def test_a_name_is_shown_safely(name, shown):
    assert names.shown(name) == shown
