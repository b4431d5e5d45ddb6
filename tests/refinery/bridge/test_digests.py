"""The web and the shell say the same about the same files."""

import hashlib
import json

import pytest

from refinery import bridge
from tests.refinery import pictures, supply
from tests.support.processes import manage


@pytest.mark.django_db(transaction=True)
def test_the_same_files_by_the_web_and_by_the_shell_have_one_digest(sam, cleo, tmp_path):
    odd = {"caf\u00e9/na\u00efve #1.txt": supply.OTHER.encode() + b" More.", "back\\slash.txt": b"Short."}
    files = pictures.MIXED | odd
    package = supply.sealed_package(sam, cleo, files)
    folder = tmp_path / "files"
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    done = manage("refine", str(folder), "--out", str(tmp_path / "out"), "--workers", "2")

    assert done.returncode == 0, done.stderr
    manifest = (tmp_path / "out" / "manifest.json").read_bytes()
    assert json.loads(manifest)["input"]["digest"] == package.run.input_digest
    assert hashlib.sha256(manifest).hexdigest() == package.digest


@pytest.mark.django_db(transaction=True)
def test_a_sold_copy_verifies_against_the_files_it_came_from(sam, cleo, tmp_path):
    package = supply.sealed_package(sam, cleo)
    folder = tmp_path / "files"
    for name, data in supply.FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    assert manage("verify", str(package.directory), "--input", str(folder)).returncode == 0
    (folder / "bridge.txt").write_text("Something else.")
    assert manage("verify", str(package.directory), "--input", str(folder)).returncode == 1


@pytest.mark.django_db
def test_two_organisations_refine_the_same_bytes_without_noticing_each_other(sam, nora):
    ours, theirs = supply.finished_run(sam), supply.finished_run(nora)

    assert ours.package_digest == theirs.package_digest
    assert not bridge.run_folder(ours).samefile(bridge.run_folder(theirs))
    assert not bridge.work_folder(ours).samefile(bridge.work_folder(theirs))
    for run, other in ((ours, theirs), (theirs, ours)):
        lines = (bridge.work_folder(run) / "artefacts").rglob("*.parquet")
        assert not any(other.organization_id.hex.encode() in path.read_bytes() for path in lines)


@pytest.mark.django_db
def test_a_finished_run_leaves_no_job_file_behind(sam):
    run = supply.finished_run(sam)

    assert [path.name for path in bridge.work_folder(run).iterdir()] == ["artefacts"]
