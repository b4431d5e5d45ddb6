"""Near-duplicate images: perceptual hashes find candidates, a second look at the pixels verifies them."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from refinery.engine.blocks import BlockInfo
from refinery.engine.media.answers import DecodedImage

NEAR = BlockInfo(
    name="image.near_duplicate@1",
    kind="deduplicator",
    modality="image",
    outputs=(),
    summary="Perceptual hashes of the image and five centred crops as candidates; aligned luma and colour as proof.",
    source="ImageHash 4.3 phash (Zauner 2010); multi-index hashing (Norouzi, Punjani, Fleet 2012); verification own",
    licence="Apache-2.0 AND BSD-2-Clause",
)
BLOCK = NEAR

HAMMING_LIMIT = 10
"""Bits of 64 in which two hashes may differ to be candidates."""
SIMILARITY_LIMIT = 0.96
"""Verified similarity from which two images are duplicates by default."""

_MARGINS = (0.0, 0.02, 0.04, 0.06, 0.08, 0.10)
_HASH_BYTES = 8
_BASE_EDGE = 128
_LEAST_SPREAD = 1.0
"""Grey levels of standard deviation below which an image is flat: its hash would be chance."""
_LUMA_EDGE, _CHROMA_EDGE, _COMPARED_EDGE = 64, 16, 48
_HEADER = struct.Struct("<II")
_SHAPE_TOLERANCE = 1.15
_SURE = 0.985
_UNIT = 200
"""Windows are placed on a grid of a two-hundredth of the side: whole numbers, so that no rounding decides a search."""
_COARSE_SIDES = (192, 184, 176, 168, 160)
_SMALLEST_SIDE = 150
_LEAST_CHROMA = 4.0
_ALIKE_COLOURS = 0.85
"""Cosine of colours from which brightening or fading may explain the rest; below it the things have other colours."""
_CHUNKS, _CHUNK_BITS, _CHUNK_RADIUS = 4, 16, 2

Plane = NDArray[np.float64]
Window = tuple[int, int, int]


def signature(image: DecodedImage) -> bytes | None:
    """48 bytes: the 64-bit phash of the whole image and of its centre less 2, 4, 6, 8 and 10 % at every edge.

    None for a flat image, which is then nobody's near duplicate.
    """
    base = Image.fromarray(image.raster).convert("L").resize((_BASE_EDGE, _BASE_EDGE), Image.Resampling.BOX)
    if float(np.asarray(base, dtype=np.float64).std()) < _LEAST_SPREAD:
        return None
    return b"".join(_hash(base, margin) for margin in _MARGINS)


def thumbnail(image: DecodedImage) -> bytes:
    """What `compare` needs, 4,616 bytes: width, height, 64 x 64 luma, 16 x 16 of either colour difference (YCbCr)."""
    picture = Image.fromarray(image.raster).convert("YCbCr")
    luma = picture.getchannel("Y").resize((_LUMA_EDGE, _LUMA_EDGE), Image.Resampling.BOX)
    small = picture.resize((_CHROMA_EDGE, _CHROMA_EDGE), Image.Resampling.BOX)
    planes = (luma, small.getchannel("Cb"), small.getchannel("Cr"))
    return _HEADER.pack(image.width, image.height) + b"".join(plane.tobytes() for plane in planes)


def compare(first: bytes, second: bytes) -> float:
    """Similarity of two images by their thumbnails, 0 to 1, alike in both orders.

    The correlation of their luma at the best placement of one within the other (at least 75 % of its side), so that
    brightness, contrast, size, compression and a trimmed edge do not matter; lowered to the agreement of their colours
    where both have any; 0 where the shapes differ by more than 15 % or one image is flat.
    """
    one, other = (_parsed(thumb) for thumb in sorted((first, second)))
    if not 1 / _SHAPE_TOLERANCE <= one.shape / other.shape <= _SHAPE_TOLERANCE:
        return 0.0
    if min(float(one.luma.std()), float(other.luma.std())) < _LEAST_SPREAD:
        return 0.0
    similarity, placement = _aligned(one, other)
    return max(0.0, min(1.0, similarity, _colour_agreement(one, other, placement)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of the index that may be a near duplicate: its key and the bits in which the closest hashes differ."""

    key: int
    distance: int


