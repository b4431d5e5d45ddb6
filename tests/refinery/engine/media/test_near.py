from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from refinery.engine.media.decoder import Decoder
from refinery.engine.media.near import HAMMING_LIMIT, SIMILARITY_LIMIT, HammingIndex, compare, signature, thumbnail
from tests.refinery.engine.media.samples import decoded, noisy, scene


class Looked:
    """An image as near-duplicate search sees it."""

    def __init__(self, decoder: Decoder, image: Image.Image, folder: Path) -> None:
        picture = decoded(decoder, image, folder / "image.png")
        self.signature, self.thumbnail = signature(picture), thumbnail(picture)

    def is_near(self, other: "Looked") -> bool:
        index = HammingIndex()
        index.add(0, self.signature or b"")
        return (
            bool(index.query(other.signature or b"")) and compare(self.thumbnail, other.thumbnail) >= SIMILARITY_LIMIT
        )


def trimmed(image: Image.Image, share: float) -> Image.Image:
    width, height = image.size
    return image.crop(
        (round(width * share), round(height * share), round(width * (1 - share)), round(height * (1 - share)))
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image.resize((160, 120)),
        lambda image: image.resize((480, 360)),
        lambda image: image.convert("L").convert("RGB"),
        lambda image: image.point(lambda value: min(255, value * 1.2)),
        lambda image: noisy(image, 25),
        lambda image: trimmed(image, 0.04),
    ],
)
def test_a_reworked_copy_is_near(change, decoder: Decoder, tmp_path: Path) -> None:
    assert Looked(decoder, scene(), tmp_path).is_near(Looked(decoder, change(scene()), tmp_path))


def test_different_pictures_are_not_near(decoder: Decoder, tmp_path: Path) -> None:
    looked = [Looked(decoder, scene(seed), tmp_path) for seed in range(4)]

    assert not any(one.is_near(other) for one in looked for other in looked if one is not other)


@pytest.mark.parametrize("squeezed", [(320, 24), (24, 240)])
def test_a_squeezed_strip_of_an_image_is_not_the_image(
    squeezed: tuple[int, int], decoder: Decoder, tmp_path: Path
) -> None:
    whole, strip = (Looked(decoder, image, tmp_path) for image in (scene(), scene().resize(squeezed)))

    assert compare(whole.thumbnail, strip.thumbnail) == 0.0


def test_the_same_thing_in_another_colour_is_another_thing(decoder: Decoder, tmp_path: Path) -> None:
    def shirt(colour: str) -> Looked:
        image = Image.new("RGB", (300, 300), "white")
        ImageDraw.Draw(image).polygon([(60, 60), (240, 60), (210, 260), (90, 260)], fill=colour)
        return Looked(decoder, image, tmp_path)

    assert compare(shirt("#c82020").thumbnail, shirt("#1f4fe0").thumbnail) < SIMILARITY_LIMIT


def test_two_forms_filled_in_differently_are_two_records(decoder: Decoder, tmp_path: Path) -> None:
    def form(seed: int) -> Looked:
        image, random = Image.new("RGB", (480, 480), "white"), np.random.default_rng(seed)
        draw = ImageDraw.Draw(image)
        for row in range(12):
            draw.rectangle((20, 20 + row * 38, 150, 44 + row * 38), fill="black")
            for x in range(180, 460, 10):
                draw.rectangle((x, 22 + row * 38, x + random.integers(1, 9), 42 + row * 38), fill="black")
        return Looked(decoder, image, tmp_path)

    assert compare(form(1).thumbnail, form(2).thumbnail) < SIMILARITY_LIMIT


def test_blank_images_are_nobodys_duplicate(decoder: Decoder, tmp_path: Path) -> None:
    white, grey = (Looked(decoder, Image.new("RGB", (80, 80), colour), tmp_path) for colour in ("white", "grey"))

    assert white.signature is None
    assert compare(white.thumbnail, grey.thumbnail) == 0.0
    assert compare(white.thumbnail, white.thumbnail) == 0.0


def test_comparing_is_alike_in_both_orders(decoder: Decoder, tmp_path: Path) -> None:
    one, other = (Looked(decoder, image, tmp_path).thumbnail for image in (scene(), trimmed(scene(), 0.05)))

    assert compare(one, other) == compare(other, one)


def test_the_index_finds_exactly_what_comparing_all_would() -> None:
    random = np.random.default_rng(5)
    centres = random.integers(0, 2**63, 40, dtype=np.uint64)
    values = [
        int(centre) ^ sum(1 << int(bit) for bit in random.choice(64, 7, replace=False))
        for centre in np.repeat(centres, 5)
    ]
    members = [value.to_bytes(8, "big") for value in values]
    index = HammingIndex()
    for key, member in enumerate(members):
        index.add(key, member)

    for value, member in zip(values, members, strict=True):
        near = sorted(((value ^ other).bit_count(), key) for key, other in enumerate(values))
        expected = [pair for pair in near if pair[0] <= HAMMING_LIMIT]
        assert [(candidate.distance, candidate.key) for candidate in index.query(member)] == expected


def test_a_limit_the_index_cannot_search_exactly_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 11"):
        HammingIndex(12)
