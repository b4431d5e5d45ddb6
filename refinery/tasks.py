"""Doorbells of the refinery: each may ring twice, late or never, and calls one operation."""

from refinery.operations import erasure, packages, supervision


def supervise_run(run_id: str) -> None:
    """One window of a run."""
    supervision.supervise(run_id)


def sweep_runs() -> int:
    """Each minute: runs whose supervisor is gone, approvals without a package, leftovers of erasures."""
    return supervision.sweep() + packages.sweep_unsealed() + erasure.sweep_erased()


def seal_package(run_id: str) -> None:
    """The package of an approved run."""
    packages.seal_package(run_id)
