"""The git revision of a book's folder."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PATIENCE = 5  # seconds; what cannot be told by then is left out


def revision(folder: Path) -> str | None:
    """The last commit that touched the folder, `-dirty` behind it where files are others since.

    None outside git, without a commit, and where there is no git.
    """
    commit = _git(folder, "log", "-1", "--no-show-signature", "--format=%h", "--abbrev=10")
    if not commit:
        return None
    return f"{commit}-dirty" if _git(folder, "diff", "--name-only", "HEAD") else commit


def _git(folder: Path, *arguments: str) -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    # Nothing that a repository's own settings name is run, and nothing is written.
    safe = ("-c", "core.fsmonitor=false", "-c", "core.pager=cat", "--no-optional-locks")
    plain = ("--no-ext-diff", "--no-textconv") if arguments[0] == "diff" else ()
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; the folder is an argument
            [git, *safe, "-C", str(folder), *arguments, *plain, "--", "."],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
