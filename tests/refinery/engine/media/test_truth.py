"""The measures beside known truth: ../shared/data, sections 5 and 6; skipped by name where the data is absent."""

import csv
import time
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from refinery.engine.media import audio, images, near
from refinery.engine.media.decoder import DecodedImage, Decoder, Refusal
from refinery.engine.media.rules import RULES
from refinery.engine.media.sniff import media_type
from refinery.engine.records import Scores
from tests.refinery.engine.media.samples import EVALUATION

IMAGES, SOUNDS = EVALUATION / "5_images", EVALUATION / "6_audio"
pytestmark = pytest.mark.skipif(not IMAGES.is_dir(), reason="needs ../shared/data")


@cache
def rows(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def codes(scores: Scores, modality: str) -> set[str]:
    def fires(value: float, below: float | None, above: float | None) -> bool:
        return (below is not None and value < below) or (above is not None and value > above)

    known = ((rule, scores.get(rule.score)) for rule in RULES if modality in rule.modalities)
    return {rule.code for rule, value in known if value is not None and fires(value, rule.below, rule.above)}


@pytest.fixture(scope="module")
def photos(decoder: Decoder) -> dict[str, DecodedImage]:
    found = {row["file"]: decoder.image(IMAGES / "photo_variants/img" / row["file"]) for row in truth()}
    return {name: image for name, image in found.items() if isinstance(image, DecodedImage)}


def truth() -> list[dict[str, str]]:
    return rows(IMAGES / "photo_variants/truth.csv")


def test_broken_images_are_accepted_exactly_where_pillow_accepts_them(decoder: Decoder) -> None:
    for row in rows(IMAGES / "broken_truth.csv"):
        began = time.monotonic()
        answer = decoder.image(IMAGES / "broken" / row["file"])
        assert isinstance(answer, DecodedImage) == row["peer_pillow_result"].startswith("ok"), (row["file"], answer)
        assert time.monotonic() - began < 5, row["file"]


def test_every_near_copy_of_a_photo_is_found_and_no_other_photo_is(photos: dict[str, DecodedImage]) -> None:
    groups = {row["file"]: row["group"] for row in truth()}
    near_copies = {row["file"] for row in truth() if row["dup_level"] == "near"}
    apart = {row["file"] for row in truth() if row["dup_level"] == "none"}
    thumbs = {name: near.thumbnail(image) for name, image in photos.items()}
    index, names = near.HammingIndex(), sorted(photos)
    signatures = {name: near.signature(photos[name]) for name in names}
    for key, name in enumerate(names):
        index.add(key, signatures[name] or b"")
    found = {
        pair
        for name in names
        for hit in index.query(signatures[name] or b"")
        if names[hit.key] < name
        for pair in ((name, names[hit.key]), (names[hit.key], name))
        if near.compare(thumbs[name], thumbs[names[hit.key]]) >= near.SIMILARITY_LIMIT
    }

    assert {name for name in near_copies if (name, f"{groups[name]}__orig.jpg") in found} == near_copies
    assert not [pair for pair in found if groups[pair[0]] != groups[pair[1]]]
    assert not [pair for pair in found if {*pair} & apart and not {*pair} <= apart]


@pytest.mark.parametrize(
    ("variant", "code", "least"),
    [
        ("blur_s4", "image_blurry", 8),
        ("motion_blur", "image_blurry", 5),
        ("dark", "image_dark", 8),
        ("overexposed", "image_light", 8),
        ("noise_s35", "image_noisy", 8),
        ("strip_odd_aspect", "image_odd_aspect_ratio", 8),
    ],
)
def test_an_issue_is_found(variant: str, code: str, least: int, photos: dict[str, DecodedImage]) -> None:
    flagged = [
        name for name in photos if f"__{variant}." in name and code in codes(images.measure(photos[name]), "image")
    ]

    assert len(flagged) >= least


def test_photos_without_an_issue_break_no_rule(photos: dict[str, DecodedImage]) -> None:
    clean = [row["file"] for row in truth() if row["issues"] in ("", "grayscale", "watermark", "compressed")]

    assert {name: codes(images.measure(photos[name]), "image") for name in clean} == {name: set() for name in clean}


def test_a_sharp_photo_ranks_above_its_blurred_takes(decoder: Decoder) -> None:
    sharpness = {}
    for row in rows(IMAGES / "real_blur_truth.csv"):
        image = decoder.image(IMAGES / "real_blur" / row["file"])
        assert isinstance(image, DecodedImage)
        sharpness[row["issue"]] = images.measure(image)["image_sharpness"] or 0.0

    assert sharpness["sharp"] > 0.25 > max(sharpness["defocus_blur"], sharpness["motion_blur"])


def test_cleanvision_s_issues_are_found_and_no_other(decoder: Decoder) -> None:
    expected = {
        "dark": {"image_dark"},
        "light": {"image_light"},
        "odd_aspect_ratio": {"image_odd_aspect_ratio"},
        "": set(),
    }
    for row in rows(IMAGES / "cleanvision_truth.csv"):
        image = decoder.image(IMAGES / "cleanvision" / row["file"])
        assert isinstance(image, DecodedImage)
        assert codes(images.measure(image), "image") == expected[row["issue"]], row["file"]


def test_images_with_equal_pixels_are_exactly_the_known_groups(decoder: Decoder) -> None:
    digests = {}
    for row in rows(IMAGES / "cleanvision_truth.csv"):
        image = decoder.image(IMAGES / "cleanvision" / row["file"])
        assert isinstance(image, DecodedImage)
        digests[row["file"]] = image.pixel_digest
    groups = {row["file"]: row["exact_dup_group"] or row["file"] for row in rows(IMAGES / "cleanvision_truth.csv")}

    for one, other in combinations(digests, 2):
        assert (digests[one] == digests[other]) == (groups[one] == groups[other]), (one, other)


def test_every_broken_sound_is_flagged_and_every_good_one_kept(decoder: Decoder) -> None:
    for row in rows(SOUNDS / "truth.csv"):
        path = SOUNDS / row["file"]
        kind = media_type(path.read_bytes()[:8192], path.stat().st_size, name=path.name)
        if path.suffix in (".sph", ".raw"):
            assert isinstance(decoder.audio(path), Refusal)
            continue
        facts = decoder.audio(path) if kind.startswith("audio/") else Refusal("audio_unsupported")
        flagged = isinstance(facts, Refusal) or bool(codes(audio.measure(facts), "audio"))
        assert flagged == row["file"].startswith("broken/"), (row["file"], facts)


def test_durations_rates_and_channels_are_the_measured_ones(decoder: Decoder) -> None:
    for row in rows(SOUNDS / "truth.csv"):
        facts = decoder.audio(SOUNDS / row["file"])
        if row["peer_soundfile"] == "ok" and not isinstance(facts, Refusal):
            assert facts.duration_seconds == pytest.approx(float(row["dur_s"]), abs=0.002), row["file"]
            assert (facts.sample_rate, facts.channels) == (int(row["sr"]), int(row["ch"]))
