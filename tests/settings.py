"""The project's own settings over a folder that lives as long as the test session; child processes share it."""

import os
import tempfile
from pathlib import Path

# The first process makes the folder; workers of the same session and children of the tests inherit it.
_root = os.environ.setdefault("TEST_ROOT", tempfile.mkdtemp(prefix="databroker-tests-"))
os.environ["DATA_DIR"] = str(Path(_root) / os.environ.get("PYTEST_XDIST_WORKER", "alone"))
# What a developer's own environment or .env says must not decide a test. Children keep what their test told them.
_FIXED = {
    "DEBUG": "0",
    "DEMO": "0",
    "BIND": "127.0.0.1",
    "SECRET_KEY": "tests-only",
    "SITE_URL": "http://127.0.0.1:8000",
}
if "TEST_CHILD" not in os.environ:
    os.environ.update(_FIXED)
    for _name in ("USE_CLOUD_STORAGE", "LISTING_REVIEW", "EMAIL_URL", "UPLOAD_FOLDER"):
        os.environ.pop(_name, None)

from databroker.settings import *  # noqa: E402, F403 - the lines above decide what this reads
from databroker.settings import STATIC_ROOT, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
