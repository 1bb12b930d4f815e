"""`tally serve`: a real process, asked over HTTP and looked at in a browser."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING

import pytest

from shell import environment, spawn
from tallybook.command.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

PATIENCE = 60.0  # seconds that a busy machine gets; nothing is measured by it
TOOLS = Path(__file__).parent / "browser"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Server:
    """A running `tally serve`."""

    process: subprocess.Popen[str]
    said: Queue[str]
    port: int

    def get(self, path: str = "/", *, host: str | None = None, method: str = "GET") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_host=True)
            connection.putheader("Host", host or f"127.0.0.1:{self.port}")
            connection.endheaders()
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode(), dict(answer.getheaders()))
        finally:
            connection.close()

    def wait_for(self, pattern: str) -> str:
        """The next thing said that looks like this."""
        while True:
            line = self.said.get(timeout=PATIENCE)
            if re.search(pattern, line):
                return line

    @contextmanager
    def changes(self) -> Iterator[Iterator[str]]:
        """The stream of versions."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", "/.tally/changes")
        answer = connection.getresponse()
        try:
            yield (
                line.decode().strip() for line in iter(answer.readline, b"") if b"data: " in line
            )
        finally:
            answer.close()
            connection.close()


def lines_of(stream: IO[str]) -> Queue[str]:
    """What a process says, as it says it."""
    said: Queue[str] = Queue()

    def read() -> None:
        for line in stream:
            said.put(line)

    threading.Thread(target=read, daemon=True).start()
    return said


@contextmanager
def serving(book: Path, *arguments: str) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tallybook", "serve", "--port", "0", *arguments],
        cwd=book,
        env=environment(),
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        try:
            assert process.stderr is not None
            said = lines_of(process.stderr)
            server = Server(process, said, 0)
            port = re.search(r":(\d+)/", server.wait_for("serving"))
            assert port is not None
            yield Server(process, said, int(port[1]))
        finally:
            process.kill()


