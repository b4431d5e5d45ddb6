"""Sam's datasets and how files reach them: a multipart body as curl writes it, and arrivals for operations."""

from pathlib import Path

from django.conf import settings
from django.test import Client

from databroker import storage
from databroker.operations.accounts import create_token
from databroker.states import Scope
from suppliers import kinds
from suppliers.models import Dataset
from suppliers.operations.datasets import create_dataset
from suppliers.operations.files import add_files
from suppliers.operations.versions import seal_version
from suppliers.reception import Arrival

BOUNDARY = "----boundary-of-the-tests"


def dataset_of(person, name="Harbour notes"):
    return create_dataset(name=name, source_type="university", actor=person.actor)


def arrival(name, data):
    """A file in staging, as a door hands it to the operation."""
    staged = storage.Staged(limit=10**9)
    staged.write(data)
    staged.close()
    return Arrival(name, len(data), staged, kinds.kind_of(data, name))


def filled(person, name="Harbour notes", **files):
    """A dataset whose open version holds `files` (name without dots -> bytes), by default one."""
    dataset = dataset_of(person, name)
    arrivals = [arrival(f"{stem}.txt", data) for stem, data in (files or {"a": b"one"}).items()]
    add_files(dataset.latest.pk, arrivals=arrivals, confirmed=True, actor=person.actor)
    return Dataset.objects.get(pk=dataset.pk)


def sealed(person, name="Harbour notes", **files):
    """The sealed first version of a new dataset."""
    return seal_version(filled(person, name, **files).latest.pk, actor=person.actor)


def token(person, scopes=None):
    made = create_token(name="test", scopes=scopes or list(Scope.values), days=1, actor=person.actor)
    return made.secret


def api(person):
    return Client(headers={"Authorization": f"Bearer {token(person)}"})


def multipart(files, first=None, **fields):
    """(body, content type); `first` are fields before the files, the others follow them as curl's order has it."""
    parts = [_field(name, value) for name, value in _pairs(first or {})]
    for name, data in files:
        raw = name if isinstance(name, bytes) else name.encode()
        head = b'Content-Disposition: form-data; name="files"; filename="' + raw + b'"\r\n'
        parts.append(head + b"Content-Type: application/octet-stream\r\n\r\n" + data)
    parts += [_field(name, value) for name, value in _pairs(fields)]
    line = f"--{BOUNDARY}".encode()
    body = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"
    return body, f"multipart/form-data; boundary={BOUNDARY}"


def _pairs(fields):
    return [(name, one) for name, value in fields.items() for one in (value if isinstance(value, list) else [value])]


def _field(name, value):
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()


def store_files():
    """Every object in the store, locks and folders left out."""
    root = Path(settings.STORE_ROOT)
    return sorted(path for path in root.rglob("*") if path.is_file() and not path.name.startswith("."))
