"""Static files under hashed names, compressed once; a file that names a missing one does not stop the build."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise ships no types
    """Without a manifest (tests, first start) plain names are served."""

    manifest_strict = False
