"""Small inputs for the engine's tests, and one call that refines them."""

import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
from PIL import Image

from refinery.engine.job import Job
from refinery.engine.recipe import load_recipe
from refinery.engine.run import run

PROSE = (
    "The committee met on a cold morning in March to talk about the bridge over the river. "
    "Nobody had crossed it since the flood, and the people of the village had to walk for an hour to reach the market. "
    "After a long discussion they agreed to repair the northern arch first and to ask the county for a loan. "
    "The mayor promised that the work would begin before the summer and that the school would help to raise money. "
)
OTHER = (
    "Bees find their way home by the position of the sun and by the shape of the hills around the hive. "
    "When a worker comes back with nectar she dances on the comb, and the others read from her dance how far they have "
    "to fly and in which direction. This language was understood by a scientist who watched them for many years and "
    "wrote down every turn that they made in the dark of the hive. "
)


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def gradient(path: Path, side: int = 96, shift: int = 0) -> None:
    """A small picture with texture, another one for each `shift`."""
    picture = Image.new("RGB", (side, side))
    pixels = [
        ((x * 5 + shift) % 256, (y * 7 + x * shift) % 256, (x * y + shift * 11) % 256)
        for y in range(side)
        for x in range(side)
    ]
    picture.putdata(pixels)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)


def mixed_input(folder: Path) -> Path:
    """Texts, rows, pictures, copies of each, and files that cannot be read."""
    write_rows(
        folder / "texts.jsonl",
        [
            {"id": "bridge", "text": PROSE},
            {"id": "bridge-again", "text": PROSE},
            {"id": "bridge-near", "text": PROSE.replace("cold morning", "dull morning")},
            {"id": "bees", "text": OTHER},
            {"id": "short", "text": "Too short."},
        ],
    )
    (folder / "broken.jsonl").write_text('{"text": "fine"}\n{broken\n')
    (folder / "table.csv").write_text("name,city\nAda,London\nAda,London\nonly one cell\nGrace,New York\n")
    (folder / "empty.txt").touch()
    gradient(folder / "one.png")
    gradient(folder / "same.bmp")
    gradient(folder / "other.png", shift=77)
    return folder


def job(out: Path, *inputs: Path, recipe: str = "general", **changes: object) -> Job:
    made = Job(out=str(out), recipe=load_recipe(recipe).document, inputs=tuple(map(str, inputs)))
    return replace(made, **changes)


def refine(out: Path, *inputs: Path, **options):
    return run(job(out, *inputs, **options))


def ledger(out: Path, folder: str = "ledger") -> list[dict[str, object]]:
    files = sorted((out / folder).glob("*.parquet"))
    return [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]
