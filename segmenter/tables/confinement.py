"""A process that is about to read somebody's file -> a process that can do nothing else.

Called by the child before it imports anything that parses. Limits of memory, time and file size hold on every
system; on Linux the kernel also denies the network, other programs, and every path that was not given. All of
it is inherited by threads that start later, which is why it must come first.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2

# Linux system call numbers: network, other programs, other processes, and io_uring, which can do them all.
_DENIED_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 53, 59, 101, 322, 425)),
    "aarch64": (0xC00000B7, (198, 203, 199, 221, 117, 281, 425)),
}
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_READ_FILE, _READ_FOLDER, _EXECUTE = 1 << 2, 1 << 3, 1 << 0
_ALL_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_FILE_RIGHTS = _EXECUTE | (1 << 1) | _READ_FILE | (1 << 14) | (1 << 15)

# Python-level events that no reader of tables needs; the only guard of network and programs off Linux.
_DENIED_EVENTS = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "pty.")


def confine(
    *,
    readable: Sequence[Path],
    writable: Sequence[Path],
    memory_bytes: int,
    cpu_seconds: int,
    file_bytes: int,
) -> None:
    """Shut this process in, for good. Paths may be files or folders; Python's own files stay readable."""
    _limit(resource.RLIMIT_AS, memory_bytes)
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    _limit(resource.RLIMIT_FSIZE, file_bytes)
    _limit(resource.RLIMIT_CORE, 0)  # a core dump would hold customers' data
    sys.addaudithook(_deny_event)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _deny_paths(libc, readable, writable)
        _deny_calls(libc)


def _limit(which: int, most: int) -> None:
    """Lower one limit; a hard limit that is lower already stays."""
    if which == resource.RLIMIT_AS and sys.platform == "darwin":
        return  # macOS refuses this one; its other limits hold
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(which, (most, most))


def _deny_event(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_DENIED_EVENTS):
        raise PermissionError(f"reading files does not need {event}")


def _deny_paths(libc: ctypes.CDLL, readable: Sequence[Path], writable: Sequence[Path]) -> None:
    """Landlock: no file outside these paths can be opened. Without effect on kernels that lack it."""
    version = libc.syscall(_LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return
    everything = max(rights for since, rights in _ALL_BY_VERSION.items() if since <= version)
    # From version 4 on the second number denies TCP; older kernels do not know it.
    attributes = struct.pack("=QQ", everything, 3) if version >= 4 else struct.pack("=Q", everything)
    ruleset = libc.syscall(_LANDLOCK_CREATE, attributes, len(attributes), 0)
    if ruleset < 0:
        return
    reading = (_READ_FILE | _READ_FOLDER) & everything
    for path in (*readable, *_python_paths()):
        _allow(libc, ruleset, path, reading)
    for path in (*writable, Path("/dev/null")):
        _allow(libc, ruleset, path, everything & ~_EXECUTE)
    libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0)
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    if not path.exists():
        return
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    if not path.is_dir():
        rights &= _FILE_RIGHTS
    libc.syscall(_LANDLOCK_ADD, ruleset, 1, struct.pack("=Qi", rights, handle), 0)
    os.close(handle)


def _python_paths() -> tuple[Path, ...]:
    """What Python and its libraries read of their own: modules, shared objects, time zones, the machine.

    Of a checkout only the package is opened: the workspace with everybody's data may lie beside it.
    """
    package = Path(__file__).resolve().parents[1]
    beside = set() if "site-packages" in package.parts else {package.parent}
    modules = [path for path in sys.path if path and Path(path).resolve() not in beside]
    own = (str(package), *modules, sys.prefix, sys.base_prefix, sys.exec_prefix)
    system = ("/lib", "/lib64", "/usr/lib", "/usr/share/zoneinfo", "/etc/ld.so.cache", "/etc/localtime")
    machine = ("/proc", "/sys/devices/system", "/sys/fs/cgroup", "/dev/urandom", "/dev/null")
    return tuple(Path(path) for path in (*own, *system, *machine))


def _deny_calls(libc: ctypes.CDLL) -> None:
    """Seccomp: the denied system calls fail with EPERM. Without effect on machines of another kind."""
    known = _DENIED_CALLS.get(platform.machine())
    if known is None:
        return
    machine, calls = known
    # Each instruction of the filter: code, jump if true, jump if false, value (linux/filter.h).
    load, jump_equal, jump_at_least, give = 0x20, 0x15, 0x35, 0x06
    allow, deny = 0x7FFF0000, 0x00050000 | 1
    program = [
        (load, 0, 0, 4),  # which kind of machine makes the call
        (jump_equal, 1, 0, machine),
        (give, 0, 0, deny),
        (load, 0, 0, 0),  # the number of the call
        (jump_at_least, len(calls) + 1, 0, 0x40000000),  # another way in to the same calls (x32)
        *((jump_equal, len(calls) - position, 0, call) for position, call in enumerate(calls)),
        (give, 0, 0, allow),
        (give, 0, 0, deny),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in program))
    header = struct.pack("@HP", len(program), ctypes.addressof(code))
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.create_string_buffer(header), 0, 0)
