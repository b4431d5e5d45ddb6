"""The verdict on every record: its own rules first, then which copies stay. ALL reasons are given, not the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from refinery.engine.artefacts import ArtefactStore
from refinery.engine.blocks import Rule
from refinery.engine.catalogue import JUDGE_DUPLICATES, JUDGE_OVERRIDES, JUDGE_QUALITY
from refinery.engine.edges import Clusters, Edge
from refinery.engine.gather import Gathered
from refinery.engine.job import Settings
from refinery.engine.plan import PlannedTask
from refinery.engine.quality import Quality, assess
from refinery.engine.records import Reason, Scores, Status
from refinery.engine.survivors import Contender, Loss, Measure, Outcome, choose_survivors
from refinery.engine.tables import reason_of


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a record's own measurements say. `passes`: it would be kept if it were alone."""

    status: Status
    reasons: tuple[Reason, ...]
    quality: Quality
    immune: bool = False
    unreadable: bool = False

    @property
    def passes(self) -> bool:
        return self.status is Status.KEPT


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a record; `loss` says of what it is a copy."""

    status: Status
    reasons: tuple[Reason, ...]
    quality: Quality
    loss: Loss | None
    cluster: str | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts in `seq` order, the pairs that were measured, and how many were not."""

    opinions: tuple[Opinion, ...]
    verdicts: tuple[Verdict, ...]
    edges: tuple[Edge, ...]
    unmeasured: int


def judge(
    gathered: Gathered,
    plan: Sequence[PlannedTask],
    store: ArtefactStore,
    settings: Settings,
    edges: Sequence[Edge],
    measure: Measure,
) -> Judgement:
    """Apply every rule, then choose survivors among the records that passed."""
    opinions = tuple(_opinions(gathered, plan, store, settings))
    outcome, measured = Outcome(), tuple(edges)
    if settings.recipe.decides:
        contenders = list(_contenders(gathered, opinions, settings))
        outcome, known = choose_survivors(contenders, edges, measure, settings.recipe.duplicates.round_cap)
        measured = tuple(known[pair] for pair in sorted(known))
    clusters = _cluster_names(gathered, edges)
    verdicts = tuple(_verdict(opinion, outcome.losses.get(seq), clusters[seq]) for seq, opinion in enumerate(opinions))
    return Judgement(opinions, verdicts, measured, outcome.unmeasured)


def _opinions(
    gathered: Gathered, plan: Sequence[PlannedTask], store: ArtefactStore, settings: Settings
) -> Iterator[Opinion]:
    overrides = {override.record_key: Status(override.verdict) for override in settings.overrides}
    seq = 0
    for planned in plan:
        table = store.read(planned.task.key, ("modality", "problems", "scores"))
        for modality, problems, scores in zip(*(column.to_pylist() for column in table.columns), strict=True):
            found = tuple(reason_of(problem) for problem in problems)
            yield opine(modality, found, scores or {}, settings, overrides.get(gathered.record_key[seq]))
            seq += 1


def opine(
    modality: str, problems: tuple[Reason, ...], scores: Scores, settings: Settings, override: Status | None = None
) -> Opinion:
    """The opinion on one record, alone. What no block could read is held, whatever else is said about it."""
    recipe = settings.recipe
    quality = Quality(None, None, None, None, None) if problems else assess(scores, modality, recipe)
    if problems:
        return Opinion(Status.HELD, problems if recipe.decides else (), quality, unreadable=True)
    if not recipe.decides:
        return Opinion(Status.KEPT, (), quality)
    if override is not None:
        return _overridden(override, quality)
    fired = [(rule, reason) for rule in recipe.rules if (reason := fires(rule, modality, scores))]
    reasons = tuple(reason for _, reason in fired)
    dropped = any(rule.verdict == "drop" for rule, _ in fired)
    if quality.quality is not None and quality.quality < settings.threshold:
        reasons += (Reason("low_quality", quality.quality, settings.threshold, JUDGE_QUALITY.name),)
        dropped = True
    status = Status.DROPPED if dropped else Status.HELD if reasons else Status.KEPT
    return Opinion(status, reasons, quality)


def _overridden(override: Status, quality: Quality) -> Opinion:
    if override is Status.KEPT:
        return Opinion(Status.KEPT, (), quality, immune=True)
    return Opinion(override, (Reason(f"override_{override.value}", None, None, JUDGE_OVERRIDES.name),), quality)


def fires(rule: Rule, modality: str, scores: Mapping[str, float | None]) -> Reason | None:
    """The reason if the rule's limit is crossed."""
    value = scores.get(rule.score)
    if value is None or modality not in rule.modalities:
        return None
    if rule.below is not None and value < rule.below:
        return Reason(rule.code, value, rule.below, rule.block)
    if rule.above is not None and value > rule.above:
        return Reason(rule.code, value, rule.above, rule.block)
    return None


def _contenders(gathered: Gathered, opinions: Sequence[Opinion], settings: Settings) -> Iterator[Contender]:
    for seq, opinion in enumerate(opinions):
        if opinion.passes:
            rank = tuple(_rank(word, seq, gathered, opinion) for word in settings.recipe.survivor_order)
            yield Contender(seq, gathered.groups[seq], (*rank, seq), opinion.immune)


def _rank(word: str, seq: int, gathered: Gathered, opinion: Opinion) -> float | int:
    if word == "quality":
        return -(opinion.quality.quality or 0.0)
    return -gathered.length[seq] if word == "length" else seq


def _cluster_names(gathered: Gathered, edges: Sequence[Edge]) -> list[str | None]:
    """The smallest record_id of each record's cluster, None where it is alone."""
    clusters = Clusters(edges)
    members = [clusters.of(group) for group in gathered.groups]
    smallest: dict[int, str] = {}
    sizes: dict[int, int] = {}
    for cluster, record_id in zip(members, gathered.record_id, strict=True):
        sizes[cluster] = sizes.get(cluster, 0) + 1
        smallest[cluster] = min(smallest.get(cluster, record_id), record_id)
    return [smallest[cluster] if sizes[cluster] > 1 else None for cluster in members]


def _verdict(opinion: Opinion, loss: Loss | None, cluster: str | None) -> Verdict:
    if loss is None:
        return Verdict(opinion.status, opinion.reasons, opinion.quality, None, cluster)
    code = "exact_duplicate" if loss.method == "exact" else "near_duplicate"
    reason = Reason(code, loss.similarity, loss.limit, JUDGE_DUPLICATES.name)
    return Verdict(Status.DROPPED, (reason,), opinion.quality, loss, cluster)
