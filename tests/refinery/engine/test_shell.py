"""The two commands as a shell sees them: exit status, streams, and no database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.refinery.engine import samples

ROOT = Path(__file__).resolve().parents[3]
MANAGE = [sys.executable, str(ROOT / "manage.py")]


def shell(*words, **environment):
    return subprocess.run(
        [*MANAGE, *map(str, words)], cwd=ROOT, capture_output=True, text=True, env=os.environ | environment
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    root = tmp_path_factory.mktemp("shell")
    source = samples.mixed_input(root / "in")
    return shell("refine", source, "--out", root / "out", "--json", "--workers", "1"), source, root / "out"


def test_refine_prints_its_report_and_nothing_else(done):
    finished, _, out = done

    assert finished.returncode == 0
    assert json.loads(finished.stdout) == json.loads((out / "report.json").read_text())
    assert "read: 0 of 1" in finished.stderr


def test_verify_proves_it_with_and_without_the_input(done):
    _, source, out = done

    assert shell("verify", out).returncode == 0
    assert shell("verify", out, "--input", source).returncode == 0


def test_verify_names_what_differs(done, tmp_path):
    _, _, out = done
    (tmp_path / "manifest.json").write_bytes((out / "manifest.json").read_bytes())

    finished = shell("verify", tmp_path)

    assert finished.returncode == 1
    assert "SHA256SUMS is missing" in finished.stderr


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--engine", "ray"], 2, "local processes only"),
        (["--ray-address", "x"], 2, "local processes only"),
        (["--eval-set", "a=b.jsonl"], 2, "Evaluation sets"),
        (["--threshold", "2"], 2, "between 0 and 1"),
        (["--threshold", "much"], 2, "invalid float value"),
        (["--recipe", "cake"], 2, "no recipe 'cake'"),
        (["--recipe", "annotate", "--threshold", "0.5"], 2, "decides nothing"),
        (["--workers", "-1"], 2, "--workers"),
    ],
)
def test_bad_usage_is_refused_in_words(done, tmp_path, words, status, said):
    finished = shell("refine", done[1], "--out", tmp_path / "out", *words)

    assert finished.returncode == status
    assert said in finished.stderr
    assert finished.stdout == ""


@pytest.mark.parametrize(("given", "status"), [("nowhere", 3), ("s3://bucket/key", 2), ("pack.zip", 2)])
def test_an_input_that_cannot_be_read_is_refused_in_words(tmp_path, given, status):
    (tmp_path / "pack.zip").write_bytes(b"PK\x03\x04")
    given = given if "//" in given else str(tmp_path / given)

    assert shell("refine", given, "--out", tmp_path / "out").returncode == status


def test_no_database_is_touched(done, tmp_path):
    finished = shell("verify", done[2], DATABASE_URL="postgres://nobody@127.0.0.1:1/nowhere")

    assert finished.returncode == 0
