"""Only databroker/lifecycle.py writes `state`; whatever else wants a thing moved calls `transition`."""

import ast

import pytest

from tests.architecture import tree

WRITER = "databroker/lifecycle.py"
# The engine has no rows; where it says "state" it means something of its own.
ROWLESS = "refinery/engine/"


def test_only_the_lifecycle_writes_state():
    offenders = [
        f"{source.path}:{line}"
        for source in tree.modules()
        if source.path != WRITER and not source.path.startswith(ROWLESS)
        for line in state_writes(source.tree)
    ]

    assert offenders == []


@pytest.mark.parametrize(
    "code",
    [
        "run.state = 'done'",
        "run.state: str = 'done'",
        "Run.objects.filter(pk=1).update(state='done', note='')",
        "Run.objects.bulk_update(runs, ['state'])",
        "run.save(update_fields=['state'])",
        "setattr(run, 'state', 'done')",
    ],
)
def test_every_way_to_write_it_is_seen(code):
    assert list(state_writes(ast.parse(code))) == [1]


def state_writes(module):
    """The lines on which a `state` attribute or column is written, rows being born left aside."""
    yield from (node.lineno for node in ast.walk(module) if _assigns(node) or _calls(node))


def _assigns(node):
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and any(map(_is_state, targets))


def _is_state(target):
    return isinstance(target, ast.Attribute) and target.attr == "state"


def _calls(call):
    if not isinstance(call, ast.Call):
        return False
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "update":
        return any(keyword.arg == "state" for keyword in call.keywords)
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    named = {leaf.value for value in values for leaf in ast.walk(value) if isinstance(leaf, ast.Constant)}
    return name in {"bulk_update", "save", "setattr"} and "state" in named
