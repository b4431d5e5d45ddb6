from array import array
from pathlib import Path

import pytest

from refinery.engine.media.riff import TruncatedHeader, WavHeader, loudness, read_header
from tests.refinery.engine.media.samples import tone, wav, wav_of


def measured(content: bytes, path: Path) -> tuple[WavHeader, tuple[float, float] | None]:
    path.write_bytes(content)
    with path.open("rb") as file:
        header = read_header(file)
        return header, loudness(file, header)


def test_a_tone_is_as_loud_as_it_was_made(tmp_path: Path) -> None:
    header, heard = measured(wav(tone(1.0, level=0.5)), tmp_path / "a.wav")

    assert (header.duration_seconds, header.missing_ratio) == (1.0, 0.0)
    assert heard is not None
    assert heard == (0.0, pytest.approx(0.5, abs=0.001))


def test_half_a_file_of_zeros_is_half_silent(tmp_path: Path) -> None:
    _, heard = measured(wav(tone(1.0) + array("h", [0] * 8000)), tmp_path / "a.wav")

    assert heard is not None
    assert heard[0] == 0.5


def test_a_constant_offset_is_silence(tmp_path: Path) -> None:
    _, heard = measured(wav(array("h", [9000] * 8000)), tmp_path / "a.wav")

    assert heard == (1.0, 0.0)


def test_missing_samples_are_measured_as_a_share(tmp_path: Path) -> None:
    header, _ = measured(wav(tone(1.0))[: 44 + 4000], tmp_path / "a.wav")

    assert header.missing_ratio == 0.75
    assert header.duration_seconds == 0.25


def test_a_streamed_size_makes_no_claim(tmp_path: Path) -> None:
    content = bytearray(wav(tone(1.0)))
    content[40:44] = b"\xff" * 4

    header, _ = measured(bytes(content), tmp_path / "a.wav")

    assert header.missing_ratio is None
    assert header.duration_seconds == 1.0


def test_an_odd_chunk_before_the_samples_is_stepped_over(tmp_path: Path) -> None:
    content = wav(tone(0.5))
    header, _ = measured(content[:36] + b"LIST\x03\0\0\0abc\0" + content[36:], tmp_path / "a.wav")

    assert header.duration_seconds == 0.5


def test_a_header_cut_short_says_so(tmp_path: Path) -> None:
    with pytest.raises(TruncatedHeader):
        measured(wav(tone(0.1))[:20], tmp_path / "a.wav")


def test_a_format_chunk_of_nonsense_is_no_truncation(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="format chunk"):
        measured(b"RIFX" + wav(tone(0.1))[4:], tmp_path / "a.wav")


@pytest.mark.parametrize(
    ("data", "encoding", "bits", "magic"),
    [
        (array("d", [0.5, -0.5] * 400).tobytes(), 3, 64, b"RIFF"),
        (array("f", [0.5, -0.5] * 400).tobytes(), 3, 32, b"RIFF"),
        (array("i", [2**30, -(2**30)] * 400).tobytes(), 1, 32, b"RIFF"),
        (b"\x00\x00\x40\x00\x00\xc0" * 400, 1, 24, b"RIFF"),
        (array("B", [192, 64] * 400).tobytes(), 1, 8, b"RIFF"),
        (b"\x40\x00\xc0\x00" * 400, 1, 16, b"RIFX"),
    ],
)
def test_every_plain_encoding_is_heard_alike(
    data: bytes, encoding: int, bits: int, magic: bytes, tmp_path: Path
) -> None:
    _, heard = measured(wav_of(data, encoding, bits, magic=magic), tmp_path / "a.wav")

    assert heard == (0.0, pytest.approx(0.5))


def test_compressed_samples_are_not_judged_by_ear(tmp_path: Path) -> None:
    _, heard = measured(wav_of(b"\xd5" * 800, 6, 8), tmp_path / "a.wav")

    assert heard is None
