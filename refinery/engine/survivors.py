"""Which copy stays: greedy, in the recipe's order, dropped only by a direct edge to a record that is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from refinery.engine.edges import Clusters, Edge, Pair, neighbours, pair_of

Known = dict[Pair, Edge]
Measure = Callable[[Sequence[Pair]], Sequence[Edge]]


@dataclass(frozen=True, slots=True)
class Contender:
    """A record that passed every rule of its own. Smaller `rank` stays first; `immune` is never dropped as a copy."""

    seq: int
    group: int
    rank: tuple[float | int, ...]
    immune: bool = False


@dataclass(frozen=True, slots=True)
class Loss:
    """Dropped as a copy of `survivor` (a seq), by this verified similarity."""

    survivor: int
    method: str
    similarity: float
    limit: float


@dataclass(slots=True)
class Outcome:
    """`losses` by seq; everyone else survives. `unmeasured`: pairs left out by the round cap."""

    losses: dict[int, Loss] = field(default_factory=dict)
    unmeasured: int = 0


@dataclass(slots=True)
class _Contest:
    """The contenders of one cluster that are not decided yet, best first."""

    remaining: list[Contender]


def choose_survivors(
    contenders: Sequence[Contender], edges: Sequence[Edge], measure: Measure, round_cap: int
) -> tuple[Outcome, Known]:
    """Decide every cluster. Also returns all pairs known in the end, `edges` and those that `measure` added.

    Each round the best undecided record of a cluster survives and its missing pairs with the others are measured, one
    each; who fails the measurement contends in the next round. After `round_cap` rounds only known pairs count.
    """
    known: Known = {(edge.a, edge.b): edge for edge in edges}
    contests = _contests(contenders, Clusters(edges))
    outcome, round_number = Outcome(), 0
    while contests and round_number < round_cap:
        missing = sorted({pair for contest in contests for pair in _missing(contest, known)})
        known.update({(edge.a, edge.b): edge for edge in (measure(missing) if missing else ())})
        for contest in contests:
            _play_round(contest, known, outcome)
        contests = [contest for contest in contests if len(contest.remaining) > 1]
        round_number += 1
    adjacent = neighbours(known.values()) if contests else {}
    for contest in contests:
        _play_out(contest, known, adjacent, outcome)
    return outcome, known


def _contests(contenders: Sequence[Contender], clusters: Clusters) -> list[_Contest]:
    by_cluster: dict[int, list[Contender]] = {}
    for contender in contenders:
        by_cluster.setdefault(clusters.of(contender.group), []).append(contender)
    return [
        _Contest(sorted(members, key=lambda member: (not member.immune, member.rank)))
        for members in by_cluster.values()
        if len(members) > 1
    ]


def _missing(contest: _Contest, known: Known) -> Iterator[Pair]:
    survivor = contest.remaining[0]
    for other in contest.remaining[1:]:
        pair = pair_of(survivor.group, other.group)
        if other.group != survivor.group and pair not in known and not other.immune:
            yield pair


def _play_round(contest: _Contest, known: Known, outcome: Outcome) -> None:
    survivor, *others = contest.remaining
    contest.remaining = [other for other in others if not _loses(other, survivor, known, outcome)]


def _loses(other: Contender, survivor: Contender, known: Known, outcome: Outcome) -> bool:
    if other.immune:
        return False
    if other.group == survivor.group:
        outcome.losses[other.seq] = Loss(survivor.seq, "exact", 1.0, 1.0)
        return True
    edge = known.get(pair_of(survivor.group, other.group))
    if edge is None or not edge.is_duplicate:
        return False
    outcome.losses[other.seq] = Loss(survivor.seq, edge.method, edge.similarity, edge.duplicate_limit)
    return True


def _play_out(contest: _Contest, known: Known, adjacent: dict[int, list[int]], outcome: Outcome) -> None:
    """The rest of a large cluster in linear time: only pairs already known can drop a record."""
    by_group: dict[int, list[Contender]] = {}
    for contender in contest.remaining:
        by_group.setdefault(contender.group, []).append(contender)
    undecided = len(contest.remaining)
    for survivor in contest.remaining:
        if survivor.seq in outcome.losses:
            continue
        by_group[survivor.group].remove(survivor)
        undecided -= 1
        reached = [survivor.group, *adjacent.get(survivor.group, ())]
        rivals = [other for group in reached for other in by_group.get(group, ())]
        outcome.unmeasured += undecided - len(rivals)
        for other in rivals:
            if _loses(other, survivor, known, outcome):
                by_group[other.group].remove(other)
                undecided -= 1
