"""The ways a run can end: done, interrupted, unread, out of reach, at fault itself."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from shell import environment, spawn
from tallybook import book
from tallybook.book import open_book
from tallybook.command.console import Console
from tallybook.command.files import whole
from tallybook.command.waiting import behind, behind_page, reading

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Shell

ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and pipes of POSIX")


def fail(*_: object, **__: object) -> None:
    raise LookupError("lost the thread")


def test_our_own_fault_is_101_with_one_line_how_to_report_it(
    in_book: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "plan", fail)
    ended = in_book("query", "leads")
    assert (ended.status, ended.out) == (101, "")
    error, help_ = ended.err.splitlines()
    assert error == "error: a fault of tally's own: LookupError: lost the thread"
    assert "report" in help_
    assert "Traceback" not in ended.err


def test_the_traceback_comes_with_verbose(in_book: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "plan", fail)
    assert "Traceback" in in_book("query", "leads", "-v").err


def test_an_engine_that_panics_is_our_own_fault(
    in_book: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PanicError(BaseException):
        """What a native library raises so that nobody catches it by accident."""

    def panic(*_: object, **__: object) -> None:
        raise PanicError

    monkeypatch.setattr(book, "plan", panic)
    assert in_book("query", "leads").status == 101


def test_an_interrupt_is_130(in_book: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(book, "plan", interrupt)
    ended = in_book("query", "leads", "--output", "found.csv")
    assert (ended.status, ended.out, ended.err.strip()) == (130, "", "error: interrupted")
    assert not (in_book.folder / "found.csv").exists()


def write_half(path: Path) -> None:
    with whole(path) as beside:
        beside.write_text("half of", encoding="utf-8")
        raise KeyboardInterrupt


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "found.csv"
    with pytest.raises(KeyboardInterrupt):
        write_half(path)
    assert list(tmp_path.iterdir()) == []
    path.write_text("before", encoding="utf-8")
    with whole(path) as beside:
        beside.write_text("all", encoding="utf-8")
        assert path.read_text(encoding="utf-8") == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["found.csv"]
    assert path.read_text(encoding="utf-8") == "all"


# Native code that holds the main thread, so that no signal handler of Python's runs.
NATIVE_WAIT = (
    "import ctypes; c, m = ctypes.CDLL(None), ctypes.create_string_buffer(64); "
    "c.pthread_mutex_lock(m); c.pthread_mutex_lock(m)"
)
BUSY = """\
import sys, threading
import tallybook.book
from tallybook.__main__ import main
from tallybook.command.files import whole
from pathlib import Path

def busy(*_, **__):
    with whole(Path("found.csv")) as beside:
        beside.write_text("half of")
        print("busy", flush=True)
        {wait}

tallybook.book.plan = busy
sys.argv = ["tally", "query", "leads"]
main()
"""


@ON_POSIX
@pytest.mark.parametrize(
    "wait",
    [
        "threading.Event().wait()",
        NATIVE_WAIT,
    ],
    ids=["python", "native"],
)
def test_ctrl_c_ends_a_run_within_a_second_and_leaves_nothing(in_book: Shell, wait: str) -> None:
    before = sorted(in_book.folder.rglob("*"))
    run = subprocess.Popen(
        [sys.executable, "-c", BUSY.format(wait=wait)],
        cwd=in_book.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with run:
        assert run.stdout is not None
        assert run.stdout.readline() == "busy\n"
        run.send_signal(signal.SIGINT)
        pressed = time.monotonic()
        _, err = run.communicate(timeout=20)
    assert run.returncode == 130
    assert err.strip() == "error: interrupted"
    assert sorted(in_book.folder.rglob("*")) == before
    # Generous: a machine that is busy with other tests. Left alone, the native wait never ends.
    assert time.monotonic() - pressed < 15


@ON_POSIX
def test_a_reader_that_goes_away_is_no_fault(in_book: Shell) -> None:
    days = "tally() { " + f"{sys.executable} -m tallybook" + ' "$@"; }; '
    command = "tally query leads --grain day --format ndjson --from 1900-01-01 | head -n 1"
    done = subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", days + command],
        cwd=in_book.folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1


def test_a_place_that_cannot_be_written_is_out_of_reach(in_book: Shell) -> None:
    ended = in_book("build", "--output", "tallybook.yml/pages")
    assert ended.status == 2
    assert "tallybook.yml" in ended.err


@ON_POSIX
def test_letters_of_other_scripts_reach_a_pipe_under_any_locale(in_book: Shell) -> None:
    path = in_book.folder / "data" / "leads.csv"
    with path.open("a", encoding="utf-8") as file:
        file.write("L9,2024-06-03T10:00:00,,電子郵件\n")
    environment_of_c = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    asked = ("query", "leads", "--by", "channel", "--format", "csv")
    ended = spawn(*asked, at=in_book.folder, env=environment_of_c)
    assert ended.status == 0
    assert "電子郵件" in ended.out


class _Terminal(io.StringIO):
    """A stream that people read, which says when something was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)


def test_a_long_step_is_named_to_people_and_wiped_when_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr("tallybook.command.console._PATIENCE", 0)
    with Console().progress(lambda: "computing from 3 files (12 MB)"):
        assert terminal.written.wait(timeout=60)
    wipe = "\r\x1b[K"
    assert terminal.getvalue() == f"{wipe}computing from 3 files (12 MB) ...{wipe}"


def test_what_is_told_of_a_step_moves_on(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    for name in ("_PATIENCE", "_AGAIN", "_LONG"):
        monkeypatch.setattr(f"tallybook.command.console.{name}", 0)
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((20, 5)))
    with Console().progress("first") as tell:
        assert terminal.written.wait(timeout=60)
        tell("a second that is longer than the line")
        terminal.written.clear()
        assert terminal.written.wait(timeout=60)
        terminal.written.clear()
        assert terminal.written.wait(timeout=60)
    lines = terminal.getvalue().split("\r\x1b[K")
    assert lines[1] == "first, 0 s ..."
    assert "a second that is lo" in lines
    assert lines[-1] == ""


def test_machines_are_told_of_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr("tallybook.command.console._PATIENCE", 0)
    with Console().progress("computing"):
        pass
    assert stream.getvalue() == ""


def test_people_are_told_which_files_have_been_read(in_book: Shell) -> None:
    book = open_book(in_book.folder)
    tables = behind(("cost_per_lead", "nowhere"), book)
    assert tables == {"leads", "spend"}
    assert reading(tables, book) == "reading 0 of 2 files (0 of 0 MB)"
    assert reading({"leads"}, book) == "reading 0 of 1 file (0 of 0 MB)"
    book.query("leads")
    assert reading(tables, book) == "reading 0 of 2 files (0 of 0 MB)"
    book.query("cost_per_lead")
    assert reading(tables, book) == "computing from 2 files (0 MB)"


def test_pages_and_funnels_name_what_is_read_for_them(in_book: Shell) -> None:
    book = open_book(in_book.folder)
    page = book.scorecard("marketing").card
    assert behind_page(page, book) == {"leads", "spend", "deals"}
    (in_book.folder / "data" / "leads.csv").unlink()
    assert reading({"leads"}, book) == "computing from 0 files (0 MB)"
