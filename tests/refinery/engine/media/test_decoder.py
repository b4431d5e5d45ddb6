import io
import os
import signal
import subprocess
import sys
import time
from array import array
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from refinery.engine.errors import DecoderUnavailable
from refinery.engine.media.answers import RASTER_EDGE, parse_audio, parse_image, parse_refusal
from refinery.engine.media.decoder import AudioFacts, DecodedImage, Decoder, Limits, Refusal
from tests.refinery.engine.media.samples import decoded, saved, scene, tone, wav


def child_of(decoder: Decoder, path: Path) -> int:
    """The process id of the running child, after it did some work."""
    decoded(decoder, scene(), path)
    found = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=True
    )
    children = [int(line.split()[0]) for line in found.stdout.splitlines() if "decoder_child" in line]
    # The newest one: the session's own decoder has a child too, and process ids begin again at some point.
    return max(children, key=lambda child: int(Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[19]))


def code_of(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def test_an_image_comes_back_as_its_pixels(decoder: Decoder, tmp_path: Path) -> None:
    picture = decoded(decoder, scene(), tmp_path / "a.png")

    assert (picture.format, picture.mode, picture.width, picture.height) == ("PNG", "RGB", 320, 240)
    assert np.array_equal(picture.raster, np.asarray(scene()))


def test_a_large_image_is_reduced_but_digested_whole(decoder: Decoder, tmp_path: Path) -> None:
    large = scene(size=(1500, 900))
    changed = large.copy()
    changed.putpixel((777, 555), (1, 2, 3))

    first, second = (decoded(decoder, image, tmp_path / "a.png") for image in (large, changed))

    assert first.raster.shape == (307, RASTER_EDGE, 3)
    assert first.pixel_digest != second.pixel_digest


@pytest.mark.parametrize("suffix", ["bmp", "webp", "tiff", "ppm", "gif"])
def test_the_same_pixels_have_the_same_digest_in_every_format(suffix: str, decoder: Decoder, tmp_path: Path) -> None:
    image = scene().quantize(64).convert("RGB")
    options = {"lossless": True} if suffix == "webp" else {}

    other = decoded(decoder, image, tmp_path / f"a.{suffix}", **options)

    assert other.pixel_digest == decoded(decoder, image, tmp_path / "a.png").pixel_digest


def test_palette_grey_and_opaque_alpha_are_the_colours_they_show(decoder: Decoder, tmp_path: Path) -> None:
    grey = scene().convert("L")
    forms = (grey, grey.convert("RGB"), grey.convert("RGBA"), grey.convert("LA"), grey.convert("P"))

    assert len({decoded(decoder, image, tmp_path / "a.png").pixel_digest for image in forms}) == 1


def test_transparency_is_shown_on_white_and_told_apart_in_the_digest(decoder: Decoder, tmp_path: Path) -> None:
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))

    picture = decoded(decoder, clear, tmp_path / "a.png")

    assert picture.raster.min() == 255
    assert (
        picture.pixel_digest != decoded(decoder, Image.new("RGB", (40, 40), "white"), tmp_path / "b.png").pixel_digest
    )


@pytest.mark.parametrize("orientation", [2, 3, 4, 5, 6, 7, 8])
def test_an_image_is_measured_and_digested_as_displayed(orientation: int, decoder: Decoder, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = tmp_path / "a.png"
    saved(scene(), turned, exif=exif)
    with Image.open(turned) as opened:
        shown = ImageOps.exif_transpose(opened)

    answer = decoder.image(turned)

    assert isinstance(answer, DecodedImage)
    assert np.array_equal(answer.raster, np.asarray(shown))
    shown.info.clear()
    assert answer.pixel_digest == decoded(decoder, Image.fromarray(np.asarray(shown)), tmp_path / "b.png").pixel_digest


def test_sixteen_bits_are_not_rounded_in_the_digest(decoder: Decoder, tmp_path: Path) -> None:
    values = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64) * 16
    first, second = (Image.fromarray(values + step) for step in (0, 1))

    one, other = (decoded(decoder, image, tmp_path / "a.png") for image in (first, second))

    assert np.abs(one.raster.astype(int) - other.raster).max() <= 1
    assert one.pixel_digest != other.pixel_digest


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I;16", "I", "F"])
def test_every_mode_a_tiff_can_hold_is_decoded(mode: str, decoder: Decoder, tmp_path: Path) -> None:
    image = Image.new(mode, (48, 40)) if mode in ("LAB", "I;16", "LA") else scene(size=(48, 40)).convert(mode)

    answer = decoder.image(saved(image, tmp_path / "a.tiff"))

    assert isinstance(answer, DecodedImage) or (mode, code_of(answer)) == ("LAB", "image_unreadable")


