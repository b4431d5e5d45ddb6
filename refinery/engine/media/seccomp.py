"""A seccomp filter refusing the system calls no decoder needs: processes, sockets, tracing, mounting."""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from dataclasses import dataclass

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_AT_NUMBER, _AT_ARCHITECTURE = 0, 4
_X32 = 0x40000000


@dataclass(frozen=True, slots=True)
class _Machine:
    """The audit architecture number and the refused calls (linux: syscall_64.tbl, asm-generic/unistd.h)."""

    audit: int
    refused: tuple[int, ...]


_MACHINES = {
    # clone fork vfork clone3 execve execveat socket ptrace process_vm_readv/writev kill tkill
    # mount unshare setns bpf keyctl io_uring_setup
    "x86_64": _Machine(
        0xC000003E, (56, 57, 58, 435, 59, 322, 41, 101, 310, 311, 62, 200, 165, 272, 308, 321, 250, 425)
    ),
    "aarch64": _Machine(0xC00000B7, (220, 435, 221, 281, 198, 117, 270, 271, 129, 130, 40, 97, 268, 280, 219, 425)),
}


def install() -> bool:
    """Refuses those calls with EPERM from here on; False where the kernel or the processor is not known to allow it.

    Needs no_new_privs. A call by another architecture's numbers is refused too.
    """
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    program = _program(machine)
    buffer = ctypes.create_string_buffer(b"".join(program))
    filter_program = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    applied: int = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, filter_program, 0, 0)
    return applied == 0


def _program(machine: _Machine) -> list[bytes]:
    """Classic BPF. Jumps count instructions to skip; the refusal is the last one, permission the one before it."""
    checks = len(machine.refused)
    body = [
        _instruction(_LOAD, _AT_ARCHITECTURE),
        _instruction(_JUMP_IF_EQUAL, machine.audit, if_not=checks + 3),
        _instruction(_LOAD, _AT_NUMBER),
        _instruction(_JUMP_IF_AT_LEAST, _X32, if_so=checks + 1),
    ]
    for position, number in enumerate(machine.refused):
        body.append(_instruction(_JUMP_IF_EQUAL, number, if_so=checks - position))
    return [*body, _instruction(_RETURN, _ALLOW), _instruction(_RETURN, _REFUSE)]


def _instruction(code: int, value: int, *, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_so, if_not, value)
