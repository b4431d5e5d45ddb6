"""Whatever somebody may set, call or meet is named in the README or the docs."""

import ast
import re
from pathlib import Path

from django.core.management import get_commands

from refinery.engine.catalogue import BLOCKS
from refinery.engine.reasons import SENTENCES
from tests.architecture import state_tables, tree

# The reader itself, what tells Django which settings to read, and what hands a few names on to the engine child.
ENTRANCES = {"databroker/env.py", "databroker/wsgi.py", "refinery/bridge/child.py"}
READERS = {"text", "flag", "number", "words", "database", "email"}


def variables():
    """Every environment variable that the settings or a command reads through databroker.env."""
    for source in tree.modules():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and _reads_environment(node, source.path):
                values = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "alias")]
                yield from (value.value for value in values if isinstance(value, ast.Constant) and value.value)


def _reads_environment(call, path):
    if not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Name):
        return False
    owner = "_env" if path == "databroker/env.py" else "env"
    return call.func.value.id == owner and call.func.attr in READERS | {"str"}


def test_every_variable_is_in_the_configuration_page():
    page = (tree.ROOT / "docs/configuration.md").read_text(encoding="utf-8")

    assert sorted(name for name in set(variables()) if f"`{name}`" not in page) == []


def test_the_configuration_page_names_no_variable_that_nothing_reads():
    page = (tree.ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([A-Z_0-9]+)`", page, re.MULTILINE))

    assert sorted(named - set(variables())) == []


def test_only_the_kernels_reader_touches_the_environment():
    offenders = [
        f"{source.path}:{node.lineno}"
        for source in tree.modules()
        if source.path not in ENTRANCES
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and ast.unparse(node.value) == "os"
    ]

    assert offenders == []


def test_every_command_is_documented():
    ours = [name for name, app in get_commands().items() if app in tree.PACKAGES]
    text = tree.documentation()

    assert sorted(name for name in ours if f"manage.py {name}" not in text) == []


def test_every_make_target_is_documented():
    targets = re.findall(r"^([a-z-]+):.*## ", (tree.ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    text = tree.documentation()

    assert sorted(name for name in targets if f"make {name}" not in text) == []


def test_the_page_of_states_is_up_to_date():
    page = state_tables.PAGE.read_text(encoding="utf-8")

    assert page == state_tables.render(), "run `python -m tests.architecture.state_tables`"


def test_every_reason_code_is_documented():
    text = tree.documentation()

    assert sorted(code for code in SENTENCES if f"`{code}`" not in text) == []


def test_every_block_is_documented():
    text = tree.documentation()

    assert sorted(name for name in BLOCKS if f"`{name}`" not in text) == []


def test_every_link_between_the_pages_leads_somewhere():
    dead = []
    for page in [tree.ROOT / "README.md", *(tree.ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                dead.append(f"{Path(page).relative_to(tree.ROOT)}: {target}")

    assert dead == []
