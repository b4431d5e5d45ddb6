"""Languages are named where the model is sure, and `und` where it is not; the answer never varies."""

import socket
import subprocess
import sys

import pytest

from refinery.engine.text import language
from refinery.engine.text.language import LanguageGuess, classify

SENTENCES = {
    "en": "The committee met on a cold morning to talk about the bridge over the river.",
    "de": "Der Ausschuss traf sich an einem kalten Morgen, um über die Brücke zu sprechen.",
    "fr": "Le comité s’est réuni un matin froid pour parler du pont sur la rivière.",
    "ru": "Комитет собрался холодным утром, чтобы поговорить о мосте через реку.",
    "zh": "委员会在一个寒冷的早晨开会讨论河上的桥。",
    "ja": "委員会は寒い朝に集まり、川にかかる橋について話し合いました。",
    "ar": "اجتمعت اللجنة في صباح بارد للحديث عن الجسر فوق النهر.",
    "nb": "Komiteen møttes en kald morgen for å snakke om broen over elva, og ikke noe annet.",
}


@pytest.mark.parametrize(("code", "sentence"), SENTENCES.items())
def test_a_clear_sentence_is_named_by_its_iso_code(code, sentence):
    guess = classify(sentence)
    assert guess.language == code
    assert language.SURE <= guess.confidence <= 1


@pytest.mark.parametrize("text", ["", " ", "123 456 789", "\ud800\udfff", "\0\0", "ok", "!!! ??? ...", "\n\n"])
def test_what_holds_too_few_letters_is_undetermined(text):
    assert classify(text) == LanguageGuess("und", 0.0)


def test_letters_that_say_nothing_are_undetermined():
    assert classify("xqzvw kjhgf pqrst zxcvb mnbvq wrtyp").language == "und"


def test_line_breaks_and_controls_do_not_matter():
    text = SENTENCES["en"]
    assert classify(text.replace(" ", "\r\n\0")) == classify(text)


def test_a_long_text_is_judged_by_windows_over_all_of_it():
    text = SENTENCES["de"] * 20 + SENTENCES["en"]
    assert classify(text).language == "de"
    assert len(language._sample(text)) <= language.SAMPLES * (language.SAMPLE_CHARS + 1)


def test_the_whole_sample_is_read_and_not_its_first_characters_alone():
    assert classify("Guten Tag, " + SENTENCES["en"] + " " + SENTENCES["en"] + SENTENCES["en"]).language == "en"
    text = (
        "Der Ausschuss traf sich an einem kalten Morgen, um über die Brücke im Tal zu sprechen. " + SENTENCES["ru"] * 6
    )
    assert classify(text).language == "ru"


def test_the_second_vote_is_seeded():
    assert len({language._second_vote("da sam to bio") for _ in range(30)}) == 1


def test_another_process_with_another_hash_seed_answers_the_same():
    text = "Komiteen mødtes en morgen for at tale om broen"
    call = f"print(language.classify({text!r}), language._second_vote({text!r}))"
    script = f"from refinery.engine.text import language; {call}"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_nothing_is_downloaded_and_nothing_is_printed(monkeypatch, capfd):
    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a connection was tried"))
    language._model.cache_clear()
    classify(SENTENCES["en"])
    assert capfd.readouterr() == ("", "")


def test_an_unsure_label_needs_the_second_vote(monkeypatch):
    monkeypatch.setattr(language, "_first_vote", lambda sample: ("da", 0.5))
    monkeypatch.setattr(language, "_second_vote", lambda sample: "da")
    assert classify(SENTENCES["en"]) == LanguageGuess("da", 0.5)
    monkeypatch.setattr(language, "_second_vote", lambda sample: "en")
    assert classify(SENTENCES["en"]) == LanguageGuess("und", 0.5)


def test_the_second_vote_never_overrules_a_sure_label(monkeypatch):
    monkeypatch.setattr(language, "_second_vote", lambda sample: "sv")
    assert classify(SENTENCES["en"]).language == "en"
