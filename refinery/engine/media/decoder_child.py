"""The process that meets hostile bytes: ``python -m refinery.engine.media.decoder_child SOCKET PARENT MEMORY``.

It reads one JSON line a file with two descriptors (the file, an empty file for pixels) and answers one JSON line. It
ends when its socket does. Mutagen (GPL-2.0-or-later) is imported here and nowhere else.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from typing import BinaryIO, cast

import mutagen.aac
import mutagen.aiff
import mutagen.flac
import mutagen.mp3
import mutagen.mp4
import mutagen.oggflac
import mutagen.oggopus
import mutagen.oggspeex
import mutagen.oggvorbis
import mutagen.wave

from refinery.engine.media import pixels, riff, sandbox
from refinery.engine.media.sniff import HEAD_BYTES, media_type

Request = dict[str, float | str]
Answer = dict[str, object]
_OGG = (mutagen.oggvorbis.OggVorbis, mutagen.oggopus.OggOpus, mutagen.oggflac.OggFLAC, mutagen.oggspeex.OggSpeex)
_READERS: dict[str, tuple[Callable[..., mutagen.FileType], ...]] = {
    "audio/mpeg": (mutagen.mp3.MP3,),
    "audio/flac": (mutagen.flac.FLAC,),
    "audio/ogg": _OGG,
    "audio/mp4": (mutagen.mp4.MP4,),
    "audio/aac": (mutagen.aac.AAC,),
    "audio/aiff": (mutagen.aiff.AIFF,),
}


def main(arguments: list[str]) -> None:
    """Closes the sandbox, then answers until the socket closes."""
    descriptor, parent, memory_bytes = (int(argument) for argument in arguments)
    pixels.prepare()
    active = sandbox.enter(parent, memory_bytes)
    with socket.socket(fileno=descriptor) as channel:
        while True:
            request, descriptors, _, _ = socket.recv_fds(channel, 4096, 2)
            if not request:
                return
            answer = _answer(json.loads(request), descriptors, active)
            channel.sendall(json.dumps(answer, allow_nan=False).encode() + b"\n")


def _answer(request: Request, descriptors: list[int], active: dict[str, bool]) -> Answer:
    if request["operation"] == "report":
        return dict(active)
    source, raster = descriptors
    sandbox.allow_cpu(float(request["seconds"]))
    try:
        with os.fdopen(source, "rb") as file:
            kind = _kind(file)
            if request["operation"] == "image":
                return _image(file, kind, raster, request)
            return _audio(file, kind)
    finally:
        os.close(raster)
        sandbox.stop_cpu_clock()


def _kind(file: BinaryIO) -> str:
    head = file.read(HEAD_BYTES)
    file.seek(0)
    return media_type(head, len(head))


def _image(file: BinaryIO, kind: str, raster: int, request: Request) -> Answer:
    if kind not in pixels.FORMATS:
        return {"refused": "image_unsupported", "detail": kind}
    try:
        decoded = pixels.decode(file, kind, int(request["most_pixels"]), int(request["edge"]))
        pixels.write(decoded.raster, raster)
    except Exception as error:  # a decoder may raise anything; each becomes a refusal with a code
        return {"refused": pixels.refusal_code(error), "detail": pixels.detail_of(error)}
    return {
        "media_type": kind,
        "format": decoded.format,
        "mode": decoded.mode,
        "width": decoded.size[0],
        "height": decoded.size[1],
        "orientation": decoded.orientation,
        "frames_more": decoded.frames_more,
        "pixel_digest": decoded.pixel_digest,
        "columns": decoded.raster.width,
        "rows": decoded.raster.height,
    }


def _audio(file: BinaryIO, kind: str) -> Answer:
    if kind != "audio/wav" and kind not in _READERS:
        return {"refused": "audio_unsupported", "detail": kind}
    try:
        return _wav(file) if kind == "audio/wav" else _tagged(file, kind)
    except riff.TruncatedHeader as error:
        return {"refused": "audio_truncated", "detail": pixels.detail_of(error)}
    except Exception as error:  # as for images
        code = "decoder_memory" if isinstance(error, MemoryError) else "audio_unreadable"
        return {"refused": code, "detail": pixels.detail_of(error)}


def _wav(file: BinaryIO) -> Answer:
    header = riff.read_header(file)
    measured = riff.loudness(file, header)
    return {
        "media_type": "audio/wav",
        "duration_seconds": header.duration_seconds,
        "sample_rate": header.sample_rate,
        "channels": header.channels,
        "bits_per_sample": header.bits,
        "bitrate": header.sample_rate * header.block_align * 8,
        "tags": _wav_tags(file),
        "missing_ratio": header.missing_ratio,
        "silence_ratio": measured[0] if measured else None,
        "peak": measured[1] if measured else None,
    }


def _wav_tags(file: BinaryIO) -> int:
    file.seek(0)
    try:
        sound: mutagen.FileType = mutagen.wave.WAVE(file)  # type: ignore[no-untyped-call]
        return len(sound.tags or ())
    except Exception:  # tags are an ornament: sound without readable ones is still sound
        return 0


def _tagged(file: BinaryIO, kind: str) -> Answer:
    """Facts from the stream's headers; a reader that refuses leaves the turn to the next of its family."""
    *first, last = _READERS[kind]
    for reader in first:
        file.seek(0)
        try:
            return _facts(reader(file), kind)
        except mutagen.MutagenError:
            continue
    file.seek(0)
    return _facts(last(file), kind)


def _facts(sound: mutagen.FileType, kind: str) -> Answer:
    info = cast(object, sound.info)  # mutagen declares None and fills it while reading
    return {
        "media_type": kind,
        "duration_seconds": max(0.0, float(getattr(info, "length", 0.0))),
        "sample_rate": getattr(info, "sample_rate", None),
        "channels": getattr(info, "channels", None),
        "bits_per_sample": getattr(info, "bits_per_sample", None),
        "bitrate": getattr(info, "bitrate", None),
        "tags": len(sound.tags or ()),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
