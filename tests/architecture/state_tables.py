"""docs/states.md, rendered from every `<app>/states.py`: `python -m tests.architecture.state_tables` writes it."""

from importlib import import_module

from databroker.states import Machine
from tests.architecture import tree

PAGE = tree.ROOT / "docs/states.md"
HEAD = """# States

Written by `python -m tests.architecture.state_tables` from the tables of moves in `<app>/states.py`; a test says when
it is out of date. Nothing but `databroker/lifecycle.py` writes a state: it refuses a move that its table lacks, and a
move that came second. Each move is in the audit with who made it. One marked *note* asks for a sentence that says why.
"""


def machines():
    """Every machine of the four packages, in the order of the trade."""
    for package in tree.PACKAGES:
        module = import_module(f"{package}.states")
        yield from (value for value in vars(module).values() if isinstance(value, Machine))


def render():
    lines = [HEAD]
    for machine in machines():
        lines += [f"## {machine.name.capitalize()}", "", "| move | from | to |", "|---|---|---|"]
        for verb, move in machine.moves.items():
            sources = " ".join(f"`{state}`" for state in sorted(move.sources))
            lines.append(f"| `{verb}`{' (note)' if move.note_required else ''} | {sources} | `{move.target}` |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
