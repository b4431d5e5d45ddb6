"""Doorbells of the kernel."""

import time

from databroker import storage

STALE_SECONDS = 24 * 3600


def sweep_staging() -> int:
    """Removes staged files untouched for a day, and stored ones that no row names. Returns how many went."""
    horizon = time.time() - STALE_SECONDS
    stale = [path for path in storage.staging_root().iterdir() if path.is_file() and path.stat().st_mtime < horizon]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale) + storage.sweep_orphans(horizon)
