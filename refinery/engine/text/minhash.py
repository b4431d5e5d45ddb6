"""MinHash signatures (Broder 1997) and their bands: which texts are worth comparing. Nothing is decided here."""

from __future__ import annotations

from itertools import chain

import numpy as np
import numpy.typing as npt

from refinery.engine.blocks import BlockInfo
from refinery.engine.text.shingles import permutation_constants, shingles, word_hashes
from refinery.engine.text.words import chunks, sketch_words

PERMUTATIONS = 112
BANDS = 28
ROWS = 4
BLOCK = BlockInfo(
    name="text.minhash@1",
    kind="deduplicator",
    modality="text",
    outputs=(),
    summary="112 minima over 5-word shingles (lower case, no punctuation, no accents, digits as 0) in 28 bands of 4.",
    source="MinHash (Broder 1997); normalisation after datatrove 0.10",
    licence="Apache-2.0",
)
_FACTORS, _ADDENDS = permutation_constants(PERMUTATIONS)
_BATCH = 4096


def signature(text: str) -> bytes | None:
    """112 little-endian uint32 (448 bytes), or None for a text without any word.

    The share of equal numbers in two signatures estimates the Jaccard similarity of their shingle sets.
    """
    hashes = word_hashes(chain.from_iterable(map(sketch_words, chunks(text))))
    if not len(hashes):
        return None
    numbers = (shingles(hashes) >> np.uint64(32)).astype(np.uint32)
    minima = np.full(PERMUTATIONS, 0xFFFFFFFF, np.uint32)
    for start in range(0, len(numbers), _BATCH):
        np.minimum(minima, _minima(numbers[start : start + _BATCH]), out=minima)
    return minima.astype("<u4").tobytes()


def band_keys(signature: bytes) -> list[bytes]:
    """The 28 bands of a signature, 16 bytes each, in order: equal keys in one band make a candidate pair."""
    width = ROWS * 4
    return [signature[start : start + width] for start in range(0, BANDS * width, width)]


def _minima(numbers: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    permuted = numbers[:, None] * _FACTORS[None, :] + _ADDENDS[None, :]
    return np.asarray(permuted.min(axis=0), dtype=np.uint32)
