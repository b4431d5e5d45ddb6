"""Verified edges between records: bands give candidates for recall, an independent measure verifies each pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from refinery.engine.artefacts import ArtefactStore
from refinery.engine.edges import Edge, Pair, ordered, pair_of
from refinery.engine.executor import Executor
from refinery.engine.gather import Gathered, place_of
from refinery.engine.media.near import HammingIndex
from refinery.engine.plan import PlannedTask
from refinery.engine.recipe import DuplicateLimits, NearLimits
from refinery.engine.tasks import Address, CompareTask
from refinery.engine.text.minhash import BANDS

PAIRS_PER_TASK = 500
CHARACTERS_PER_TASK = 4_000_000


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs worth comparing, and how many were left out by the caps (per bucket, per record)."""

    pairs: tuple[Pair, ...]
    over_bucket_cap: int
    over_record_cap: int


@dataclass(frozen=True, slots=True)
class Related:
    """All edges from `similar` upwards, in order, and what the caps left out."""

    edges: tuple[Edge, ...]
    compared: int
    over_bucket_cap: int
    over_record_cap: int


class Relater:
    """Measures pairs of exact groups on behalf of relate and judge; equal pairs are measured once."""

    def __init__(
        self,
        gathered: Gathered,
        plan: Sequence[PlannedTask],
        store: ArtefactStore,
        executor: Executor,
        limits: DuplicateLimits,
        progress: Callable[[str, int, int], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self._gathered, self._plan, self._store, self._executor = gathered, plan, store, executor
        self._limits, self._progress, self._should_stop = limits, progress, should_stop
        self._stage = "relate"
        self._prints = _signatures(gathered, plan, store)

    def relate(self) -> Related:
        """Candidates of every kind, verified."""
        near = near_candidates(self._gathered, self._plan, self._store, self._limits)
        alike = perceptual_candidates(self._prints, self._limits)
        edges = [*self.measure(near.pairs), *self.measure(alike.pairs)]
        strong = [edge for edge in edges if edge.similarity >= self._similar_limit(edge.method)]
        return Related(
            tuple(ordered(strong)),
            len(edges),
            near.over_bucket_cap + alike.over_bucket_cap,
            near.over_record_cap + alike.over_record_cap,
        )

    def measure_for_judge(self, pairs: Sequence[Pair]) -> list[Edge]:
        """`measure`, reported as part of judging."""
        self._stage = "judge"
        return self.measure(pairs)

    def measure(self, pairs: Sequence[Pair]) -> list[Edge]:
        """One edge per pair, whatever its similarity."""
        images = [pair for pair in pairs if pair[0] in self._prints and pair[1] in self._prints]
        texts = sorted(set(pairs) - set(images))
        return [*self._compare("near_text", texts), *self._compare("perceptual", images)]

    def _similar_limit(self, method: str) -> float:
        return self._near(method).similar

    def _near(self, method: str) -> NearLimits:
        return self._limits.near_text if method == "near_text" else self._limits.perceptual

    def _compare(self, method: str, pairs: Sequence[Pair]) -> Iterator[Edge]:
        chunks = list(self._chunks(method, pairs))
        tasks = [self._task(method, chunk) for chunk in chunks]
        waiting = [task for task in tasks if not self._store.has(task.key)]
        done = len(tasks) - len(waiting)

        def finished() -> None:
            nonlocal done
            done += 1
            self._progress(self._stage, done, len(tasks))

        self._executor.run(waiting, finished, self._should_stop)
        limit = self._near(method).duplicate
        for chunk, task in zip(chunks, tasks, strict=True):
            table = self._store.read(task.key).to_pydict()
            for pair, similarity, facts in zip(chunk, table["similarity"], table["fact_only"], strict=True):
                yield Edge(*pair, method, similarity, facts, limit)

    def _chunks(self, method: str, pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
        """Cut where a task would become too long; only the pairs decide."""
        chunk: list[Pair] = []
        characters = 0.0
        for pair in pairs:
            chunk.append(pair)
            if method == "near_text":
                characters += self._gathered.length[pair[0]] + self._gathered.length[pair[1]]
            if len(chunk) >= PAIRS_PER_TASK or characters >= CHARACTERS_PER_TASK:
                yield chunk
                chunk, characters = [], 0.0
        if chunk:
            yield chunk

    def _task(self, method: str, pairs: Sequence[Pair]) -> CompareTask:
        groups = sorted({group for pair in pairs for group in pair})
        position = {group: number for number, group in enumerate(groups)}
        return CompareTask(
            method, tuple(self._address(group) for group in groups), tuple((position[a], position[b]) for a, b in pairs)
        )

    def _address(self, group: int) -> Address:
        place = place_of(self._gathered, group)
        return Address(self._gathered.compared_digest[group], self._plan[place.task].task.key, place.row)


def near_candidates(
    gathered: Gathered, plan: Sequence[PlannedTask], store: ArtefactStore, limits: DuplicateLimits
) -> Candidates:
    """Pairs of exact groups that share a MinHash band, one band at a time so that memory stays bounded.

    In a bucket the first records, in `seq` order, stand for it: each record is compared with those.
    """
    bands = _bands_table(gathered, plan, store)
    shared: Counter[Pair] = Counter()
    left_out = 0
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("bands", bands)
        for band in range(1, BANDS + 1):
            query = "SELECT list(seq ORDER BY seq) FROM bands GROUP BY keys[?] HAVING count(*) > 1"
            for (bucket,) in connection.execute(query, [band]).fetchall():
                left_out += _pair_up(bucket, limits.bucket_cap, shared)
    return _capped(shared, limits.candidate_cap, left_out)


def _bands_table(gathered: Gathered, plan: Sequence[PlannedTask], store: ArtefactStore) -> pa.Table:
    """(seq, keys) of the first record of each exact group that has bands."""
    pieces, start = [], 0
    for planned in plan:
        keys = store.read(planned.task.key, ("bands",)).column("bands").combine_chunks()
        chosen = [seq for seq in range(start, start + len(keys)) if gathered.groups[seq] == seq]
        rows = keys.take(pa.array([seq - start for seq in chosen], pa.int64()))
        pieces.append(pa.table({"seq": pa.array(chosen, pa.int64()), "keys": rows}))
        start += len(keys)
    table = pa.concat_tables(pieces)
    return table.filter(table.column("keys").is_valid())


def _pair_up(bucket: Sequence[int], cap: int, shared: Counter[Pair]) -> int:
    """Count each pair of a bucket's first `cap` records with every later one; returns how many pairs were left out."""
    for position, later in enumerate(bucket):
        for earlier in bucket[: min(position, cap)]:
            shared[pair_of(earlier, later)] += 1
    rest = max(0, len(bucket) - cap)
    return rest * (rest - 1) // 2


def _capped(shared: Counter[Pair], cap: int, left_out: int) -> Candidates:
    """Of each later record the candidates that share most bands, at most `cap`."""
    by_later: dict[int, list[tuple[int, int]]] = {}
    for (earlier, later), count in shared.items():
        by_later.setdefault(later, []).append((-count, earlier))
    pairs: list[Pair] = []
    beyond = 0
    for later, candidates in by_later.items():
        best = sorted(candidates)[:cap]
        beyond += len(candidates) - len(best)
        pairs.extend((earlier, later) for _, earlier in best)
    return Candidates(tuple(sorted(pairs)), left_out, beyond)


def _signatures(gathered: Gathered, plan: Sequence[PlannedTask], store: ArtefactStore) -> dict[int, bytes]:
    """The perceptual signature of the first image of each exact group."""
    found: dict[int, bytes] = {}
    start = 0
    for planned in plan:
        column = store.read(planned.task.key, ("fingerprint",)).column("fingerprint").to_pylist()
        for seq, fingerprint in enumerate(column, start):
            if fingerprint is not None and gathered.groups[seq] == seq:
                found[seq] = fingerprint
        start += len(column)
    return found


def perceptual_candidates(signatures: dict[int, bytes], limits: DuplicateLimits) -> Candidates:
    """Pairs of images whose signatures are near, for each image the nearest earlier ones, at most the cap."""
    pairs: list[Pair] = []
    index, beyond = HammingIndex(), 0
    for seq, signature in signatures.items():
        found = index.query(signature)
        beyond += max(0, len(found) - limits.candidate_cap)
        pairs.extend((candidate.key, seq) for candidate in found[: limits.candidate_cap])
        index.add(seq, signature)
    return Candidates(tuple(sorted(pairs)), 0, beyond)
