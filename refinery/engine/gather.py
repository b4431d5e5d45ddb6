"""The records of all tasks as one numbered list: seq, ids, keys, and the few facts that relating and judging need."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from refinery.engine.artefacts import ArtefactStore
from refinery.engine.canonical import sha256_hex
from refinery.engine.inventory import Entry, Inventory
from refinery.engine.plan import PlannedTask

_COLUMNS = (
    "part",
    "row",
    "modality",
    "content_digest",
    "id_value",
    "problems",
    "length",
    "exact_digest",
    "text_digest",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record's measurements lie: position of the task in the plan, and row in its artefact."""

    task: int
    row: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """All records in `seq` order, as parallel columns.

    `readable`: no block had a problem. `groups`: records with the same number are exact copies. `by_id`: the record_id
    came from the id column. `compared_digest`: of what near-duplicate blocks compare. `starts`: seq of the first
    record of each task.
    """

    entries: tuple[Entry, ...]
    starts: tuple[int, ...]
    entry: tuple[int, ...]
    row: tuple[int | None, ...]
    source: tuple[str, ...]
    record_id: tuple[str, ...]
    has_id: tuple[bool, ...]
    by_id: tuple[bool, ...]
    record_key: tuple[str, ...]
    modality: tuple[str, ...]
    compared_digest: tuple[str, ...]
    length: tuple[float, ...]
    readable: tuple[bool, ...]
    groups: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.source)


@dataclass(slots=True)
class _Columns:
    entry: list[int]
    row: list[int | None]
    modality: list[str]
    content: list[str]
    identity: list[str | None]
    readable: list[bool]
    length: list[float]
    exact: list[str | None]
    text: list[str | None]


def gather(inventory: Inventory, plan: Sequence[PlannedTask], store: ArtefactStore) -> Gathered:
    """Number the records and name them. The order is the inventory's, then the row's."""
    columns, starts = _Columns([], [], [], [], [], [], [], [], []), []
    offsets: Counter[int] = Counter()
    for planned in plan:
        starts.append(len(columns.entry))
        _append(columns, planned, store, offsets)
    sources = [_source(inventory.entries[entry], row) for entry, row in zip(columns.entry, columns.row, strict=True)]
    by_id = _usable(columns.identity, set(sources))
    ids = [
        identity if own and identity else source
        for identity, own, source in zip(columns.identity, by_id, sources, strict=True)
    ]
    return Gathered(
        inventory.entries,
        tuple(starts),
        tuple(columns.entry),
        tuple(columns.row),
        tuple(sources),
        tuple(ids),
        tuple(identity is not None for identity in columns.identity),
        tuple(by_id),
        tuple(_record_keys(inventory.entries, columns, by_id)),
        tuple(columns.modality),
        tuple(text or content for text, content in zip(columns.text, columns.content, strict=True)),
        tuple(columns.length),
        tuple(columns.readable),
        tuple(_groups(columns)),
    )


def _append(columns: _Columns, planned: PlannedTask, store: ArtefactStore, offsets: Counter[int]) -> None:
    """Add one task's records. Rows are numbered on from the parts of the same file in earlier tasks."""
    table = store.read(planned.task.key, _COLUMNS).to_pydict()
    before = Counter(offsets)
    for position in range(len(table["part"])):
        entry, row = planned.entries[table["part"][position]], table["row"][position]
        columns.entry.append(entry)
        columns.row.append(None if row is None else row + before[entry])
        offsets[entry] += 1
        columns.modality.append(table["modality"][position])
        columns.content.append(table["content_digest"][position])
        columns.identity.append(table["id_value"][position])
        columns.readable.append(not table["problems"][position])
        columns.length.append(table["length"][position])
        columns.exact.append(table["exact_digest"][position])
        columns.text.append(table["text_digest"][position])


def _source(entry: Entry, row: int | None) -> str:
    return entry.source if row is None else f"{entry.source}#{row}"


def _usable(identities: Sequence[str | None], sources: set[str]) -> list[bool]:
    """Whether each id value may be the record_id: it occurs once in the run and no record's source reads the same."""
    counts = Counter(identities)
    return [value is not None and counts[value] == 1 and value not in sources for value in identities]


def _record_keys(entries: Sequence[Entry], columns: _Columns, by_id: Sequence[bool]) -> Iterator[str]:
    """See the `record_key` column of the ledger."""
    ordinals: Counter[tuple[str, str]] = Counter()
    for entry, content, identity, own in zip(columns.entry, columns.content, columns.identity, by_id, strict=True):
        path = entries[entry].path
        if own:
            facts = f"{path}\0{identity}"
        else:
            facts = f"{path}\0{content}\0{ordinals[path, content]}"
            ordinals[path, content] += 1
        yield sha256_hex(facts.encode())[:32]


def _groups(columns: _Columns) -> Iterator[int]:
    """Numbers of exact groups: equal for equal exact digests, its own for a record that has none."""
    numbers: dict[str, int] = {}
    for position, exact in enumerate(columns.exact):
        yield numbers.setdefault(exact, position) if exact is not None else position


def group_members(groups: Sequence[int]) -> dict[int, list[int]]:
    """The records of each exact group, in `seq` order."""
    members: dict[int, list[int]] = {}
    for position, group in enumerate(groups):
        members.setdefault(group, []).append(position)
    return members


def place_of(gathered: Gathered, seq: int) -> Place:
    """Where the measurements of record `seq` lie."""
    task = bisect_right(gathered.starts, seq) - 1
    return Place(task, seq - gathered.starts[task])
