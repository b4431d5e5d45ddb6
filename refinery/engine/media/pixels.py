"""Decodes one image with Pillow. For hostile bytes, so it runs in the decoder child only."""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

FORMATS = {
    "image/png": ("PNG",),
    "image/jpeg": ("JPEG", "MPO"),
    "image/gif": ("GIF",),
    "image/webp": ("WEBP",),
    "image/bmp": ("BMP",),
    "image/tiff": ("TIFF",),
    "image/avif": ("AVIF",),
    "image/jp2": ("JPEG2000",),
    "image/qoi": ("QOI",),
    "image/sgi": ("SGI",),
    "image/vnd.microsoft.icon": ("ICO", "CUR"),
    "image/x-portable-anymap": ("PPM",),
    "image/vnd.adobe.photoshop": ("PSD",),
    "image/vnd-ms.dds": ("DDS",),
    "image/x-blp": ("BLP",),
    "image/x-im": ("IM",),
    "image/x-fli": ("FLI",),
}
"""The Pillow readers each media type may meet; no other parser sees the bytes."""

_PLUGINS = {"JPEG2000": "Jpeg2K", "WEBP": "WebP"}
_ORIENTATION_TAG = 0x0112
_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_WIDE_MODES = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
_STRIP_PIXELS = 1 << 20


@dataclass(frozen=True, slots=True)
class Pixels:
    """A decoded image on its way to the engine: the answer's fields and the raster's bytes."""

    format: str
    mode: str
    size: tuple[int, int]
    orientation: int
    frames_more: bool
    pixel_digest: str
    raster: Image.Image


def prepare() -> None:
    """Imports every reader that may be needed, before the sandbox closes, and sets Pillow's own limits."""
    for name in sorted({name for names in FORMATS.values() for name in names}):
        importlib.import_module(f"PIL.{_PLUGINS.get(name, name.title())}ImagePlugin")
    setattr(importlib.import_module("PIL.AvifImagePlugin"), "DEFAULT_MAX_THREADS", 1)  # noqa: B010 - untyped module; the child may not start threads


def decode(file: BinaryIO, media_type: str, most_pixels: int, edge: int) -> Pixels:
    """Decodes the first frame whole; the raster has at most `edge` pixels a side.

    `media_type` is a key of FORMATS. Raises what Pillow raises; `refusal_code` names it.
    """
    Image.MAX_IMAGE_PIXELS = most_pixels
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(file, formats=FORMATS[media_type]) as image:
            return _decoded(image, most_pixels, edge)


def refusal_code(error: BaseException) -> str:
    """The refusal that stands for an exception met while decoding an image."""
    if isinstance(error, MemoryError):
        return "decoder_memory"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return "image_bomb"
    if isinstance(error, OSError) and not isinstance(error, UnidentifiedImageError):
        return "image_truncated" if "truncated" in str(error).lower() else "image_unreadable"
    return "image_unreadable"


def detail_of(error: BaseException) -> str:
    """The decoder's own words without object addresses or names, so that equal bytes give equal words."""
    words = re.sub(r"<[^>]*>|0x[0-9a-fA-F]+|'[^']*/[^']*'", "", str(error))
    return f"{type(error).__name__}: {' '.join(words.split())}"[:200]


def write(raster: Image.Image, descriptor: int) -> None:
    """Writes RGB bytes, row by row from the top, to the file the engine opened for them."""
    content = memoryview(raster.tobytes())
    while content:
        content = content[os.write(descriptor, content) :]


def _decoded(image: Image.Image, most_pixels: int, edge: int) -> Pixels:
    image.load()
    if image.width * image.height > most_pixels:  # some formats learn their size while loading
        raise Image.DecompressionBombError(f"{image.width * image.height} pixels, limit {most_pixels}")
    orientation = _orientation(image)
    frames_more = _has_more_frames(image)
    mode, format_name = image.mode, image.format or ""
    upright: Image.Image = image.transpose(_TRANSPOSE[orientation]) if orientation in _TRANSPOSE else image
    canonical = _canonical(upright)
    digest = _digest(canonical)
    return Pixels(format_name, mode, upright.size, orientation, frames_more, digest, _raster(canonical, edge))


def _orientation(image: Image.Image) -> int:
    """EXIF orientation 1 to 8; 1 where the tag is missing, nonsense or unreadable."""
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # Pillow raises a dozen kinds on broken EXIF, none of which makes the pixels unusable
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _has_more_frames(image: Image.Image) -> bool:
    """Asked without decoding them; a broken second frame does not spoil the first."""
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # as above: parsers of later frames fail in many ways
        return False


def _canonical(image: Image.Image) -> Image.Image:
    """One of RGB, RGBA, CMYK, I;16, I, F: alike pixels become alike bytes and nothing of their precision is lost."""
    if image.mode in _WIDE_MODES:
        return image.convert("I") if image.mode.startswith("I;16") else image
    if image.mode in ("CMYK", "RGB"):
        return image if not image.has_transparency_data else image.convert("RGBA")
    if not image.has_transparency_data:
        return image.convert("RGB")
    converted = image.convert("RGBA")
    opaque = converted.getchannel("A").getextrema() == (255, 255)
    return converted.convert("RGB") if opaque else converted


def _digest(image: Image.Image) -> str:
    """sha256 over ``mode WxH`` NUL and the bytes, taken in strips so that memory stays one image."""
    digest = hashlib.sha256(f"{image.mode} {image.width}x{image.height}\0".encode())
    rows = max(1, _STRIP_PIXELS // max(1, image.width))
    for top in range(0, image.height, rows):
        digest.update(image.crop((0, top, image.width, min(top + rows, image.height))).tobytes())
    return digest.hexdigest()


def _raster(image: Image.Image, edge: int) -> Image.Image:
    """RGB, at most `edge` a side, by area averaging; over white where transparent."""
    reduced = _reduced(_to_eight_bits(image) if image.mode in _WIDE_MODES else image, edge)
    if reduced.mode == "RGBA":
        return Image.alpha_composite(Image.new("RGBA", reduced.size, "white"), reduced).convert("RGB")
    return reduced.convert("RGB")


def _reduced(image: Image.Image, edge: int) -> Image.Image:
    longest = max(image.size)
    if longest <= edge:
        return image
    width, height = (max(1, round(side * edge / longest)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX)


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """16-bit whole numbers scaled from their full range, wider or real values from their least to their greatest."""
    low, high = image.getextrema()
    if not (isinstance(low, int | float) and isinstance(high, int | float)) or not abs(high - low) < float("inf"):
        raise ValueError("no finite range of values")
    if image.mode == "I" and low >= 0 and high <= 0xFFFF:
        low, high = 0, 0xFFFF
    span = high - low or 1
    return image.convert("F").point(lambda value: value * (255 / span) - low * 255 / span).convert("L")
