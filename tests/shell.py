"""Running `tally`: in a process of its own where streams and signals matter, else in this one."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tallybook.command.main import run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

_FOR_CI = ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "NO_COLOR")


@dataclass(frozen=True)
class Ended:
    """How a run went."""

    status: int
    out: str
    err: str


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment as if no CI job were around it."""
    kept = {name: value for name, value in os.environ.items() if name not in _FOR_CI}
    return kept | {"PYTHONWARNINGS": "error"} | dict(extra or {})


def spawn(*arguments: str, at: Path, env: Mapping[str, str] | None = None) -> Ended:
    """`tally` in a new process."""
    done = subprocess.run(
        [sys.executable, "-m", "tallybook", *arguments],
        cwd=at,
        env=environment(env),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


class Shell:
    """`tally` in this process, in a folder."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self._capture = capture
        patch.chdir(folder)
        for name in _FOR_CI:
            patch.delenv(name, raising=False)

    def __call__(self, *arguments: str) -> Ended:
        """Run one command."""
        self._capture.readouterr()
        status = run(arguments)
        return Ended(status, *self._capture.readouterr())

    def write(self, name: str, text: str) -> Path:
        """Write a file of the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path
