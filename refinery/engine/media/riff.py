"""WAV files read by hand: declared against present sample bytes, and how much of the sound is silence."""

from __future__ import annotations

import math
import os
import sys
from array import array
from dataclasses import dataclass
from typing import BinaryIO

SILENCE_AMPLITUDE = 0.001
"""-60 dBFS: below the noise of any room recorded on purpose, above the dither of an empty track."""
WINDOW_SECONDS = 0.05
READ_BUDGET = 16 * 1024 * 1024
_BLOCK = 1024 * 1024
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_STREAMED = 0xFFFFFFFF
_MAX_CHUNKS = 10_000


class TruncatedHeader(ValueError):
    """The file ends before its samples begin."""


@dataclass(frozen=True, slots=True)
class WavHeader:
    """The fmt chunk and where the samples lie. `declared` is None where a streaming writer left the size open."""

    encoding: int
    channels: int
    sample_rate: int
    block_align: int
    bits: int
    data_start: int
    declared: int | None
    present: int

    @property
    def missing_ratio(self) -> float | None:
        """Share of the declared sample bytes that the file does not have, 0 to 1."""
        if self.declared is None:
            return None
        return 1.0 - self.present / self.declared if self.declared else 0.0

    @property
    def duration_seconds(self) -> float:
        """Length of the samples that are there."""
        return self.present // self.block_align / self.sample_rate


def read_header(file: BinaryIO) -> WavHeader:
    """The header of a RIFF, RIFX or RF64 WAVE file. Raises TruncatedHeader, or ValueError where it makes no sense."""
    size = os.fstat(file.fileno()).st_size
    file.seek(0)
    order = "big" if _exactly(file, 12)[:4] == b"RIFX" else "little"
    format_chunk, long_size = b"", None
    for _ in range(_MAX_CHUNKS):
        head = _exactly(file, 8)
        name, length = head[:4], int.from_bytes(head[4:], "big" if order == "big" else "little")
        if name == b"data":
            return _header(format_chunk, order, (file.tell(), length, size), long_size)
        if name == b"fmt " and not 16 <= length <= 4096:
            raise ValueError("the size of the format chunk makes no sense")
        content = _exactly(file, min(length, 64)) if name in (b"fmt ", b"ds64") else b""
        if name == b"fmt ":
            format_chunk = content
        elif name == b"ds64" and len(content) >= 16:
            long_size = int.from_bytes(content[8:16], "little")
        file.seek(length - len(content) + length % 2, os.SEEK_CUR)
    raise ValueError("no samples among the first chunks")


def loudness(file: BinaryIO, header: WavHeader) -> tuple[float, float] | None:
    """(silence ratio, peak), both 0 to 1, over 50 ms windows; None where the encoding is not plain PCM or float.

    Half peak-to-peak is used, so a constant offset is silence. Over 16 MiB, blocks of 1 MiB spread evenly are read.
    """
    width = header.bits // 8
    if header.encoding not in (_PCM, _FLOAT) or width * header.channels != header.block_align:
        return None
    if width not in ((4, 8) if header.encoding == _FLOAT else (1, 2, 3, 4)):
        return None
    window = max(1, round(header.sample_rate * WINDOW_SECONDS)) * header.block_align
    big = _is_big_endian(file)
    amplitudes = [
        _amplitude(block[start : start + window], header.encoding, width, big)
        for block in _blocks(file, header, window)
        for start in range(0, len(block), window)
    ]
    if not amplitudes:
        return None
    quiet = sum(amplitude <= SILENCE_AMPLITUDE for amplitude in amplitudes)
    return quiet / len(amplitudes), min(1.0, max(amplitudes))


def _exactly(file: BinaryIO, count: int) -> bytes:
    content = file.read(count)
    if len(content) < count:
        raise TruncatedHeader("the file ends inside its header")
    return content


def _header(chunk: bytes, order: str, data: tuple[int, int, int], long_size: int | None) -> WavHeader:
    start, length, size = data

    def field(at: int, width: int) -> int:
        return int.from_bytes(chunk[at : at + width], "big" if order == "big" else "little")

    if len(chunk) < 16:
        raise ValueError("no format before the samples")
    encoding = field(24, 2) if field(0, 2) == _EXTENSIBLE and len(chunk) >= 26 else field(0, 2)
    declared = long_size if length == _STREAMED else length
    present = min(size - start, declared) if declared is not None else size - start
    header = WavHeader(encoding, field(2, 2), field(4, 4), field(12, 2), field(14, 2), start, declared, present)
    if not (0 < header.channels <= 1024 and 0 < header.sample_rate <= 10_000_000 and header.block_align > 0):
        raise ValueError("channels, sample rate or frame size make no sense")
    return header


def _is_big_endian(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(4) == b"RIFX"


def _blocks(file: BinaryIO, header: WavHeader, window: int) -> list[bytes]:
    """Whole windows of sample bytes: all of them, or evenly spread blocks within the read budget."""
    usable = header.present - header.present % header.block_align
    length = max(window, _BLOCK - _BLOCK % window)
    total = math.ceil(usable / length)
    wanted = min(total, max(1, READ_BUDGET // length))
    starts = [index * total // wanted * length for index in range(wanted)]
    blocks = []
    for start in starts:
        file.seek(header.data_start + start)
        blocks.append(file.read(min(length, usable - start)))
    return blocks


def _amplitude(data: bytes, encoding: int, width: int, big: bool) -> float:
    """Half peak-to-peak of the samples, full scale = 1."""
    samples, scale = _samples(data, encoding, width, big)
    amplitude = (max(samples) - min(samples)) / 2 / scale
    return amplitude if math.isfinite(amplitude) else 1.0


def _samples(data: bytes, encoding: int, width: int, big: bool) -> tuple[array[float] | array[int], float]:
    if encoding == _FLOAT:
        reals = array("f" if width == 4 else "d", data)
        _order(reals, big)
        return reals, 1.0
    if width == 3:  # the upper two bytes say all that a limit of 10 bits needs
        upper = bytearray(len(data) // 3 * 2)
        upper[0::2], upper[1::2] = (data[0::3], data[1::3]) if big else (data[1::3], data[2::3])
        data, width = bytes(upper), 2
    whole = array({1: "B", 2: "h", 4: "i"}[width], data)
    _order(whole, big)
    return whole, 2.0 ** (8 * width - 1)


def _order(samples: array[float] | array[int], big: bool) -> None:
    if big != (sys.byteorder == "big"):
        samples.byteswap()