class HammingIndex:
    """Finds signatures near another without comparing all: multi-index hashing, four chunks of 16 bits.

    Deterministic: the answer depends only on the members. A limit of up to 11 bits is searched exactly.
    """

    def __init__(self, limit: int = HAMMING_LIMIT) -> None:
        if not 0 <= limit < _CHUNKS * (_CHUNK_RADIUS + 1):
            raise ValueError(f"the limit must lie between 0 and {_CHUNKS * (_CHUNK_RADIUS + 1) - 1} bits")
        self.limit = limit
        self._whole = _Tables(limit)
        self._cropped = _Tables(limit)

    def add(self, key: int, member: bytes) -> None:
        """Adds a signature under a key of the caller's choice."""
        whole, *cropped = _hashes(member)
        self._whole.add(key, whole)
        for value in dict.fromkeys(cropped):
            self._cropped.add(key, value)

    def query(self, wanted: bytes) -> list[Candidate]:
        """Members of which the whole is near the wanted image or a crop of it, or the reverse; nearest first."""
        whole, *cropped = _hashes(wanted)
        found: dict[int, int] = {}
        hits = [self._whole.near(value) for value in dict.fromkeys((whole, *cropped))]
        for key, distance in (pair for pairs in (*hits, self._cropped.near(whole)) for pair in pairs):
            found[key] = min(distance, found.get(key, distance))
        return sorted((Candidate(key, distance) for key, distance in found.items()), key=lambda c: (c.distance, c.key))


