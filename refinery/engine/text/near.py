"""Verification of near duplicates: how much of two texts is the same, word for word, and whether only facts differ."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np

from refinery.engine.blocks import BlockInfo
from refinery.engine.text.alignment import Match, align
from refinery.engine.text.exact import normalised_digest
from refinery.engine.text.facts import only_facts_differ
from refinery.engine.text.shingles import Hashes, shingles, word_hashes
from refinery.engine.text.words import chunks, match_words

ALIGNED_WORDS = 200_000
"""Above this many words in the longer text, similarity is the overlap of 5-word shingles instead of an alignment."""
SAMPLED_SHINGLES = 1_000_000

BLOCK = BlockInfo(
    name="text.near@1",
    kind="deduplicator",
    modality="text",
    outputs=(),
    summary="Share of aligned words, Jaccard and containment of 5-word shingles, and whether only facts differ.",
    source="Longest common subsequence of words, bit-parallel (Hyyro 2004), anchored on unique shingles in long texts",
    licence="Apache-2.0",
)


@dataclass(frozen=True, slots=True)
class NearEvidence:
    """What two texts share.

    `similarity`: twice the aligned words over all words of both, 0 to 1, symmetric. `jaccard`, `containment`: shared
    5-word shingles over all, and over those of the smaller text. `fact_only`: same form, different facts.
    """

    similarity: float
    jaccard: float
    containment: float
    fact_only: bool


def compare(a: str, b: str) -> NearEvidence:
    """Measure two texts against each other; the order of the two never matters."""
    if a == b or normalised_digest(a) == normalised_digest(b):
        same = float(not a.isspace() and bool(a))
        return NearEvidence(same, same, same, False)
    if b < a:
        a, b = b, a
    hashes_a, hashes_b = _hashes(a), _hashes(b)
    if not len(hashes_a) or not len(hashes_b):
        return NearEvidence(0.0, 0.0, 0.0, False)
    jaccard, containment, overlap = _overlaps(shingles(hashes_a), shingles(hashes_b))
    if max(len(hashes_a), len(hashes_b)) > ALIGNED_WORDS:
        return NearEvidence(overlap, jaccard, containment, False)
    matches = align(hashes_a.tolist(), hashes_b.tolist())
    aligned = sum(match.size for match in matches)
    similarity = 2 * aligned / (len(hashes_a) + len(hashes_b))
    return NearEvidence(similarity, jaccard, containment, _facts(a, b, matches, similarity))


def _hashes(text: str) -> Hashes:
    return word_hashes(chain.from_iterable(map(match_words, chunks(text))))


def _facts(a: str, b: str, matches: list[Match], similarity: float) -> bool:
    """Asked only of texts that could be duplicates: below one half nothing hangs on the answer."""
    return 0.5 <= similarity < 1.0 and only_facts_differ(a, b, matches)


def _overlaps(a: Hashes, b: Hashes) -> tuple[float, float, float]:
    """Jaccard and containment of the sets, and the overlap (twice the shared over the sum) of the multisets."""
    a, b = _sampled(a, b)
    if not len(a) or not len(b):
        return 0.0, 0.0, 0.0
    set_a, counts_a = np.unique(a, return_counts=True)
    set_b, counts_b = np.unique(b, return_counts=True)
    shared, at_a, at_b = np.intersect1d(set_a, set_b, assume_unique=True, return_indices=True)
    jaccard = len(shared) / (len(set_a) + len(set_b) - len(shared))
    common = int(np.minimum(counts_a[at_a], counts_b[at_b]).sum())
    return jaccard, len(shared) / min(len(set_a), len(set_b)), 2 * common / (len(a) + len(b))


def _sampled(a: Hashes, b: Hashes) -> tuple[Hashes, Hashes]:
    """Of very long texts the same share of shingles on both sides, chosen by their own number."""
    step = np.uint64(-(-max(len(a), len(b)) // SAMPLED_SHINGLES))
    return (a, b) if step == 1 else (a[a % step == 0], b[b % step == 0])
