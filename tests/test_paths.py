"""Paths that lead to no file of the book: each is told as what it is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shell import Ended, Shell

_BOOK = "sources:\n  t:\n    columns: {x: float}\nmetrics:\n  m: {formula: sum(t.x)}\n"


def _asked(shell: Shell, path: str) -> Ended:
    (shell.folder / "book" / "data").mkdir(parents=True, exist_ok=True)
    shell.write("book/data/t.csv", "x\n2\n")
    shell.write("outside/t.csv", "x\n40\n")
    shell.write("book/tallybook.yml", _BOOK.replace("t:\n", f"t:\n    path: {path}\n", 1))
    return shell("query", "m", "--book", "book", "--format", "csv")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("http://example.com/t.csv", "a URL is not read"),
        ("s3://bucket/*.csv", "a URL is not read"),
        ("${HOME}/t.csv", "`${HOME}` is not filled in"),
        ("$DATA/t.csv", "`$DATA` is not filled in"),
        ("'%DATA%/t.csv'", "`%DATA%` is not filled in"),
        ("~/t.csv", "`~` is not filled in"),
        ("data", "it is a folder"),
        (f"data/{'x' * 300}.csv", "file name too long"),
    ],
)
def test_what_is_no_path_is_told_as_what_it_is(path: str, told: str, shell: Shell) -> None:
    if os.name == "nt" and "xxx" in path:
        told = "is not there"
    ended = _asked(shell, path)
    assert ended.status == 2
    assert "error[missing-file]" in ended.err
    assert told in ended.err


@pytest.mark.parametrize("path", ['"data/t\\0.csv"', '"data/*\\0.csv"', "data/**t.csv"])
def test_a_path_that_no_system_has_is_a_finding(path: str, shell: Shell) -> None:
    ended = _asked(shell, path)
    assert ended.status == 2
    assert "error[missing-file]" in ended.err


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
@pytest.mark.parametrize("path", ["data/link.csv", "data/li*.csv", "folder/t.csv", "folder/*.csv"])
def test_a_link_out_of_the_book_is_told_as_one(path: str, shell: Shell) -> None:
    _asked(shell, "data/t.csv")
    (shell.folder / "book/data/link.csv").symlink_to(shell.folder / "outside/t.csv")
    (shell.folder / "book/folder").symlink_to(shell.folder / "outside")
    ended = _asked(shell, path)
    assert ended.status == 1
    assert "error[outside-book]" in ended.err
    assert "is a link that leads out of the book's folder" in ended.err or "*" in path


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_so_is_one_that_has_a_source_s_own_name(shell: Shell) -> None:
    _asked(shell, "data/t.csv")
    shell.write("book/tallybook.yml", _BOOK)
    (shell.folder / "book/data/t.csv").unlink()
    (shell.folder / "book/data/t.csv").symlink_to(shell.folder / "outside/t.csv")
    ended = shell("check", "book")
    assert "`data/t.csv` is a link that leads out of the book's folder" in ended.err


@pytest.mark.parametrize("path", ["../**/*.csv", "*/../../**/*.csv", "/**/*.csv"])
def test_files_are_not_looked_for_outside_of_the_book(
    path: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    glob, searched = Path.glob, []

    def noted(folder: Path, pattern: str) -> Iterator[Path]:
        searched.append(pattern)
        return glob(folder, pattern)

    monkeypatch.setattr(Path, "glob", noted)
    ended = _asked(shell, f'"{path}"')
    assert path not in searched
    assert ended.status == 1
    assert "leads out of the book's folder" in ended.err


@pytest.mark.parametrize("path", ["data/t.csv", "data/*.csv", '"**/t.csv"', "../book/data/t.csv"])
def test_paths_in_the_book_are_read(path: str, shell: Shell) -> None:
    assert _asked(shell, path).out.endswith(",2.0\n")
