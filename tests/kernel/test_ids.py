"""databroker/ids.py"""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from databroker import ids


def test_a_key_is_a_version_7_uuid() -> None:
    assert ids.uuid7().version == 7


def test_keys_made_later_sort_later(monkeypatch: object) -> None:
    keys = [ids.uuid7() for _ in range(3)]
    assert [key.int >> 80 for key in keys] == sorted(key.int >> 80 for key in keys)


@given(st.uuids())
def test_a_public_id_leads_back_to_its_key(key: uuid.UUID) -> None:
    assert ids.from_public(ids.to_public("dts", key), "dts") == key


@given(st.uuids(), st.uuids())
def test_public_ids_sort_like_their_keys(a: uuid.UUID, b: uuid.UUID) -> None:
    assert (a.int < b.int) == (ids.to_public("dts", a) < ids.to_public("dts", b))


def test_a_public_id_of_another_kind_is_not_taken() -> None:
    assert ids.from_public(ids.to_public("run", ids.uuid7()), "dts") is None


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    found = ids.from_public(text, "dts")
    assert found is None or ids.to_public("dts", found) == text.lower()