class _Tables:
    """Hashes by the value of each of their chunks."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._flips = _flips(limit // _CHUNKS)
        self._tables: list[defaultdict[int, list[tuple[int, int]]]] = [defaultdict(list) for _ in range(_CHUNKS)]

    def add(self, key: int, value: int) -> None:
        for table, chunk in zip(self._tables, _chunks(value), strict=True):
            table[chunk].append((key, value))

    def near(self, value: int) -> Iterator[tuple[int, int]]:
        """(key, distance) of every member within the limit; a member may come more than once."""
        for table, chunk in zip(self._tables, _chunks(value), strict=True):
            for flip in self._flips:
                for key, member in table.get(chunk ^ flip, ()):
                    distance = (value ^ member).bit_count()
                    if distance <= self._limit:
                        yield key, distance


@dataclass(frozen=True, slots=True, eq=False)
class _Thumbnail:
    shape: float
    luma: Plane
    chroma: NDArray[np.float64]


def _hash(base: Image.Image, margin: float) -> bytes:
    edge = base.width
    box = (margin * edge, margin * edge, (1 - margin) * edge, (1 - margin) * edge)
    small = base.resize((32, 32), Image.Resampling.LANCZOS, box=box)
    return np.packbits(imagehash.phash(small).hash).tobytes()


def _hashes(member: bytes) -> list[int]:
    starts = range(0, len(member), _HASH_BYTES)
    return [int.from_bytes(member[start : start + _HASH_BYTES], "big") for start in starts]


def _chunks(value: int) -> Iterable[int]:
    return [value >> shift & 0xFFFF for shift in range(0, _CHUNKS * _CHUNK_BITS, _CHUNK_BITS)]


@cache
def _flips(radius: int) -> tuple[int, ...]:
    """All 16-bit masks of at most `radius` bits: within the limit, at least one chunk differs by no more."""
    chosen = (bits for count in range(radius + 1) for bits in combinations(range(_CHUNK_BITS), count))
    return tuple(sum(1 << bit for bit in bits) for bits in chosen)


def _parsed(thumb: bytes) -> _Thumbnail:
    width, height = _HEADER.unpack_from(thumb)
    values = np.frombuffer(thumb, dtype=np.uint8, offset=_HEADER.size).astype(np.float64)
    split = _LUMA_EDGE**2
    luma, chroma = values[:split], values[split:]
    return _Thumbnail(
        shape=width / height,
        luma=luma.reshape(_LUMA_EDGE, _LUMA_EDGE),
        chroma=chroma.reshape(2, _CHROMA_EDGE, _CHROMA_EDGE) - 128.0,
    )


@dataclass(frozen=True, slots=True)
class _Placement:
    """The window of one image that the other one fills: side, left and top in two-hundredths."""

    window: Window
    swapped: bool


def _aligned(one: _Thumbnail, other: _Thumbnail) -> tuple[float, _Placement]:
    """The best correlation and where it is; the search is skipped where lying on top of each other is good enough."""
    identity: Window = (_UNIT, 0, 0)
    straight = _fit(one.luma, other.luma, identity)
    best, placement = straight, _Placement(identity, swapped=False)
    if straight >= _SURE:
        return best, placement
    for swapped in (False, True):
        outer, inner = (other, one) if swapped else (one, other)
        window = max(_coarse_windows(), key=lambda tried: _fit(outer.luma, inner.luma, tried))
        value, window = _refined(outer.luma, inner.luma, window)
        if value > best:
            best, placement = value, _Placement(window, swapped)
    return best, placement


@cache
def _coarse_windows() -> tuple[Window, ...]:
    """Each coarse side at the corners, the middles of the edges and the centre."""
    return tuple(
        (side, left, top)
        for side in _COARSE_SIDES
        for left in (0, (_UNIT - side) // 2, _UNIT - side)
        for top in (0, (_UNIT - side) // 2, _UNIT - side)
    )


def _refined(outer: Plane, inner: Plane, start: Window) -> tuple[float, Window]:
    """Climbs from the best coarse window by steps of 2 % and 1 % of the side; every step must gain, so it ends."""
    window, value = start, _fit(outer, inner, start)
    for step in (4, 2):
        while True:
            tried = [(_fit(outer, inner, near), near) for near in _neighbours(window, step)]
            gain = max(tried, default=(value, window))
            if gain[0] <= value + 1e-9:
                break
            value, window = gain
    return value, window


def _neighbours(window: Window, step: int) -> list[Window]:
    side, left, top = window
    half = step // 2
    moved = (
        (side + step, left - half, top - half), (side - step, left + half, top + half),
        (side, left + step, top), (side, left - step, top), (side, left, top + step), (side, left, top - step),
    )  # fmt: skip
    return [near for near in moved if near[0] >= _SMALLEST_SIDE and _inside(near)]


def _inside(window: Window) -> bool:
    side, left, top = window
    return left >= 0 and top >= 0 and left + side <= _UNIT and top + side <= _UNIT


def _fit(outer: Plane, inner: Plane, window: Window) -> float:
    return _correlation(_view(outer, window, _COMPARED_EDGE), _view(inner, (_UNIT, 0, 0), _COMPARED_EDGE))


def _view(plane: Plane, window: Window, edge: int) -> Plane:
    """The window of a square plane, sampled bilinearly at edge x edge points."""
    side, left, top = window
    size = plane.shape[0]
    seen: Plane = _sampler(top, side, size, edge) @ plane @ _sampler(left, side, size, edge).T
    return seen


@cache
def _sampler(start: int, side: int, size: int, edge: int) -> Plane:
    """The edge x size matrix of bilinear weights along one axis."""
    points = (start + (np.arange(edge) + 0.5) * side / edge) * size / _UNIT - 0.5
    points = np.clip(points, 0, size - 1)
    lower = np.minimum(points.astype(np.intp), size - 2)
    weights = np.zeros((edge, size))
    rows = np.arange(edge)
    weights[rows, lower] = 1 - (points - lower)
    weights[rows, lower + 1] = points - lower
    return weights


def _correlation(one: Plane, other: Plane) -> float:
    one, other = one - one.mean(), other - other.mean()
    energy = float(np.sqrt((one * one).sum() * (other * other).sum()))
    return float((one * other).sum()) / energy if energy > 1e-9 else 0.0


def _colour_agreement(one: _Thumbnail, other: _Thumbnail, placement: _Placement) -> float:
    """How alike the colours are at the placement, at most 1; 1 too where either image is all but grey."""
    outer, inner = (other, one) if placement.swapped else (one, other)
    seen = np.stack([_view(plane, placement.window, _CHROMA_EDGE) for plane in outer.chroma])
    strengths = [float(np.sqrt((chroma * chroma).sum(axis=0)).mean()) for chroma in (seen, inner.chroma)]
    if min(strengths) < _LEAST_CHROMA:
        return 1.0
    energy = float(np.sqrt((seen * seen).sum() * (inner.chroma * inner.chroma).sum()))
    return min(1.0, float((seen * inner.chroma).sum()) / energy / _ALIKE_COLOURS)