@pytest.fixture
def book(tmp_path: Path, made_book: Path) -> Path:
    return Path(shutil.copytree(made_book, tmp_path / "book"))


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def files(folder: Path) -> dict[str, bytes]:
    return {p.as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_pages_are_served_as_built_but_for_the_script_that_reloads_them(book: Path) -> None:
    with serving(book, "--as-of", "2024-07-01", "--format", "csv") as server:
        index, page = server.get(), server.get("/marketing.html")
        assert server.get("/marketing.csv").headers["Content-Type"] == "text/csv; charset=utf-8"
        assert server.get("/index.html").text == index.text
        assert server.get("/marketing.html", method="HEAD").text == ""
        assert server.get("/nothing.html").status == 404
    assert (index.status, page.status) == (200, 200)
    assert 'href="marketing.html"' in index.text
    asked = ("--as-of", "2024-07-01", "--format", "html,csv", "--output", "../built")
    assert spawn("build", *asked, at=book).status == 0
    built = (book.parent / "built" / "marketing.html").read_text("utf-8")
    script = re.search(r'<script data-version="\w+">.*?</script>\n', page.text, re.DOTALL)
    assert script is not None
    bare = page.text.replace(script[0], "").replace("connect-src 'self'; ", "")
    bare = re.sub(r"(script-src )'sha256-[^']*' (?=&)", r"\1", bare)
    assert bare == built


def test_pages_tell_what_builds_showed_before_and_add_nothing_to_it(book: Path) -> None:
    assert spawn("build", "--as-of", "2024-07-01", at=book).status == 0
    before = files(book / "build")
    won = 'outcome = "won" at'
    replace_in(book / "metrics" / "sales.yml", won, 'outcome = "won" and amount > 9 at')
    with serving(book, "--as-of", "2024-07-02") as server:
        assert "Definition changed since" in server.get("/marketing.html").text
    assert files(book / "build") == before
    with serving(book, "--as-of", "2024-07-02", "--history", "none.csv") as server:
        assert "Definition changed since" not in server.get("/marketing.html").text
    assert not (book / "none.csv").exists()


def test_who_can_unpack_a_page_gets_it_packed(book: Path) -> None:
    with serving(book) as server:
        asked = {"Accept-Encoding": "gzip, br"}
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        connection.request("GET", "/marketing.html", headers=asked)
        answer = connection.getresponse()
        packed = answer.read()
        connection.close()
        assert answer.getheader("Content-Encoding") == "gzip"
        assert gzip.decompress(packed).decode() == server.get("/marketing.html").text


def test_nothing_but_the_pages_can_be_had(book: Path) -> None:
    with serving(book) as server:
        for path in (
            "/../tallybook.yml",
            "/%2e%2e/tallybook.yml",
            "/tallybook.yml",
            "/data/leads.csv",
            "//etc/passwd",
            "/last-good/../tallybook.yml",
            "/marketing.html/..",
            "/\u0000",
        ):
            assert server.get(path.replace("\u0000", "%00")).status == 404, path
        assert server.get("/", method="POST").status == 501
        assert "Access-Control-Allow-Origin" not in server.get().headers


def test_a_request_must_mean_this_machine(book: Path) -> None:
    with serving(book) as server:
        for host in (f"localhost:{server.port}", f"[::1]:{server.port}"):
            assert server.get(host=host).status == 200
        for host in ("evil.example", f"evil.example:{server.port}", "127.0.0.1", "localhost:1"):
            answer = server.get(host=host)
            assert answer.status == 403
            assert "Tallybook" not in answer.text
            assert server.get("/.tally/changes", host=host).status == 403


def sent(server: Server, *lines: str) -> bytes:
    """All that comes back for a request in so many words."""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as connection:
        connection.sendall("".join(f"{line}\r\n" for line in lines).encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_no_other_site_s_page_listens_to_the_saves(book: Path) -> None:
    with serving(book) as server:
        host = f"Host: localhost:{server.port}"
        asked = ("GET /.tally/changes HTTP/1.1", host)
        assert sent(
            server, *asked, "Origin: http://evil.example", "Connection: close", ""
        ).startswith(b"HTTP/1.1 403")
        twice = sent(server, "GET / HTTP/1.1", host, "Host: evil.example", "Connection: close", "")
        assert twice.startswith(b"HTTP/1.1 403")


def test_what_follows_a_request_with_a_body_is_no_other_request(book: Path) -> None:
    with serving(book) as server:
        host = f"Host: localhost:{server.port}"
        found = sent(
            server, "GET /none HTTP/1.1", host, "content-length: 9", "", "GET / HTTP/1.1", host
        )
        assert found.count(b"HTTP/1.1 ") == 1


def test_slow_readers_do_not_pile_up(book: Path) -> None:
    with serving(book) as server, ExitStack() as open_:
        for _ in range(300):
            slow = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
            open_.enter_context(slow)
        refused = open_.enter_context(
            socket.create_connection(("127.0.0.1", server.port), PATIENCE)
        )
        assert refused.recv(1) == b""
        open_.close()
        while True:
            with suppress(OSError, http.client.HTTPException):
                assert server.get().status == 200
                break


def test_a_folder_that_is_taken_away_is_told_and_found_again(book: Path) -> None:
    kept = book.with_name("kept")
    shutil.copytree(book, kept)
    with serving(book.parent, "--book", str(book)) as server:
        shutil.rmtree(book)
        server.wait_for("error")
        assert "last-good" in server.get().text
        shutil.copytree(kept, book)
        server.wait_for("KPIs")
        assert "last-good" not in server.get().text


def test_who_leaves_before_the_answer_is_not_worth_a_word(book: Path) -> None:
    with serving(book) as server:
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as leaver:
                reset = struct.pack("ii", 1, 0)  # closing throws away what is on its way
                leaver.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
                leaver.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n".encode())
        assert server.get().status == 200
        assert server.said.empty()


def test_it_listens_on_the_loopback_address_only(book: Path) -> None:
    with serving(book) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing; tells the address used towards others
        outward = probe.getsockname()[0]
        if not outward.startswith("127."):
            with pytest.raises(OSError):  # noqa: PT011 - refused or unreachable, as the system likes
                socket.create_connection((outward, server.port), timeout=2).close()


def test_a_save_changes_the_page_and_the_folder_keeps_only_what_was_there(book: Path) -> None:
    before = files(book)
    with serving(book) as server, server.changes() as versions:
        first = next(versions)
        replace_in(book / "scorecard.yml", "title:", "title: Renamed #")
        assert next(versions) != first
        assert "Renamed" in server.get("/marketing.html").text
        with (book / "data" / "leads.csv").open("a", encoding="utf-8") as table:
            table.write("L9999,2024-06-03T10:00:00,,carrier_pigeon\n")
        next(versions)
        assert "carrier_pigeon" in server.get("/marketing.html").text
    assert set(files(book)) == set(before)


def test_a_mistake_is_shown_in_the_words_of_the_terminal_until_it_is_mended(book: Path) -> None:
    with serving(book) as server, server.changes() as versions:
        next(versions)
        good = server.get("/marketing.html").text
        metrics = next(p for p in book.rglob("*.yml") if "count(leads)" in p.read_text("utf-8"))
        replace_in(metrics, "count(leads)", 'count(leads where "<script>" = chanel)')
        next(versions)
        shown = server.get("/marketing.html").text
        assert "<script>&#34;" not in shown
        assert "&lt;script&gt;" in shown
        said = unescape(re.findall(r"<pre><code>(.*?)</code></pre>", shown, re.DOTALL)[0])
        lines = [line for line in said.splitlines() if line.strip()]
        assert "unknown-column" in lines[0]
        for line in lines:  # each on its own: what is said grows while we read
            assert server.wait_for(re.escape(line)).rstrip() == line.rstrip()
        way_back = re.findall(r'<a href="(/last-good/[^"]*)"', shown)
        assert way_back == ["/last-good/marketing.html"]
        last = server.get(way_back[0]).text
        version = re.compile(r'data-version="\w+"')
        assert version.sub("", last) == version.sub("", good)
        replace_in(metrics, 'count(leads where "<script>" = chanel)', "count(leads)")
        next(versions)
        assert "KPI" in server.wait_for("KPI")
        assert version.sub("", server.get("/marketing.html").text) == version.sub("", good)


def test_a_book_that_is_broken_from_the_start_is_served_once_it_is_mended(book: Path) -> None:
    (book / "scorecard.yml").rename(book / "scorecard.txt.off")
    assert spawn("serve", "--port", "0", at=book).status == 2
    (book / "scorecard.txt.off").rename(book / "scorecard.yml")
    replace_in(book / "scorecard.yml", "sections:", "sectoins:")
    with serving(book) as server, server.changes() as versions:
        next(versions)
        shown = server.get("/").text
        assert "sectoins" in shown
        assert "last-good" not in shown
        assert server.get("/last-good/marketing.html").status == 404
        replace_in(book / "scorecard.yml", "sectoins:", "sections:")
        next(versions)
        assert 'href="marketing.html"' in server.get("/").text


def test_files_are_written_only_where_they_are_asked_for(book: Path) -> None:
    with serving(book, "--output", "out") as server, server.changes() as versions:
        next(versions)
        built = book / "out" / "marketing.html"
        assert "EventSource" not in built.read_text("utf-8")
        replace_in(book / "scorecard.yml", "title:", "title: Renamed #")
        next(versions)
        assert "Renamed" in built.read_text("utf-8")


def test_a_port_in_use_is_wrong_usage_that_says_what_to_do(book: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = spawn("serve", "--port", str(port), at=book)
    assert ended.status == 2
    assert f"port {port} is in use" in ended.err
    assert "--port 0" in ended.err


@pytest.mark.parametrize("arguments", [("--as-of", "soon"), ("marketng",), ("--port", "99999")])
def test_what_no_save_can_mend_ends_at_once(book: Path, arguments: tuple[str, ...]) -> None:
    ended = spawn("serve", *arguments, *(() if "--port" in arguments else ("--port", "0")), at=book)
    assert ended.status == 2
    assert "serving" not in ended.err


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_it_though_somebody_listens(book: Path) -> None:
    with serving(book) as server, server.changes() as versions:
        next(versions)
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=PATIENCE) == 130
        server.wait_for("ended|interrupted")


def test_what_is_watched(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "out").mkdir()
    watch = Watch(tmp_path, tmp_path / "out")
    before = watch.look()
    for name in ("README.md", ".git/x.yml", "out/y.csv", "page.html"):
        (tmp_path / name).write_text("x", "utf-8")
    assert watch.look() == before
    for name in ("a.yml", "data/b.csv", "data/c.parquet"):
        (tmp_path / name).write_text("x", "utf-8")
        now = watch.look()
        assert now != before
        before = now
    (tmp_path / "a.yml").unlink()
    assert watch.look() != before
    assert watch.wait(before) == watch.look()


def test_a_browser_loads_the_page_anew_after_a_save(book: Path) -> None:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    node = shutil.which("node")
    if found is None or node is None or not (TOOLS / "node_modules" / "puppeteer-core").is_dir():
        pytest.skip("no Chromium, no Node, or `npm ci` was not run in tests/browser")
    card = book / "scorecard.yml"
    with serving(book) as server:
        address = f"http://127.0.0.1:{server.port}/marketing.html"
        tab = subprocess.Popen(
            [node, str(TOOLS / "watch.mjs"), found, address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with tab:
            assert tab.stdout is not None
            titles = lines_of(tab.stdout)
            assert "Marketing scorecard" in titles.get(timeout=PATIENCE)
            replace_in(card, "title:", "title: Renamed #")
            assert "Renamed" in titles.get(timeout=PATIENCE)
            replace_in(card, "sections:", "sectoins:")
            assert titles.get(timeout=PATIENCE) == "This book cannot be built\n"
            replace_in(card, "sectoins:", "sections:")
            assert "Renamed" in titles.get(timeout=PATIENCE)
            tab.communicate()
        assert titles.empty()
