"""How long files and functions may be, and what must not stand in them."""

import ast
import re

from tests.architecture import tree

FILE_LINES = 400
FUNCTION_LINES = 50
TOP_LEVEL = {
    *("manage.py", "databroker", "suppliers", "refinery", "marketplace", "templates", "static", "requirements.txt"),
    *("tests", "README.md", "Makefile", "pyproject.toml", "CHANGELOG.md", "NOTICE", "docs", ".ci", "LICENSE"),
    ".gitignore",
}
# Made by tools or by use, and named in .gitignore.
LOCAL = re.compile(r"\.git|\.venv|var|\.env|\..*_cache|\.hypothesis|dist|test-results|__pycache__|\.coverage")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|coming soon|not yet implemented")
MACHINE_PATH = re.compile(r"""["'(= `](/root|/home|/work|/opt|/Users)/[a-z]""")


def test_files_end_before_400_lines():
    found = {file.relative_to(tree.ROOT).as_posix(): _lines(file) for file in tree.files(".py", ".html", ".css", ".js")}

    assert {path: count for path, count in found.items() if count > FILE_LINES and "/migrations/" not in path} == {}


def test_functions_end_before_50_lines():
    too_long = [
        f"{source.path}:{node.lineno} {node.name}"
        for source in tree.modules(*tree.PACKAGES, "tests")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES
    ]

    assert too_long == []


def test_every_module_of_ours_begins_by_saying_what_lives_in_it():
    silent = [source.path for source in tree.modules() if source.tree.body and not ast.get_docstring(source.tree)]

    assert silent == []


def test_nothing_unfinished_is_left_in_the_tree():
    assert _matches(UNFINISHED) == []


def test_no_path_of_somebodys_machine_is_in_the_tree():
    assert _matches(MACHINE_PATH) == []


def test_the_top_level_is_the_agreed_one():
    found = {path.name for path in tree.ROOT.iterdir() if not LOCAL.fullmatch(path.name)}

    assert found <= TOP_LEVEL


def _lines(file):
    return file.read_text(encoding="utf-8").count("\n")


def _matches(pattern):
    this = "tests/architecture/test_size_and_words.py"
    found = []
    for file in tree.files(*tree.TEXTS):
        path = file.relative_to(tree.ROOT).as_posix()
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if path != this else []
        found += [f"{path}:{number}" for number, line in enumerate(lines, 1) if pattern.search(line)]
    return found
