from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from refinery.engine.media import images
from refinery.engine.media.decoder import Decoder
from refinery.engine.records import Scores
from tests.refinery.engine.media.samples import blurred, decoded, noisy, scene


def scores(decoder: Decoder, image: Image.Image, folder: Path) -> Scores:
    return images.measure(decoded(decoder, image, folder / "image.png"))


def known(value: float | None) -> float:
    assert value is not None
    return value


def test_the_scores_are_those_the_blocks_announce(decoder: Decoder, tmp_path: Path) -> None:
    announced = {field for block in images.BLOCKS for field in block.outputs}

    assert set(scores(decoder, scene(), tmp_path)) == announced


def test_size_is_the_displayed_one_even_where_the_raster_is_smaller(decoder: Decoder, tmp_path: Path) -> None:
    measured = scores(decoder, scene(size=(900, 300)), tmp_path)

    assert (measured["image_width"], measured["image_height"], measured["image_short_side"]) == (900, 300, 300)
    assert measured["image_aspect_ratio"] == pytest.approx(1 / 3)


def test_more_blur_is_less_sharp(decoder: Decoder, tmp_path: Path) -> None:
    found = [known(scores(decoder, blurred(scene(), radius), tmp_path)["image_sharpness"]) for radius in (0, 1, 2, 4)]

    assert found == sorted(found, reverse=True)
    assert found[0] > 0.25 > found[2]


def test_noise_does_not_make_a_blurred_image_sharp(decoder: Decoder, tmp_path: Path) -> None:
    measured = scores(decoder, noisy(blurred(scene(), 3), 8), tmp_path)

    assert known(measured["image_sharpness"]) < 0.25


def test_contrast_does_not_change_sharpness(decoder: Decoder, tmp_path: Path) -> None:
    faint = Image.fromarray((np.asarray(scene()) * 0.3 + 80).astype(np.uint8))

    full, weak = (scores(decoder, image, tmp_path)["image_sharpness"] for image in (scene(), faint))

    assert known(weak) == pytest.approx(known(full), rel=0.1)


def test_motion_in_one_direction_is_blur(decoder: Decoder, tmp_path: Path) -> None:
    pixels = np.asarray(scene()).astype(float)
    moved = np.mean([np.roll(pixels, shift, axis=1) for shift in range(15)], axis=0)

    assert known(scores(decoder, Image.fromarray(moved.astype(np.uint8)), tmp_path)["image_sharpness"]) < 0.25


def test_noise_is_measured_in_grey_levels(decoder: Decoder, tmp_path: Path) -> None:
    flat = Image.new("RGB", (200, 200), (120, 120, 120))

    measured = scores(decoder, noisy(flat, 20), tmp_path)

    # three independent channels: luma noise is 20 x sqrt(.299^2 + .587^2 + .114^2)
    assert known(measured["image_noise"]) == pytest.approx(13.4, rel=0.1)


def test_a_blank_image_has_no_information_and_no_sharpness(decoder: Decoder, tmp_path: Path) -> None:
    measured = scores(decoder, Image.new("RGB", (100, 100), "teal"), tmp_path)

    assert measured["image_entropy"] == 0.0
    assert measured["image_sharpness"] is None


def test_dark_and_light_are_told_from_the_percentiles(decoder: Decoder, tmp_path: Path) -> None:
    dark = scores(decoder, scene().point(lambda value: value * 0.1), tmp_path)
    light = scores(decoder, scene().point(lambda value: 240 + value * 0.05), tmp_path)

    assert known(dark["image_bright_p99"]) < 0.32
    assert known(light["image_bright_p5"]) > 0.9


def test_an_icon_is_too_small_to_be_called_blurred(decoder: Decoder, tmp_path: Path) -> None:
    assert scores(decoder, scene(size=(16, 16)), tmp_path)["image_sharpness"] is None


def test_the_same_bytes_measure_the_same(decoder: Decoder, tmp_path: Path) -> None:
    assert scores(decoder, scene(), tmp_path) == scores(decoder, scene(), tmp_path)
