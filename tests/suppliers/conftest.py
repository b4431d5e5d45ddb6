"""Each test of the suppliers has a data folder of its own, so that it can say what lies in it."""

import pytest


@pytest.fixture(autouse=True)
def own_folders(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    settings.STORE_ROOT = tmp_path / "store"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "store")},
        }
    }