def test_of_an_animation_the_first_frame_counts_and_the_rest_is_noted(decoder: Decoder, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]

    picture = decoded(decoder, frames[0], tmp_path / "a.gif", save_all=True, append_images=frames[1:])

    assert picture.frames_more
    assert tuple(picture.raster[0, 0]) == (255, 0, 0)


def test_avif_decodes_though_the_child_may_start_no_thread(decoder: Decoder, tmp_path: Path) -> None:
    assert decoded(decoder, scene(), tmp_path / "a.avif").format == "AVIF"


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff"])
def test_half_an_image_is_refused(suffix: str, decoder: Decoder, tmp_path: Path) -> None:
    path = saved(scene(), tmp_path / f"a.{suffix}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert code_of(decoder.image(path)) in ("image_truncated", "image_unreadable")


def test_an_image_of_no_bytes_is_empty(decoder: Decoder, tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()

    assert code_of(decoder.image(tmp_path / "a.png")) == "empty"


def test_a_bomb_is_refused_by_the_limit_it_was_given(tmp_path: Path) -> None:
    path = saved(Image.new("1", (2000, 2000)), tmp_path / "a.png")

    with Decoder(Limits(most_pixels=3_999_999)) as strict, Decoder(Limits(most_pixels=4_000_000)) as exact:
        assert code_of(strict.image(path)) == "image_bomb"
        assert isinstance(exact.image(path), DecodedImage)


def test_text_is_no_image(decoder: Decoder, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("not an image")

    assert code_of(decoder.image(tmp_path / "a.png")) == "image_unsupported"


def test_a_missing_file_and_a_pipe_are_refused_at_once(decoder: Decoder, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert code_of(decoder.image(tmp_path / "gone.png")) == "file_unreadable"
    assert code_of(decoder.image(tmp_path / "pipe")) == "file_unreadable"


def test_an_item_out_of_time_is_refused_and_the_next_one_served(tmp_path: Path) -> None:
    slow, quick = (
        saved(Image.effect_noise((3000, 3000), 50), tmp_path / "slow.png"),
        saved(scene(), tmp_path / "quick.png"),
    )

    with Decoder(Limits(image_seconds=0.02)) as decoder:
        assert code_of(decoder.image(slow)) == "decoder_timeout"
        assert isinstance(decoder.image(quick), DecodedImage)


def test_a_child_that_hangs_without_computing_is_given_up(tmp_path: Path) -> None:
    path = saved(scene(), tmp_path / "a.png")

    with Decoder(Limits(image_seconds=0.1)) as decoder:
        os.kill(child_of(decoder, path), signal.SIGSTOP)
        began = time.monotonic()

        assert code_of(decoder.image(path)) == "decoder_timeout"
        assert time.monotonic() - began < 3
        assert isinstance(decoder.image(path), DecodedImage)


def test_an_item_out_of_memory_is_refused_and_the_next_one_served(tmp_path: Path) -> None:
    large = saved(Image.new("RGB", (9000, 9000)), tmp_path / "large.png")

    with Decoder(Limits(memory_bytes=200 * 1024**2)) as decoder:
        assert code_of(decoder.image(large)) == "decoder_memory"
        assert isinstance(decoder.image(saved(scene(), tmp_path / "a.png")), DecodedImage)


def test_a_child_killed_from_outside_costs_no_record(tmp_path: Path) -> None:
    path = saved(scene(), tmp_path / "a.png")

    with Decoder() as decoder:
        os.kill(child_of(decoder, path), signal.SIGKILL)

        assert isinstance(decoder.image(path), DecodedImage)


def test_a_child_killed_while_it_starts_costs_no_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, first = saved(scene(), tmp_path / "a.png"), tmp_path / "first"
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nmkdir "{first}" 2>/dev/null && kill -KILL $$\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))

    with Decoder() as decoder:
        assert isinstance(decoder.image(path), DecodedImage)
    assert first.exists()


@pytest.mark.parametrize(
    ("python", "cause"),
    [("/bin/false", "it ended with status 1"), ("/nowhere/python", r"\[Errno 2\]")],
)
def test_a_child_that_cannot_start_is_no_fault_of_the_file(
    python: str, cause: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(scene(), tmp_path / "a.png")
    monkeypatch.setattr(sys, "executable", python)

    with Decoder() as decoder, pytest.raises(DecoderUnavailable, match=f"does not start: {cause}"):
        decoder.image(path)


def test_the_child_is_gone_when_the_decoder_closes(tmp_path: Path) -> None:
    with Decoder() as decoder:
        child = child_of(decoder, tmp_path / "a.png")

    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_the_child_dies_with_an_engine_that_is_killed(tmp_path: Path) -> None:
    path = saved(scene(), tmp_path / "a.png")
    script = (
        "import sys, time; from pathlib import Path; from refinery.engine.media.decoder import Decoder\n"
        f"d = Decoder(); d.image(Path({str(path)!r})); print(d._child.pid, flush=True); time.sleep(60)"
    )
    engine = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert engine.stdout is not None
    child = int(engine.stdout.readline())
    engine.kill()
    engine.communicate()

    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
            return
        time.sleep(0.05)
    pytest.fail("the child outlived its engine")


def test_sound_facts_come_back(decoder: Decoder, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav(tone(0.5), rate=16000))

    facts = decoder.audio(tmp_path / "a.wav")

    assert isinstance(facts, AudioFacts)
    assert (facts.duration_seconds, facts.sample_rate, facts.channels, facts.bits_per_sample) == (0.25, 16000, 1, 16)


def test_an_image_named_like_sound_is_no_sound(decoder: Decoder, tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    buffer = io.BytesIO()
    scene().save(buffer, "PNG")
    path.write_bytes(buffer.getvalue())

    assert code_of(decoder.audio(path)) == "audio_unsupported"


def test_a_sound_header_cut_short_is_truncated(decoder: Decoder, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav(array("h", [0]))[:20])

    assert code_of(decoder.audio(tmp_path / "a.wav")) == "audio_truncated"


def test_flac_without_its_stream_is_unreadable(decoder: Decoder, tmp_path: Path) -> None:
    (tmp_path / "a.flac").write_bytes(b"fLaC" + b"\0" * 40)

    assert code_of(decoder.audio(tmp_path / "a.flac")) == "audio_unreadable"


GOOD_IMAGE: dict[str, object] = {
    "media_type": "image/png", "format": "PNG", "mode": "RGB", "width": 2, "height": 1, "orientation": 1,
    "frames_more": False, "pixel_digest": "0" * 64, "rows": 1, "columns": 2,
}  # fmt: skip


@pytest.mark.parametrize(
    "lie",
    [
        {"rows": 2},
        {"rows": 10**9},
        {"pixel_digest": "../x"},
        {"width": -1},
        {"format": "P" * 9999},
        {"orientation": True},
    ],
)
def test_an_answer_that_does_not_add_up_is_not_believed(lie: dict[str, object]) -> None:
    assert parse_image(GOOD_IMAGE, b"\0" * 6).width == 2
    with pytest.raises(ValueError):
        parse_image({**GOOD_IMAGE, **lie}, b"\0" * 6)


def test_numbers_without_an_end_are_not_believed() -> None:
    good: dict[str, object] = {"media_type": "audio/wav", "duration_seconds": 1.0, "tags": 0}
    assert parse_audio(good).duration_seconds == 1.0
    with pytest.raises(ValueError):
        parse_audio({**good, "duration_seconds": float("nan")})


def test_a_refusal_nobody_knows_is_not_believed() -> None:
    with pytest.raises(ValueError):
        parse_refusal({"refused": "because", "detail": ""})
