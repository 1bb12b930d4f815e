"""What the wheel holds, and that it works where there is no checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from shell import environment
from tallybook import __version__

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = {
    "engine/tallybook": "tallybook",
    "grammar": "tallybook/grammar",
    "metrics": "tallybook/metrics",
    "renderers": "tallybook/renderers",
}
BIN = "Scripts" if os.name == "nt" else "bin"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the tracked files, built as `pip` does, but without asking the network."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("no git checkout, so nobody knows which files are tracked")
    source = tmp_path_factory.mktemp("source")
    for name in tracked():
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, source / name)
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def tracked() -> list[str]:
    listed = subprocess.run(
        [str(shutil.which("git")), "ls-files", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return listed.stdout.rstrip("\0").split("\0")


def packaged(name: str) -> str | None:
    for folder, target in FOLDERS.items():
        if name.startswith(f"{folder}/"):
            return target + name.removeprefix(folder)
    return None


def test_the_wheel_holds_the_tracked_files_and_no_others(wheel: Path) -> None:
    expected = {packaged(name) for name in tracked() if (ROOT / name).is_file()} - {None}
    with zipfile.ZipFile(wheel) as file:
        names = {n for n in file.namelist() if ".dist-info/" not in n}
    assert names == expected
    assert "tallybook/grammar/formula.lark" in names
    assert "tallybook/command/templates/every/.github/workflows/scorecard.yml" in names
    assert "tallybook/py.typed" in names


def test_folders_without_python_hold_none(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
    for folder in ("grammar", "metrics", "renderers"):
        inside = [n for n in names if n.startswith(f"tallybook/{folder}/")]
        assert inside
        assert not [n for n in inside if n.endswith(".py")]


def test_the_package_and_its_metadata_tell_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `tally` of a new environment; libraries are borrowed from this one, not downloaded."""
    if subprocess.run([sys.executable, "-m", "pip", "--version"], check=False).returncode:
        pytest.skip("no pip here")
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / BIN / "python"
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    libraries = subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True)
    borrowed = Path(libraries.stdout.strip()) / "borrowed.pth"
    borrowed.write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", str(python)),
            *("install", "--quiet", "--no-deps", "--no-index", "--force-reinstall", str(wheel)),
        ],
        check=True,
    )
    return folder / BIN / "tally"


def run(command: Path, *arguments: str, at: Path) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in environment().items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [command, *arguments], cwd=at, env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


def test_an_installed_tally_needs_no_checkout(installed: Path, tmp_path: Path) -> None:
    assert run(installed, "--version", at=tmp_path).stdout == f"tally {__version__}\n"
    where = "import tallybook; print(tallybook.__file__)"
    found = run(installed.with_name("python"), "-c", where, at=tmp_path).stdout
    assert Path(found).is_relative_to(installed.parents[1])
    run(installed, "init", "book", at=tmp_path)
    told = run(installed, "build", at=tmp_path / "book").stderr
    assert told.startswith("8 KPIs: ")
    assert (tmp_path / "book" / "build" / "marketing.html").stat().st_size > 10_000
