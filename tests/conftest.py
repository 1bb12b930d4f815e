"""What tests share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import hypothesis
import pytest

from shell import Shell
from tallybook.command.main import run

# What runs keep for the next ones is kept apart from what the user's own runs keep.
os.environ["XDG_CACHE_HOME"] = str(Path(__file__).parents[1] / ".pytest_cache")

# How long a machine takes is nothing that a test may depend on.
hypothesis.settings.register_profile(
    "tallybook", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tallybook")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real tables and known traps that lie beside a checkout in some places, and not in others."""
    for folder in Path(__file__).resolve().parents[1:3]:
        if (folder / "shared").is_dir():
            return folder / "shared"
    pytest.skip("no shared/ beside the checkout")


@pytest.fixture(scope="session")
def made_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `tally init` makes; for reading only."""
    folder = tmp_path_factory.mktemp("made") / "book"
    assert run(["init", str(folder), "-q"]) == 0
    return folder


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """`tally` in an empty folder."""
    return Shell(tmp_path, monkeypatch, capsys)


@pytest.fixture
def in_book(shell: Shell, made_book: Path) -> Shell:
    """`tally` in a new book of its own."""
    shutil.copytree(made_book, shell.folder, dirs_exist_ok=True)
    return shell
