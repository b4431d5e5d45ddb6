"""Small files of each kind, made on the spot."""

import io
import json
import math
import struct
import wave

from PIL import Image

from tests.refinery import supply


def picture(seed=1, size=(320, 240), kind="PNG"):
    """A picture with enough detail to be kept."""
    image = Image.new("RGB", size)
    image.putdata(
        [
            ((x * 7 * seed + y * 3) % 256, (x * y // (3 + seed)) % 256, (x * x // 50 + y * seed) % 256)
            for y in range(size[1])
            for x in range(size[0])
        ]
    )
    sink = io.BytesIO()
    image.save(sink, kind)
    return sink.getvalue()


def sound(seconds=2.0, rate=8000):
    """A tone as WAV."""
    sink = io.BytesIO()
    with wave.open(sink, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        samples = (int(12000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(int(seconds * rate)))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return sink.getvalue()


MIXED = supply.FILES | {
    "pictures/one.png": picture(1),
    "pictures/same.png": picture(1),
    "pictures/cut.png": picture(2)[:2000],
    "tone.wav": sound(),
    "table.csv": b"city,people\nOslo,709000\nBergen,291000\nBergen,291000\n",
    "rows.jsonl": b"".join(json.dumps({"id": n, "text": t}).encode() + b"\n" for n, t in enumerate([supply.THIRD, ""])),
    "latin.txt": supply.GOOD.replace("town", "sm\xe5by").encode("latin-1"),
}
"""Every kind this issue reads, with copies and broken ones among them."""
