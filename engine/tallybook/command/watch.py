"""What has changed in a book's folder: its YAML and its tables, by the times of their files."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

_WATCHED = (
    ".yml", ".yaml", ".csv", ".tsv", ".txt", ".parquet", ".ndjson", ".jsonl", ".arrow", ".feather",
    ".xlsx",
)  # fmt: skip
_SKIPPED = frozenset({"node_modules", "__pycache__"})
_EVERY = 0.2  # seconds between two looks
_SETTLED = 0.05  # seconds without a change, after which a save is over
_SHARE = 4  # a look that takes long is taken less often: at most every fifth second goes into it

Fingerprint = dict[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Watch:
    """A book's folder; what is written to `output` is no change of it."""

    root: Path
    output: Path | None = None

    def look(self) -> Fingerprint:
        """Every file that pages may be made of, with what changes when it is written."""
        found: Fingerprint = {}
        for path in self._files():
            try:
                now = os.stat(path)  # noqa: PTH116 - thousands of files: without an object each
            except OSError:  # gone since its folder was listed
                continue
            found[path] = (now.st_mtime_ns, now.st_size, now.st_ino)
        return found

    def wait(self, before: Fingerprint) -> Fingerprint:
        """The fingerprint after the next save, once it is over."""
        while True:
            started = time.monotonic()
            now = self.look()
            took = time.monotonic() - started
            if now != before:
                return self._settled(now)
            time.sleep(max(_EVERY, took * _SHARE))

    def _settled(self, before: Fingerprint) -> Fingerprint:
        while True:
            time.sleep(_SETTLED)
            now = self.look()
            if now == before:
                return now
            before = now

    def _files(self) -> Iterator[str]:
        output = self.output.resolve() if self.output else None
        for folder, folders, names in os.walk(self.root):
            folders[:] = [
                f
                for f in folders
                if not f.startswith(".")
                and f not in _SKIPPED
                and (output is None or Path(folder, f).resolve() != output)
            ]
            for name in names:
                if name.lower().endswith(_WATCHED):
                    yield os.path.join(folder, name)  # noqa: PTH118 - as above
