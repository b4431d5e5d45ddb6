"""Measures of an image, from its decoded raster. Pure and without opinion: limits live in rules.py and the recipe."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from refinery.engine.blocks import BlockInfo
from refinery.engine.media.answers import DecodedImage
from refinery.engine.records import Scores

Plane = NDArray[np.float64]

SIZE = BlockInfo(
    name="image.size@1",
    kind="scorer",
    modality="image",
    outputs=("image_decoded", "image_width", "image_height", "image_short_side", "image_aspect_ratio"),
    summary="Width and height as displayed, the shorter side, and shorter by longer side.",
    source="CleanVision 0.3 (aspect ratio); own",
    licence="Apache-2.0",
)
EXPOSURE = BlockInfo(
    name="image.exposure@1",
    kind="scorer",
    modality="image",
    outputs=("image_bright_p99", "image_bright_p5", "image_contrast", "image_entropy", "image_colour"),
    summary="How dark, how light, how flat, how empty and how colourful the image is.",
    source="CleanVision 0.3 (perceived brightness percentiles, entropy)",
    licence="Apache-2.0",
)
SHARPNESS = BlockInfo(
    name="image.sharpness@1",
    kind="scorer",
    modality="image",
    outputs=("image_sharpness", "image_noise"),
    summary="Fine detail relative to coarse detail in the blurriest direction, and the strength of noise.",
    source="Second derivatives at two scales, own; noise after Immerkaer 1996, doi:10.1006/cviu.1996.0060",
    licence="Apache-2.0",
)
BLOCKS = (SIZE, EXPOSURE, SHARPNESS)

_SMALLEST_SIDE = 32
"""Below this many raster pixels a quarter-scale picture has too few derivatives to compare."""
_LEAST_DETAIL = 1.0
"""Grey levels squared of coarse second derivative below which an image has nothing to be sharp or blurred."""
_LEAST_SHARE = 0.005
"""A direction with less than this share of the strongest one's coarse detail, or less than its noise, tells nothing."""
_DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))
_NOISE_TILE = 16


def measure(image: DecodedImage) -> Scores:
    """All measures of one image, none rounded. Field meanings, ranges and known errors: docs/media_rules.md."""
    planes: Plane = np.ascontiguousarray(np.moveaxis(image.raster, 2, 0)).astype(np.float64)
    plane = luma(planes)
    return {**_size(image), **_exposure(planes, plane), **_sharpness(plane)}


def luma(planes: Plane) -> Plane:
    """ITU-R BT.601 luma, height x width, 0 to 255, of the colours, 3 x height x width."""
    plane: Plane = planes[0] * 0.299 + planes[1] * 0.587 + planes[2] * 0.114
    return plane


def _size(image: DecodedImage) -> Scores:
    short, long = sorted((image.width, image.height))
    return {
        "image_decoded": 1.0,
        "image_width": float(image.width),
        "image_height": float(image.height),
        "image_short_side": float(short),
        "image_aspect_ratio": short / long,
    }


def _exposure(planes: Plane, plane: Plane) -> Scores:
    red, green, blue = planes
    brightness = np.sqrt(red**2 * 0.241 + green**2 * 0.691 + blue**2 * 0.068) / 255
    dark, light = np.percentile(brightness, (99, 5))
    strongest, weakest = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    return {
        "image_bright_p99": min(1.0, float(dark)),
        "image_bright_p5": min(1.0, float(light)),
        "image_contrast": float(plane.std() / 255),
        "image_entropy": _entropy(plane),
        "image_colour": float((strongest - weakest).mean() / 255),
    }


def _entropy(plane: Plane) -> float:
    """Shannon entropy in bits of the 256 grey levels; 0 for a blank image, at most 8."""
    counts = np.bincount(np.rint(plane).astype(np.intp).ravel(), minlength=256)
    shares = counts[counts > 0] / plane.size
    return abs(float(-(shares * np.log2(shares)).sum()))


def _sharpness(plane: Plane) -> Scores:
    if min(plane.shape) < _SMALLEST_SIDE:
        return {"image_sharpness": None, "image_noise": None}
    noise = _noise(plane)
    half, quarter = _averaged(plane, 2), _averaged(plane, 4)
    grain = noise**2 * 6 / 16
    fine = np.maximum(_detail(half) - 4 * grain, 0.0)
    coarse = np.maximum(_detail(quarter) - grain, 0.0)
    telling = coarse >= max(_LEAST_DETAIL, grain, float(coarse.max()) * _LEAST_SHARE)
    sharpness = float((fine[telling] / coarse[telling]).min()) if telling.any() else None
    return {"image_sharpness": sharpness, "image_noise": noise}


def _detail(plane: Plane) -> Plane:
    """Variance of the second derivative in four directions; white noise of variance s adds 6 s to each."""
    height, width = plane.shape
    centre = plane[1:-1, 1:-1]
    variances = []
    for down, right in _DIRECTIONS:
        after = plane[1 + down : height - 1 + down, 1 + right : width - 1 + right]
        before = plane[1 - down : height - 1 - down, 1 - right : width - 1 - right]
        variances.append(float((2 * centre - after - before).var()))
    return np.array(variances)


def _noise(plane: Plane) -> float:
    """Standard deviation of noise in grey levels: Immerkaer's estimate in tiles, of which the lower quartile.

    The quietest tiles are taken because texture reads as noise elsewhere.
    """
    rows = plane[:-2] - 2 * plane[1:-1] + plane[2:]
    response = np.abs(rows[:, :-2] - 2 * rows[:, 1:-1] + rows[:, 2:])
    tiles = _averaged(response, min(_NOISE_TILE, *response.shape))
    return float(np.sqrt(np.pi / 2) * np.percentile(tiles, 25) / 6)


def _averaged(plane: Plane, side: int) -> Plane:
    """The plane in means of side x side tiles; a remainder at the right or bottom is left out."""
    rows, columns = plane.shape[0] // side, plane.shape[1] // side
    tiles = plane[: rows * side, : columns * side].reshape(rows, side, columns, side)
    means: Plane = tiles.mean(axis=(1, 3))
    return means
