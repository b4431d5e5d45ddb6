"""What the decoder child gives up before it reads a stranger's bytes. Full on Linux; what is missing is reported."""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import struct
import sys
import sysconfig
import time
from collections.abc import Callable

from refinery.engine.media import seccomp

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_LANDLOCK_CREATE, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_VERSION_FLAG, _LANDLOCK_PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many file-system rights each Landlock ABI knows; all are withdrawn (kernel: userspace-api/landlock)."""
_RASTER_FILE_BYTES = 16 * 1024 * 1024


def enter(parent: int, memory_bytes: int) -> dict[str, bool]:
    """Applies every protection this kernel allows and says which are active, by name.

    Irrevocable. To be called once, in a single-threaded process, after the decoders were imported.
    """
    return {
        "dies_with_parent": _die_with(parent),
        "memory_limit": _limit(resource.RLIMIT_AS, memory_bytes),
        "file_size_limit": _limit(resource.RLIMIT_FSIZE, _RASTER_FILE_BYTES),
        "open_files_limit": _limit(resource.RLIMIT_NOFILE, 32),
        "no_core_dump": _limit(resource.RLIMIT_CORE, 0),
        "no_network": _leave_network(),
        "no_new_privileges": _no_new_privileges(),
        "landlock": _landlock(_library_folders()),
        "system_call_filter": seccomp.install(),
        "no_processes": _limit(resource.RLIMIT_NPROC, 0) and _cannot_fork(),
        "cpu_limit": _try(lambda: allow_cpu(60.0)),
    }


def allow_cpu(seconds: float) -> None:
    """Gives the process `seconds` of processor time from now; the kernel ends it with SIGPROF after that.

    The timer is exact to the tick; RLIMIT_CPU, in whole seconds, stands behind it, the engine's clock behind both.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    soft = math.ceil(time.process_time() + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def stop_cpu_clock() -> None:
    """Ends the allowance: waiting for the next item costs nothing."""
    signal.setitimer(signal.ITIMER_PROF, 0)


def _die_with(parent: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    active: bool = _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0
    if os.getppid() != parent:  # the parent died before the line above
        os._exit(1)
    return active


def _no_new_privileges() -> bool:
    return sys.platform.startswith("linux") and bool(_LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)


def _limit(which: int, most: int) -> bool:
    def apply() -> None:
        hard = resource.getrlimit(which)[1]
        ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (ceiling, ceiling))

    return _try(apply)


def _try(apply: Callable[[], None]) -> bool:
    try:
        apply()
    except (OSError, ValueError):
        return False
    return True


def _leave_network() -> bool:
    """An empty network namespace: no interface but a loopback that is down."""
    if not sys.platform.startswith("linux"):
        return False
    flags = (_CLONE_NEWUSER | _CLONE_NEWNET, _CLONE_NEWNET)
    return any(_LIBC.unshare(flag) == 0 for flag in flags)


def _cannot_fork() -> bool:
    """RLIMIT_NPROC alone does not bind root, so it is tried."""
    try:
        child = os.fork()
    except OSError:
        return True
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return False


def _library_folders() -> list[str]:
    """Where codecs and Python modules may still be loaded from; nothing of any user lies there."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    return sorted({sysconfig.get_path(name) for name in names})


def _landlock(readable: list[str]) -> bool:
    """Withdraws every file-system right but reading beneath `readable`. Descriptors already open stay usable."""
    if not sys.platform.startswith("linux"):
        return False
    version = _LIBC.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), _LANDLOCK_VERSION_FLAG)
    if version < 1:
        return False
    rights = (1 << _FILE_RIGHTS.get(version, 16)) - 1
    network, scoped = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    attributes = struct.pack("QQQ", rights, network, scoped)[: 24 if version >= 6 else 16 if version >= 4 else 8]
    ruleset = _LIBC.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return False
    for folder in readable:
        _allow_reading(ruleset, folder)
    active: bool = _LIBC.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0
    os.close(ruleset)
    return active


def _allow_reading(ruleset: int, folder: str) -> None:
    try:
        descriptor = os.open(folder, os.O_PATH)
    except OSError:
        return
    rule = struct.pack("=Qi", _READ_FILE | _READ_DIR, descriptor)
    _LIBC.syscall(_LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_PATH_BENEATH, rule, 0)
    os.close(descriptor)
