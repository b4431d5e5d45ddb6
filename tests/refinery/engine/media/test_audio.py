from refinery.engine.media import audio
from refinery.engine.media.decoder import AudioFacts


def test_the_scores_are_those_the_blocks_announce() -> None:
    announced = {field for block in audio.BLOCKS for field in block.outputs}

    assert set(audio.measure(AudioFacts("audio/wav", 1.0))) == announced


def test_what_a_format_does_not_tell_stays_unknown() -> None:
    scores = audio.measure(AudioFacts("audio/mpeg", 2.0, sample_rate=44100, bitrate=0))

    assert scores["audio_sample_rate"] == 44100.0
    assert scores["audio_bitrate"] is None
    assert scores["audio_silence_ratio"] is None
