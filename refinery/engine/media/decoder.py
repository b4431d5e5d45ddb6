"""The engine's side of decoding: one guarded child process, reused for many files, replaced when one breaks it."""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeVar

import refinery
from refinery.engine.errors import DecoderUnavailable
from refinery.engine.media.answers import (
    RASTER_EDGE,
    AudioFacts,
    DecodedImage,
    Refusal,
    parse_audio,
    parse_image,
    parse_refusal,
)

__all__ = ["AudioFacts", "DecodedImage", "Decoder", "Limits", "Refusal", "sandbox_report"]

T = TypeVar("T")
Request = dict[str, float | str]
Answer = dict[str, object]
_ROOT = Path(refinery.__file__).resolve().parent.parent
_ANSWER_BYTES = 64 * 1024
_START_SECONDS = 60.0
_STARTS = 3
_PATIENCE = 4.0
"""Wall time allowed per second of processor time, so that a busy machine refuses the same files as an idle one."""
_OUT_OF_TIME = (-signal.SIGPROF, -signal.SIGXCPU)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: seconds of processor time, pixels (Pillow's own bomb limit), bytes of address space."""

    image_seconds: float = 5.0
    audio_seconds: float = 20.0
    most_pixels: int = 89_478_485
    memory_bytes: int = 2 * 1024**3


class _ChildDied(Exception):
    """The child ended before it answered; `status` is its return code, negative for a signal."""

    def __init__(self, status: int) -> None:
        super().__init__(f"it ended with status {status}")
        self.status = status


class Decoder:
    """Decodes files in a child process. Not for several threads at once; each thread or process takes its own.

    The child starts with the first file, serves any number, and is gone when the decoder is closed, when its owner
    dies, or when a file exceeds a limit; the next file then meets a new one. A file never makes it raise; a child that
    cannot be started does: `DecoderUnavailable`.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._protections: dict[str, bool] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def image(self, path: Path) -> DecodedImage | Refusal:
        """The image at `path`, decoded whole, or why not."""
        request: Request = {"operation": "image", "most_pixels": self.limits.most_pixels, "edge": RASTER_EDGE}
        return self._decode(path, request, self.limits.image_seconds, parse_image)

    def audio(self, path: Path) -> AudioFacts | Refusal:
        """The facts of the sound file at `path`, or why there are none."""
        return self._decode(path, {"operation": "audio"}, self.limits.audio_seconds, parse_audio)

    def report(self) -> dict[str, bool]:
        """Which protections are active in the child, by name. Raises `DecoderUnavailable`."""
        if self._channel is None:
            self._start()
        return dict(self._protections)

    def close(self) -> None:
        """Ends the child. The decoder may be used again; it will start another."""
        if self._channel is not None:
            self._channel.close()
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        self._child = self._channel = None

    def _decode(self, path: Path, request: Request, seconds: float, parse: Callable[[Answer, bytes], T]) -> T | Refusal:
        """Tries a second child where the first one crashed: a kill from outside must not cost a record."""
        try:
            source = _open_regular(path)
        except OSError as error:
            return Refusal("file_unreadable", os.strerror(error.errno or 0))
        try:
            if os.fstat(source).st_size == 0:
                return Refusal("empty")
            first = self._attempt(source, request, seconds, parse)
            if isinstance(first, Refusal) and first.code == "decoder_crash":
                return self._attempt(source, request, seconds, parse)
            return first
        finally:
            os.close(source)

    def _attempt(
        self, source: int, request: Request, seconds: float, parse: Callable[[Answer, bytes], T]
    ) -> T | Refusal:
        os.lseek(source, 0, os.SEEK_SET)
        with _anonymous_file() as raster:
            try:
                answer = self._ask({**request, "seconds": seconds}, (source, raster.fileno()), seconds)
                if "refused" not in answer:
                    return parse(answer, os.pread(raster.fileno(), RASTER_EDGE * RASTER_EDGE * 3 + 1, 0))
                refusal = parse_refusal(answer)
            except _ChildDied as death:
                refusal = Refusal("decoder_timeout" if death.status in _OUT_OF_TIME else "decoder_crash")
            except TimeoutError:
                refusal = Refusal("decoder_timeout")
            except ValueError as error:
                refusal = Refusal("decoder_crash", str(error))
        if refusal.code.startswith("decoder_"):
            self.close()
        return refusal

    def _ask(self, request: Request, descriptors: tuple[int, ...], seconds: float) -> Answer:
        """One request, one answer. Raises _ChildDied, TimeoutError, or ValueError if the answer is no JSON object."""
        channel = self._channel or self._start()
        return self._exchange(channel, request, descriptors, seconds)

    def _exchange(
        self, channel: socket.socket, request: Request, descriptors: tuple[int, ...], seconds: float
    ) -> Answer:
        try:
            socket.send_fds(channel, [json.dumps(request).encode()], list(descriptors))
            line = _receive_line(channel, time.monotonic() + seconds * _PATIENCE)
        except ConnectionError as error:
            raise _ChildDied(self._status()) from error
        if line is None:
            raise _ChildDied(self._status())
        answer = json.loads(line)
        if not isinstance(answer, dict):
            raise ValueError("the answer is no object")
        return answer

    def _status(self) -> int:
        """The return code of a child whose socket closed; a second is more than the kernel needs to reap it."""
        if self._child is None:
            return 0
        try:
            return self._child.wait(1.0)
        except subprocess.TimeoutExpired:
            return 0

    def _start(self) -> socket.socket:
        """A child that answered. It is tried thrice: a kill from outside while it starts must not end a run."""
        cause = ""
        for _ in range(_STARTS):
            try:
                return self._greeted()
            except (_ChildDied, OSError, ValueError) as error:
                self.close()
                cause = str(error) or "it does not answer"
        raise DecoderUnavailable(f"The decoder of images and sounds does not start: {cause}.")

    def _greeted(self) -> socket.socket:
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            arguments = (theirs.fileno(), os.getpid(), self.limits.memory_bytes)
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "refinery.engine.media.decoder_child", *map(str, arguments)],
                pass_fds=(theirs.fileno(),),
                cwd=_ROOT,
                env={"LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        answer = self._exchange(self._channel, {"operation": "report"}, (), _START_SECONDS)
        self._protections = {name: value is True for name, value in sorted(answer.items())}
        return self._channel


def sandbox_report(limits: Limits | None = None) -> dict[str, bool]:
    """Starts a decoder child and says which protections are active on this machine, by name."""
    with Decoder(limits) as decoder:
        return decoder.report()


def _open_regular(path: Path) -> int:
    """Raises OSError for what is missing, forbidden, or no regular file (a pipe would never end)."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "not a regular file")


def _anonymous_file() -> IO[bytes]:
    """A file without a name: whoever is killed, nothing stays behind."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("raster"), "rb")
    return tempfile.TemporaryFile()


def _receive_line(channel: socket.socket, deadline: float) -> bytes | None:
    """Bytes up to the newline, None if the child hung up first. Raises TimeoutError, or ValueError for endless talk."""
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([channel], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        part = channel.recv(_ANSWER_BYTES)
        if not part:
            return None
        line += part
        if len(line) > _ANSWER_BYTES:
            raise ValueError("the answer is too long")
    return line
