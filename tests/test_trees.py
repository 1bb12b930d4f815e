"""Trees of formulas that earlier runs have read: the same trees, and never from a bad file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.spec import cases
from shell import environment
from tallybook.parse import trees
from tallybook.parse.lalr import read
from tallybook.parse.parser import parse
from tallybook.text.diagnostic import Findings
from tallybook.text.span import SourceText, Span, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORMULAS = sorted(
    {f for case in cases(Path(__file__).parent / "spec") for f in case.metrics.values()}
    | {
        "sum(a.b where c between 2024-01-31 and 2024-02-01T10:00:00) ^ -2.5e-3",
        "case when `Deal Value` in ('it''s', \"„x“\") then 25% else null end",
        "converted(visits -> orders by visitor_id within 7 days) # and no more",
        "x > 123456789012345678901234567890 or true",
    }
)


def read_by_lark(text: str, before: str = "") -> object:
    source = SourceText("formula", before + text)
    return read(Span(source, len(before), len(source.text)), Findings())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache folder of the test's own, as for a new process."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    forget()
    yield tmp_path / "tallybook"
    monkeypatch.undo()
    forget()


def forget() -> None:
    trees.cache_folder.cache_clear()
    trees._store.cache_clear()


def run_with(formula: str, cache: Path) -> str:
    """Read a formula in a process of its own: its tree, and whether Lark was imported."""
    code = (
        "import sys\n"
        "from tallybook.parse.parser import parse\n"
        "from tallybook.text.diagnostic import Findings\n"
        "from tallybook.text.span import SourceText, whole\n"
        "tree = parse(whole(SourceText('x', sys.argv[1])), Findings())\n"
        "print(repr(tree), 'lark' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, formula],
        capture_output=True,
        text=True,
        env=environment({"XDG_CACHE_HOME": str(cache)}),
        check=True,
    )
    return done.stdout


def test_a_tree_comes_back_as_it_was_with_its_places() -> None:
    assert len(FORMULAS) > 300
    for text in FORMULAS:
        tree = read_by_lark(text)
        if tree is None:
            continue
        kept = json.loads(json.dumps(trees.encoded(tree, 0)))
        moved = SourceText("elsewhere", f"formula: {text}")
        again = trees.decoded(kept, moved, len("formula: "))
        assert again == tree
        assert repr(again) == repr(read_by_lark(text, "formula: "))


@given(st.dates(), st.integers(0), st.floats(0, allow_nan=False, allow_infinity=False))
def test_constants_come_back_to_the_last_bit(day: object, whole_: int, number: float) -> None:
    tree = read_by_lark(f"f({day}, {whole_}, {number!r})".replace("e+", "e"))
    assert repr(trees.decoded(trees.encoded(tree, 0), SourceText("x", ""), 0)) == repr(tree)


def test_a_second_process_reads_the_tree_without_lark(tmp_path: Path) -> None:
    first = run_with("count(leads) / 2", tmp_path)
    second = run_with("count(leads) / 2", tmp_path)
    assert first.split() == [*second.split()[:-1], "True"]
    assert second.split()[-1] == "False"
    assert run_with("count(leads) / 3", tmp_path).split()[-1] == "True"
    assert run_with("count(leads) / 2", tmp_path).split()[-1] == "False"


def test_a_formula_that_cannot_be_read_is_a_finding_every_time(folder: Path) -> None:
    assert not folder.exists()
    span = whole(SourceText("x", "sum(leads"))
    for _ in range(2):
        findings = Findings()
        assert parse(span, findings) is None
        assert len(findings.in_file_order()) == 1


def held() -> list[str]:
    """The formulas in the file."""
    store = trees._read()
    return [formula for formula, _ in store.all()] if store else []


def kept(folder: Path) -> str:
    """A file with the tree of one formula, and the formula."""
    parse(whole(SourceText("x", "count(leads)")), Findings())
    trees._write()
    return (folder / "formulas.txt").read_text(encoding="ascii")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("leads", "deals"),
        lambda text: text[:-3],
        lambda text: text.replace("tallybook formulas ", "tallybook formulas 1"),
        lambda _: "",
        lambda _: "\u00ff\n",
    ],
    ids=["changed", "cut off", "of another version", "empty", "no ASCII"],
)
def test_a_file_that_is_not_as_it_was_written_is_not_read(
    damage: Callable[[str], str], folder: Path
) -> None:
    text = kept(folder)
    assert held() == ['"count(leads)"']
    (folder / "formulas.txt").write_text(damage(text), encoding="utf-8")
    assert held() == []


@pytest.mark.skipif(os.name != "posix", reason="rights of files are of POSIX systems")
def test_a_folder_that_others_can_write_to_is_not_used(folder: Path) -> None:
    kept(folder)
    folder.chmod(0o777)
    forget()
    assert trees.cache_folder() is None
    assert held() == []


def test_a_file_has_a_most_size_and_drops_what_was_not_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(folder)
    forget()
    monkeypatch.setattr(trees, "_MOST", 150)
    parse(whole(SourceText("x", "count(deals)")), Findings())
    trees._write()
    assert held() == ['"count(deals)"']
