"""Numbers for words and for runs of five words, the same on every machine, for near-duplicate search and proof."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

WIDTH = 5
_FACTOR = 0x9E3779B97F4A7C15


def word_hashes(words: Iterable[str]) -> Hashes:
    """CRC-32 of each word's UTF-8 bytes (a lone surrogate as its three bytes), one per word, in order."""
    return np.fromiter((zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words), np.uint64)


def shingles(hashes: Hashes) -> Hashes:
    """One 64-bit number for every five consecutive words, in order; fewer than five words are one shingle."""
    width = min(WIDTH, len(hashes))
    if not width:
        return hashes
    count = len(hashes) - width + 1
    total = np.full(count, width, np.uint64)
    for place in range(width):
        power = np.uint64(pow(_FACTOR, width - place, 1 << 64))
        total += (hashes[place : place + count] + np.uint64(1)) * power
    return _mixed(total)


def _mixed(numbers: Hashes) -> Hashes:
    """The finaliser of splitmix64 (Steele et al. 2014): every input bit reaches every output bit."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def permutation_constants(count: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Odd factors and addends of `count` permutations of 32-bit numbers, from splitmix64 with seed 1."""
    state = (np.arange(1, 2 * count + 1, dtype=np.uint64) * np.uint64(_FACTOR)) + np.uint64(1)
    numbers = (_mixed(state) >> np.uint64(32)).astype(np.uint32)
    return numbers[:count] | np.uint32(1), numbers[count:]
