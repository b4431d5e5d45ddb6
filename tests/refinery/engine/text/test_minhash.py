"""Signatures estimate how many five-word shingles two texts share, the same way on every machine."""

import hashlib
import random

import numpy as np
import pytest

from refinery.engine.text import minhash
from refinery.engine.text.minhash import band_keys, signature


def equal_share(a, b):
    return float((np.frombuffer(signature(a), "<u4") == np.frombuffer(signature(b), "<u4")).mean())


def test_a_signature_is_448_bytes_and_always_the_same():
    text = "The quick brown fox jumps over the lazy dog"
    assert len(signature(text)) == 448
    assert hashlib.sha256(signature(text)).hexdigest() == GOLDEN


GOLDEN = "7fd3c6c7e9e2f8da3ee89bf9b073d4f67fa6152a8322040060eb0b405cbad523"


@pytest.mark.parametrize("text", ["", "  ", "...", "— ‘’ !", "\0"])
def test_a_text_without_words_has_no_signature(text):
    assert signature(text) is None


def test_a_text_of_fewer_than_five_words_is_one_shingle():
    assert signature("one two") == signature("One, TWO!")
    assert equal_share("one two", "one two three") < 0.1


def test_case_accents_punctuation_and_digits_do_not_matter():
    assert signature("The café, at No. 12, opens at nine") == signature("the CAFE at no 99 opens at nine")


def test_chinese_text_is_shingled_by_characters():
    assert 0.2 < equal_share("委员会在一个寒冷的早晨开会讨论河上的桥", "委员会在一个寒冷的早晨开会讨论河上的路灯") < 1


def test_the_share_of_equal_numbers_estimates_jaccard_similarity():
    chance = random.Random(5)
    errors = []
    for _ in range(60):
        words = [
            f"w{chance.choice('abcdefgh')}{chance.choice('abcdefgh')}{chance.choice('abcdefgh')}" for _ in range(200)
        ]
        other = [word if chance.random() > 0.04 else "changed" for word in words]
        sets = [{tuple(x[i : i + 5]) for i in range(196)} for x in (words, other)]
        truth = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
        errors.append(equal_share(" ".join(words), " ".join(other)) - truth)
    assert abs(np.mean(errors)) < 0.025
    assert np.sqrt(np.mean(np.square(errors))) < 0.07


def test_bands_are_28_slices_of_four_numbers():
    mark = signature("some words to sign here and now")
    keys = band_keys(mark)
    assert len(keys) == 28
    assert b"".join(keys) == mark


def test_batches_do_not_change_a_signature(monkeypatch):
    text = " ".join(f"word{'abc'[i % 3]}{i}x" for i in range(300))
    whole = signature(text)
    monkeypatch.setattr(minhash, "_BATCH", 7)
    assert signature(text) == whole
