"""Output files that appear whole or not at all."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from tallybook.command.outcome import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_unfinished: set[Path] = set()


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes the place of `path` if nothing is raised."""
    if path.is_dir():
        raise Refusal(f"`{path}` is a folder, expected a file to write")
    if not path.parent.is_dir():
        raise Refusal(f"there is no folder `{path.parent}` to write `{path.name}` in")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    _unfinished.add(beside)
    try:
        yield beside
        beside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
        _unfinished.discard(beside)


def write_whole(path: Path, content: str | bytes) -> None:
    """A file of bytes, or of text in UTF-8 with line ends as they are."""
    with whole(path) as beside:
        beside.write_bytes(content if isinstance(content, bytes) else content.encode())


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let no other process in here for the same file; the system lets go when a process ends.

    A file beside it is locked, since the file itself is replaced.
    """
    beside = path.with_name(f".{path.name}.lock")
    descriptor = _lock(beside)
    try:
        yield
    finally:
        with suppress(OSError):  # Windows keeps a file that others wait for
            beside.unlink()
        os.close(descriptor)


def _lock(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        _wait_for(descriptor)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        os.close(descriptor)  # who had it before has removed it


def _wait_for(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        while True:
            with suppress(OSError):  # it gives up after ten seconds
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
                return
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def remove_unfinished() -> None:
    """Take away what a killed run would leave behind."""
    for path in list(_unfinished):
        with suppress(OSError):
            path.unlink()
