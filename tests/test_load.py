"""YAML files to documents: values, places, and everything that can be wrong with a file."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tallybook.read.document import Document, Mapping, Node, Scalar, Sequence
from tallybook.read.reader import load, load_text
from tallybook.text.diagnostic import Diagnostic, Findings
from tallybook.text.span import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator

NEEDS_C = pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML was built without libyaml")
PARSERS = pytest.mark.parametrize(
    "pure", [pytest.param(False, id="c", marks=NEEDS_C), pytest.param(True, id="python")]
)


def read(text: str, *, pure: bool = False) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    findings = Findings()
    document = load_text(SourceText("book.yml", text), Path("book.yml"), findings, pure=pure)
    return document, findings.in_file_order()


def document(text: str, *, pure: bool = False) -> Mapping:
    found, diagnostics = read(text, pure=pure)
    assert [d.message for d in diagnostics] == []
    assert found is not None
    return found.root


def value(text: str, *, pure: bool = False) -> Scalar:
    node = document(text, pure=pure).get("k")
    assert isinstance(node, Scalar)
    return node


def scalars(node: Node) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Sequence(items=items):
            for item in items:
                yield from scalars(item)
        case Mapping(entries=entries):
            for entry in entries:
                yield entry.key
                yield from scalars(entry.value)


def only(text: str, *, pure: bool = False) -> Diagnostic:
    _, diagnostics = read(text, pure=pure)
    assert len(diagnostics) == 1, [d.message for d in diagnostics]
    return diagnostics[0]


def at(diagnostic: Diagnostic) -> str:
    assert diagnostic.span is not None
    return diagnostic.span.where().removeprefix("book.yml:")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("False", False),
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("+7", 7),
        ("0", 0),
        ("012", "012"),
        ("-012", "-012"),
        ("0x1F", 31),
        ("0o17", 15),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("0.5", 0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1e", "1e"),
        ("12:30", "12:30"),
        ("12:30:45", "12:30:45"),
        ("2024-01-03", "2024-01-03"),
        ("2024-06", "2024-06"),
        ("5%", "5%"),
        ("<<", "<<"),
        ("=", "="),
        (".", "."),
        ("-", "-x"),
    ],
)
@PARSERS
def test_plain_scalars_follow_yaml_1_2(written: str, meant: object, *, pure: bool) -> None:
    if written == "-":
        written = "-x"
    found = value(f"k: {written}\n", pure=pure).value
    assert found == meant
    assert type(found) is type(meant)


def test_infinity_and_not_a_number_are_floats() -> None:
    assert value("k: .inf").value == float("inf")
    assert value("k: -.INF").value == float("-inf")
    assert str(value("k: .nan").value) == "nan"


def test_an_integer_beyond_all_digits_is_read_without_failing() -> None:
    assert value(f"k: {'9' * 5000}").value == float("inf")


@pytest.mark.parametrize(
    ("text", "content", "style", "escaped"),
    [
        ("k: plain text  # comment", "plain text", "plain", False),
        ("k: 'single'", "single", "single", False),
        ("k: 'it''s'", "it''s", "single", True),
        ('k: "double"', "double", "double", False),
        ('k: "a \\"b\\""', 'a \\"b\\"', "double", True),
        ("k: ''", "", "single", False),
        ("k: |\n  a\n  b\n", "a\n  b", "literal", False),
        ("k: | # comment\n  a\n\n  b\n\n\nl: 1\n", "a\n\n  b", "literal", False),
        ("k: >-\n\n  a\n   b\n# comment\nl: 1", "a\n   b", "folded", False),
        ("k: |2\n    a\n", "a", "literal", False),
        ("k: |\n", "", "literal", False),
        ("k: &name value", "value", "plain", False),
        ("k: !!str 12", "12", "plain", False),
        ("k: &name !!str |\n  a\n", "a", "literal", False),
        ("k: &name 'a'", "a", "single", False),
        ("k: &name # comment\n  'a'", "a", "single", False),
        ("k: a\n  b", "a\n  b", "plain", False),
        ("k: {a: b, c: 'd'}", "", "", False),
    ],
)
@pytest.mark.parametrize("breaks", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("before", ["", "ж: 😀\n"], ids=["first", "after wide letters"])
@PARSERS
def test_spans_cover_the_content_of_scalars(
    text: str, content: str, style: str, breaks: str, before: str, *, escaped: bool, pure: bool
) -> None:
    text = (before + text).replace("\n", breaks)
    if not style:
        spans = [s.span.text for s in scalars(document(text, pure=pure))]
        assert spans[-5:] == ["k", "a", "b", "c", "d"]
        return
    found = value(text, pure=pure)
    assert found.span.text == content.replace("\n", breaks)
    assert (found.style, found.escaped) == (style, escaped)


def test_a_byte_order_mark_does_not_move_places(tmp_path: Path) -> None:
    (tmp_path / "tallybook.yml").write_bytes("\ufeffname: Acme\n".encode())
    findings = Findings()
    (found,) = load(tmp_path, findings)
    name = found.root.get("name")
    assert isinstance(name, Scalar)
    assert name.span.text == "Acme"
    assert found.source.position(name.span.start) == (1, 7)


def test_collections_end_with_their_last_value() -> None:
    root = document("a:\n  - b\n  - c\n\n# comment\nd: {e: f}\n")
    first, second = (e.value for e in root.entries)
    assert first.span.text == "- b\n  - c"
    assert second.span.text == "{e: f}"


def test_an_alias_stands_for_the_value_at_its_anchor() -> None:
    root = document("a: &x [1, 2]\nb: *x\n")
    assert root.get("a") is root.get("b")


@PARSERS
@pytest.mark.parametrize(
    ("text", "rule", "place", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", "3:1", "`a`"),
        ("a: {b: 1, b: 2}\n", "duplicate-key", "1:11", "`b`"),
        ("a: 1\n'a': 2\n", "duplicate-key", "2:2", "`a`"),
        ("1: a\n", "key-not-text", "1:1", "a number"),
        ("true: a\n", "key-not-text", "1:1", "`true`"),
        ("~: a\n", "key-not-text", "1:1", "nothing"),
        ("[a]: b\n", "key-not-text", "1:1", "a list"),
        ("a: !!python/name:os.system x\n", "yaml-tag", "1:4", "tag"),
        ("a: !own\n  b: c\n", "yaml-tag", "1:4", "tag"),
        ("a: !!int 3\n", "yaml-tag", "1:4", "tag"),
        ("a: *b\n", "yaml-alias", "1:4", "`*b`"),
        ("a: &b [*b]\n", "yaml-alias", "1:8", "`*b`"),
        ("a: 1\n---\nb: 1\n", "several-documents", "2:1", "one YAML document"),
        ("a: 1\n...\n---\nb: 1\n", "several-documents", "3:1", "one YAML document"),
        ("- a\n", "not-a-mapping", "1:1", "a list"),
        ("text\n", "not-a-mapping", "1:1", "a text"),
        ("3\n", "not-a-mapping", "1:1", "found"),
        ("", "empty-file", "1:1", "nothing"),
        ("# nothing\n", "empty-file", "1:1", "nothing"),
        ("---\n", "empty-file", "1:1", "nothing"),
        ("a: " + "[" * 100 + "]" * 100, "yaml-too-large", "1:64", "60 levels"),
        ("a: \x00\n", "control-character", "1:4", "U+0000"),
        ("a: b\ufeff\n", "control-character", "1:5", "U+FEFF"),
        ("a: \ud800\n", "control-character", "1:4", "U+D800"),
    ],
)
def test_what_no_book_may_hold(text: str, rule: str, place: str, words: str, *, pure: bool) -> None:
    found = only(text, pure=pure)
    assert (found.rule.id, at(found)) == (rule, place)
    assert words in found.message


@PARSERS
@pytest.mark.parametrize(
    ("text", "place", "message", "advice"),
    [
        ('f: "won" = stage\n', "1:10", "closing quote", "under `|`"),
        ("f: 'won' = stage\n", "1:10", "closing quote", "under `|`"),
        ("f: `Deal Value` + 1\n", "1:4", "a backtick", "under `|`"),
        ("f: sum(a) where b: c\n", "1:18", "a colon followed by a space", "under `|`"),
        ("m: {f: `a b`}\n", "1:8", "a backtick", "under `|`"),
        ('m: {f: "won" = a}\n', "1:14", "closing quote", "inside `{...}`"),
        ("m: {f: if(a: b, c)}\n", "1:12", "found `:`", "inside `{...}`"),
        ("f: @x\n", "1:4", "an at sign", "under `|`"),
        ("f: %x\n", "1:4", "a percent sign", "under `|`"),
        ("f: >= 40\n", "1:4", "begin a block of text", "under `|`"),
        ("f:\n\t- a\n", "2:1", "found a tab", "spaces"),
        ("f: 'a\n", "1:4", "never closed", "close it"),
        ("f: [a, b\n", "1:4", "never closed", ""),
        ('f: "\\q"\n', "", "backslash", "single quotes"),
        ("f: 1\n  g: 2\n", "2:4", "a key cannot stand here", "spaces"),
        ("f:\n  a: 1\n b: 2\n", "3:2", "same indentation", "spaces"),
        ("f:\n- a\nb\n", "3:1", "without a colon", "colon"),
        ("f: 1\n...\ng: 2\n", "3:1", "the end of the file", "spaces"),
        ("'a' b\n", "", "closing quote", ""),
    ],
)
def test_broken_yaml_is_explained_to_who_wrote_it(
    text: str, place: str, message: str, advice: str, *, pure: bool
) -> None:
    found = only(text, pure=pure)
    assert found.rule.id == "yaml-syntax"
    assert message in found.message
    assert advice in (found.help or "")
    if place:
        assert at(found) == place


def test_aliases_cannot_multiply_without_end() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    found = only("\n".join(levels))
    assert found.rule.id == "yaml-too-large"


def test_a_second_key_names_the_first() -> None:
    (related,) = only("a: 1\na: 2\n").related
    assert related.span.where() == "book.yml:1:1"


def test_findings_of_all_files_come_in_one_run(tmp_path: Path) -> None:
    (tmp_path / "tallybook.yml").write_text("name: [\n")
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "a.yaml").write_bytes(b"label: K\xf6ln\n")
    (tmp_path / "metrics" / "b.yml").write_text("a: 1\na: 2\n")
    findings = Findings()
    documents = load(tmp_path, findings)
    found = {d.rule.id for d in findings.in_file_order()}
    assert found == {"yaml-syntax", "not-utf-8", "duplicate-key"}
    assert [d.path.name for d in documents] == ["b.yml"]


def test_bytes_that_are_not_utf_8_are_shown_in_place(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes("é: 1\nlabel: K".encode() + b"\xf6ln\n")
    findings = Findings()
    load(tmp_path, findings)
    (found,) = findings.in_file_order()
    assert found.span is not None
    assert found.span.where().endswith("a.yml:2:9")
    assert "0xf6" in found.message


def test_utf_16_is_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes("a: 1".encode("utf-16"))
    findings = Findings()
    load(tmp_path, findings)
    assert "UTF-16" in findings.in_file_order()[0].message


def test_a_book_is_every_yaml_file_below_its_folder_but_the_hidden_and_built(
    tmp_path: Path,
) -> None:
    kept = ["tallybook.yml", "a.yml", "metrics/deep/b.yaml"]
    skipped = [".hidden/c.yml", "build/d.yml", "x/node_modules/e.yml", ".venv/f.yml", ".g.yml"]
    for name in [*kept, *skipped, "data.csv", "h.yml.bak"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("name: x\n")
    documents = load(tmp_path, Findings())
    assert [d.path.relative_to(tmp_path).as_posix() for d in documents] == kept


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside, book = tmp_path / "outside", tmp_path / "book"
    (outside / "deep").mkdir(parents=True)
    book.mkdir()
    (outside / "deep" / "a.yml").write_text("name: secret\n")
    (book / "inside.yml").write_text("name: x\n")
    (book / "file.yml").symlink_to(outside / "deep" / "a.yml")
    (book / "folder").symlink_to(outside, target_is_directory=True)
    (book / "again.yml").symlink_to(book / "inside.yml")
    findings = Findings()
    documents = load(book, findings)
    assert sorted(d.path.name for d in documents) == ["again.yml", "inside.yml"]
    (found,) = findings.in_file_order()
    assert found.rule.id == "unreadable-file"
    assert found.span is not None
    assert found.span.source.name.endswith("file.yml")


def test_a_dangling_link_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "a.yml").symlink_to(tmp_path / "gone.yml")
    findings = Findings()
    assert load(tmp_path, findings) == ()
    assert [d.rule.id for d in findings.in_file_order()] == ["unreadable-file"]


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("text", ["a: 1", "a: ["])
def test_the_garbage_collector_is_left_as_it_was(text: str, *, on: bool) -> None:
    was_on = gc.isenabled()
    try:
        gc.enable() if on else gc.disable()
        read(text)
        assert gc.isenabled() is on
    finally:
        gc.enable() if was_on else gc.disable()


YAML_LETTERS = st.text(alphabet=":-{}[],'\"|>&*!%@`#?~ \n\tab1.é😀", max_size=60)


@PARSERS
@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=60), YAML_LETTERS))
def test_no_text_makes_loading_fail(text: str, *, pure: bool) -> None:
    found, diagnostics = read(text, pure=pure)
    assert found is not None or diagnostics
    for diagnostic in diagnostics:
        assert diagnostic.span is not None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end
        assert diagnostic.span.where()


@settings(max_examples=300, deadline=None)
@given(text=YAML_LETTERS)
def test_spans_of_unescaped_values_hold_their_words(text: str) -> None:
    found, _ = read(text)
    for scalar in scalars(found.root) if found else ():
        if isinstance(scalar.value, str) and not scalar.escaped:
            assert scalar.value.split() == scalar.span.text.split()


@NEEDS_C
@settings(max_examples=200, deadline=None)
@given(text=YAML_LETTERS)
def test_both_parsers_read_the_same(text: str) -> None:
    (one, _), (other, _) = read(text), read(text, pure=True)
    if one and other:
        assert one.root == other.root
        assert [s.span for s in scalars(one.root)] == [s.span for s in scalars(other.root)]


def test_a_book_inside_a_book_is_not_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "tallybook.yml").write_text("name: Outer\n", encoding="utf-8")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "tallybook.yml").write_text("name: Inner\n", encoding="utf-8")
    findings = Findings()
    documents = load(tmp_path, findings)
    assert [d.path.name for d in documents] == ["tallybook.yml"]
    assert not findings.in_file_order()
