"""Small files made on the spot: images through Pillow, sound through the standard library."""

import io
import math
import struct
import wave
from array import array
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from refinery.engine.media.decoder import DecodedImage, Decoder

EVALUATION = Path(__file__).resolve().parents[5] / "shared/data"


def scene(seed: int = 0, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A picture with edges at every scale and in every direction: coloured discs over one another."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[: size[1], : size[0]]
    pixels = np.full((size[1], size[0], 3), 90.0)
    for _ in range(120):
        x, y, radius = random.uniform(0, size[0]), random.uniform(0, size[1]), random.uniform(3, 40)
        pixels[(columns - x) ** 2 + (rows - y) ** 2 < radius**2] = random.uniform(20, 235, 3)
    return Image.fromarray(pixels.astype(np.uint8))


def saved(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)
    return path


def decoded(decoder: Decoder, image: Image.Image, path: Path, **options: object) -> DecodedImage:
    answer = decoder.image(saved(image, path, **options))
    assert isinstance(answer, DecodedImage), answer
    return answer


def blurred(image: Image.Image, radius: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))


def noisy(image: Image.Image, strength: float) -> Image.Image:
    pixels = np.asarray(image).astype(float)
    return Image.fromarray(
        np.clip(pixels + np.random.default_rng(1).normal(0, strength, pixels.shape), 0, 255).astype(np.uint8)
    )


def tone(seconds: float, rate: int = 8000, level: float = 0.5) -> array:
    return array("h", (round(32767 * level * math.sin(index / 5)) for index in range(round(seconds * rate))))


def wav(samples: array, rate: int = 8000, channels: int = 1) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(samples.itemsize)
        writer.setframerate(rate)
        writer.writeframes(samples.tobytes())
    return buffer.getvalue()


def wav_of(data: bytes, encoding: int, bits: int, rate: int = 8000, magic: bytes = b"RIFF") -> bytes:
    """A mono WAV with any encoding; RIFX has its numbers the other way round."""
    order = ">" if magic == b"RIFX" else "<"
    chunk = struct.pack(f"{order}HHIIHH", encoding, 1, rate, rate * bits // 8, bits // 8, bits)
    body = b"WAVEfmt " + struct.pack(f"{order}I", 16) + chunk + b"data" + struct.pack(f"{order}I", len(data)) + data
    return magic + struct.pack(f"{order}I", len(body)) + body
