"""Whatever a book's files hold, what comes out is findings, each at a place inside its file."""

from __future__ import annotations

import random
import re
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from oracle.effort import examples
from oracle.spec import cases
from tallybook.declare.declare import declare
from tallybook.opening import open_checked
from tallybook.parse.parser import parse
from tallybook.read.reader import load
from tallybook.text.diagnostic import BookError, Findings
from tallybook.text.report import as_json, as_text
from tallybook.text.span import SourceText, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hypothesis.strategies import SearchStrategy

    from tallybook.text.diagnostic import Diagnostic

_FORMULAS = sorted(
    {text for case in cases(Path(__file__).parent / "spec") for text in case.metrics.values()}
)
_BOOK = Path(__file__).with_name("fuzzed.yml").read_text(encoding="utf-8")
_HEADERS = {
    "orders": "id,ordered_at,due_on,customer_id,amount,channel",
    "customers": "customer_id,country,joined_on",
    "readings": "id,day,site,whole,real,ok",
    "plans": "started_on,ended_on,price,channel",
}
_TOKEN = re.compile(r"\w+|\s+|.", re.DOTALL)
_WORDS = (
    "where at per over within by -> on null not case end when then else in between like is and or "
    "convert( if( exists( total( prior( trailing( converted( retained( percentile( as of end "
    "1e999 99999999999999999999 0x10 1e-400 0o7 .nan .inf 2024-02-30 0001-01-01 9999-12-31"
)
_ODD = (
    *"()[]{},.;:->|&*#%^=<>!?@\\/~\"'`\n\t\r \0\x1b\x85\u2028\ufeff\u202e\u0300é日\U0001f600",
    *_WORDS.split(),
    *("100000 years", "-1 days", "0 days", "1.5 days", "1e3 months", "9999999999 days"),
    *("period.start", "(" * 9, "[" * 30, "{" * 30, "- ", "? ", "&a [*a]", "<<: *a", "|\n", ">\n"),
    *("!!python/object:os.system x", "---\n", "...\n", "%YAML 1.9\n"),
)


def _mutated(texts: Sequence[str]) -> SearchStrategy[str]:
    """A text with some of its words dropped, repeated, swapped or put in place of others."""
    return st.builds(_mutate, st.sampled_from(texts), st.integers(0, 2**32), st.integers(0, 5))


def _mutate(text: str, seed: int, times: int) -> str:
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    words = _TOKEN.findall(text)
    for _ in range(times):
        at = chance.randrange(len(words) + 1)
        width = chance.choice([0, 0, 1, 1, 1, 2, 5])
        other = chance.randrange(len(words) + 1)
        words[at : at + width] = chance.choice(
            [[], [chance.choice(_ODD)], words[other : other + chance.choice([1, 3, 9])]]
        )
    return "".join(words)


hostile = st.text(max_size=60) | st.lists(st.sampled_from(_ODD), max_size=12).map("".join)


def _sound(diagnostics: Iterable[Diagnostic]) -> None:
    found = tuple(diagnostics)
    for diagnostic in found:
        spans = [diagnostic.span, *(related.span for related in diagnostic.related)]
        for span in spans:
            assert span is None or 0 <= span.start <= span.end <= len(span.source.text), diagnostic
        assert diagnostic.message.strip()
    as_text(found, color=True)
    as_json(found)


@examples(400)
@example("1e999")
@given(hostile | _mutated(_FORMULAS))
def test_any_text_is_a_formula_or_a_finding(text: str) -> None:
    source = SourceText("a.yml", f"formula: {text}\nafter: count(leads)")
    span = Span(source, len("formula: "), len("formula: ") + len(text))
    findings = Findings()
    tree = parse(span, findings)
    assert (tree is None) == findings.has_errors
    found = findings.in_file_order()
    _sound(found)
    for diagnostic in found:
        assert diagnostic.span is not None
        assert span.start <= diagnostic.span.start
        assert diagnostic.span.end <= span.end


@contextmanager
def _book(text: str) -> Iterator[str]:
    """A folder with a book of one file."""
    with TemporaryDirectory() as folder:
        Path(folder, "tallybook.yml").write_bytes(text.encode("utf-8", "surrogatepass"))
        Path(folder, "data").mkdir()
        for name, header in _HEADERS.items():
            Path(folder, "data", f"{name}.csv").write_text(f"{header}\n", encoding="utf-8")
        yield folder


def _open(text: str) -> None:
    """Findings of every stage up to the check are sound."""
    with _book(text) as folder:
        try:
            found: Iterable[Diagnostic] = open_checked(folder).diagnostics
        except BookError as error:
            found = error.diagnostics
            assert any(d.is_error for d in found)
    _sound(found)


def test_the_book_that_is_bent_is_sound() -> None:
    with _book(_BOOK) as folder:
        assert not open_checked(folder).diagnostics


@examples(150)
@given(st.lists(hostile | _mutated(_FORMULAS), min_size=1, max_size=6))
def test_any_formula_of_a_book_is_checked_or_found_wrong(formulas: list[str]) -> None:
    added = []
    for number, formula in enumerate(formulas):
        flat = re.sub(r"[\r\n\x85\u2028\u2029]", " ", formula)
        added += [f"  m{number}:", "    formula: |", f"      {flat}"]
    _open(_BOOK.replace("\nmetrics:\n", "\n".join(["\nmetrics:", *added, ""])))


@examples(150)
@example(_BOOK.replace("customers: {key: customer_id", "customers: {key: nothing"))
@given(hostile | _mutated([_BOOK]))
def test_any_file_is_a_book_or_found_wrong(text: str) -> None:
    _open(text)


@examples(100)
@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_found_wrong(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, "tallybook.yml").write_bytes(data)
        findings = Findings()
        declare(load(Path(folder), findings), Path(folder), findings)
    _sound(findings.in_file_order())
