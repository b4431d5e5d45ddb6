"""What a run is asked to do, as one frozen value that goes to a file and comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import cast

from refinery.engine.canonical import Json, digest_of
from refinery.engine.errors import UsageError
from refinery.engine.inventory import StoredFile
from refinery.engine.readers import ReadOptions
from refinery.engine.recipe import Recipe, fraction, parse_recipe
from refinery.engine.records import Status


@dataclass(frozen=True, slots=True)
class Override:
    """A curator's verdict on one record: kept, dropped or held. Who and why stay in the database."""

    record_key: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Job:
    """One run.

    `out`: the folder of results. `artefacts`: where intermediate results are kept and found again; "" = inside `out`.
    Either `inputs` (files, folders, globs; `names` fixes their INPUT names by position) or `files` (kept by the caller,
    as one INPUT called `files_name`). `recipe`: the recipe document as JSON text. `threshold` None = the recipe's.
    """

    out: str
    recipe: str
    inputs: tuple[str, ...] = ()
    names: tuple[str, ...] | None = None
    files: tuple[StoredFile, ...] | None = None
    files_name: str = "files"
    artefacts: str = ""
    threshold: float | None = None
    text_column: str | None = None
    id_column: str | None = None
    topic: str | None = None
    overrides: tuple[Override, ...] = ()
    workers: int = 1

    @property
    def artefact_folder(self) -> Path:
        return Path(self.artefacts) if self.artefacts else Path(self.out) / ".artefacts"

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Job:
        """The job again; raises `UsageError` if it is not one."""
        try:
            return _job_of(json.loads(text))
        except (ValueError, TypeError, KeyError) as error:
            raise UsageError(f"This is not a job: {error}") from None


def _job_of(document: dict[str, object]) -> Job:
    files = cast("list[dict[str, object]] | None", document.pop("files", None))
    overrides = cast("list[dict[str, str]]", document.pop("overrides", []))
    names = cast("list[str] | None", document.pop("names", None))
    inputs = cast("list[str]", document.pop("inputs", []))
    job = Job(**document)  # type: ignore[arg-type]
    return replace(
        job,
        inputs=tuple(inputs),
        names=None if names is None else tuple(names),
        files=None if files is None else tuple(StoredFile(**file) for file in files),  # type: ignore[arg-type]
        overrides=tuple(Override(**override) for override in overrides),
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """The effective parameters: the recipe and what the job says over it. The package digest covers them all."""

    recipe: Recipe
    threshold: float
    text_column: str
    id_column: str
    topic: str | None
    overrides: tuple[Override, ...]

    @property
    def overrides_digest(self) -> str:
        return digest_of([[override.record_key, override.verdict] for override in self.overrides])

    @property
    def read_options(self) -> ReadOptions:
        sizes = self.recipe.sizes
        return ReadOptions(
            self.text_column, self.id_column, sizes.text, sizes.image, sizes.audio, sizes.video, sizes.container
        )

    def parameters(self) -> Mapping[str, Json]:
        """What the manifest records as effective parameters."""
        return {
            "threshold": self.threshold,
            "text_column": self.text_column,
            "id_column": self.id_column,
            "topic": self.topic,
            "eval_sets": [],
        }


def settings_of(job: Job) -> Settings:
    """The job's effective parameters; raises `UsageError` where they contradict the recipe."""
    recipe = parse_recipe(json.loads(job.recipe))
    if job.threshold is not None and not recipe.decides:
        raise UsageError(f"--threshold decides about records; the recipe {recipe.name} decides nothing.")
    try:
        threshold = recipe.threshold if job.threshold is None else fraction(job.threshold, "threshold")
    except (TypeError, ValueError) as error:
        raise UsageError(f"--threshold: {error}") from None
    return Settings(
        recipe,
        threshold,
        job.text_column or recipe.text_column,
        job.id_column or recipe.id_column,
        job.topic,
        _checked(job.overrides),
    )


def _checked(overrides: tuple[Override, ...]) -> tuple[Override, ...]:
    wrong = [override.verdict for override in overrides if override.verdict not in set(Status)]
    if wrong:
        raise UsageError(f"An override says {wrong[0]!r}; it must say kept, dropped or held.")
    if len({override.record_key for override in overrides}) != len(overrides):
        raise UsageError("Two overrides speak of one record.")
    return tuple(sorted(overrides, key=lambda override: override.record_key))
