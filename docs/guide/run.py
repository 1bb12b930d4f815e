"""Do what the pages of the guide say, each in a new folder, and hold them to what they show.

A block after "... `path`:" is a file; after "... `examples/...`:" it is a part of that one, whose
folder the reader gets. In a `console` block, lines after `$ ` are commands and the others their
output, of which a line `...` may stand for any; a `pycon` block is Python's.
`python docs/guide/run.py` writes the real output into the pages; `--check` only compares.
"""

from __future__ import annotations

import argparse
import contextlib
import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tallybook.command.main import run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGES = (ROOT / "README.md", *sorted(HERE.glob("*.md")))

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"`([\w./-]+\.\w+)`:\n*$")
_SECONDS = re.compile(r" \(\d+\.\d s\)")
_OUR_FAULT = 101
_FOR_CI = ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY")
_BESIDE = Path(sys.executable).parent  # where this environment's own `tally` is
_GIT = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (
        ("NAME", "reader"),
        ("EMAIL", "reader@example.com"),
        ("DATE", "2024-07-01T08:00:00+00:00"),
    )
} | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


class UnclearPageError(ValueError):
    """A block of a page that a reader would not know what to do with."""


@dataclass
class Reader:
    """Somebody who does what a page says, in a folder."""

    folder: Path
    names: dict[str, object] = field(default_factory=dict)

    def do(self, kind: str, body: str, before: str) -> str:
        """Follow one block; its text with what really comes out."""
        match kind:
            case "console":
                return "".join(self._commands(body))
            case "pycon":
                return self._python(body)
            case "yaml" | "csv" | "python":
                return self._file(body, before)
            case "sh" | "text" | "markdown":
                return body
        raise UnclearPageError(f"a block of `{kind}`")

    def _file(self, body: str, before: str) -> str:
        named = _NAMED.search(before)
        if named is None:
            raise UnclearPageError(f"a block that is no file:\n{body}")
        path = self.folder / named[1]
        if named[1].startswith("examples/"):
            return self._part(body, named[1])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
        return body

    def _part(self, body: str, name: str) -> str:
        """A part of an example, whose folder is copied for what follows."""
        if body not in (ROOT / name).read_text(encoding="utf-8-sig"):
            raise UnclearPageError(f"this does not stand in {name}:\n{body}")
        example = Path(*Path(name).parts[:2])
        shutil.copytree(ROOT / example, self.folder / example, dirs_exist_ok=True)
        return body

    def _commands(self, body: str) -> Iterator[str]:
        for part in filter(None, re.split(r"^(?=\$ )", body, flags=re.MULTILINE)):
            command, _, shown = part.partition("\n")
            if not command.startswith("$ "):
                raise UnclearPageError(f"output without a command:\n{body}")
            found = self._command(command[2:])
            yield f"{command}\n{_merged(shown, found)}"

    def _command(self, command: str) -> str:
        words = shlex.split(command, comments=True)
        if words[0] == "cd":
            self.folder = (self.folder / words[1]).resolve()
            return ""
        if words[0] == "tally" and "|" not in words:
            return self._tally(words[1:])
        done = subprocess.run(  # noqa: S602 - the guide's own commands
            command,
            shell=True,
            cwd=self.folder,
            env={**os.environ, **_GIT, "PATH": f"{_BESIDE}{os.pathsep}{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        return done.stdout

    def _tally(self, arguments: Sequence[str]) -> str:
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            status = run(arguments)
        if status >= _OUR_FAULT:
            raise UnclearPageError(f"tally {shlex.join(arguments)}: {err.getvalue()}")
        return out.getvalue() + err.getvalue()

    def _python(self, body: str) -> str:
        examples = doctest.DocTestParser().get_examples(body)
        with contextlib.chdir(self.folder):
            return "".join(map(self._example, examples))

    def _example(self, example: doctest.Example) -> str:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(example.source, "<guide>", "single"), self.names)  # noqa: S102 - the guide's own
        first, *rest = example.source.splitlines()
        lines = [f">>> {first}", *(f"... {line}".rstrip() for line in rest)]
        return "\n".join(lines) + "\n" + _merged(example.want, out.getvalue())


def _merged(shown: str, found: str) -> str:
    """What came out, but what a page shows where the two are the same to a reader."""
    found = "".join(f"{line.rstrip()}\n" for line in found.splitlines())
    pattern = re.escape(_SECONDS.sub("", shown)).replace(re.escape("...\n"), "(?:.*\n)*?")
    return shown if re.fullmatch(pattern, _SECONDS.sub("", found)) else found


def followed(page: str, folder: Path) -> str:
    """A page with the output that its commands have in an empty folder."""
    reader, parts, end = Reader(folder), [], 0
    for block in _BLOCK.finditer(page):
        before = page[end : block.start()]
        body = reader.do(block[1], block[2], before)
        parts += [before, f"```{block[1]}\n{body}```"]
        end = block.end()
    return "".join((*parts, page[end:]))


def main(arguments: Sequence[str]) -> int:
    """Follow all pages, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a page differs")
    said = parser.parse_args(arguments)
    for name in _FOR_CI:
        os.environ.pop(name, None)
    differs = False
    for path in said.pages or PAGES:
        text = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            found = followed(text, Path(folder))
        if found != text:
            differs = True
            print(f"differs: {path.name}")  # noqa: T201 - a command's output
            if not said.check:
                path.write_text(found, encoding="utf-8")
    return int(differs and said.check)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
