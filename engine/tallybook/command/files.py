"""Output files that appear whole or not at all."""

from __future__ import annotations

import os
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


def remove_unfinished() -> None:
    """Take away what a killed run would leave behind."""
    for path in list(_unfinished):
        with suppress(OSError):
            path.unlink()
