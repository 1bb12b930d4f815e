"""Prose: a small part of Markdown as nodes; the rest is text, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallybook.present.prose import Block, Inline, inlines, prose


def words(items: tuple[Inline, ...]) -> str:
    return "".join(words(i.parts) if i.parts else i.text for i in items)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(i.kind, i.text) for i in inlines(text)]


def test_marks_nest() -> None:
    strong = inlines("**a *b* c**")[0]
    assert strong.kind == "strong"
    assert [p.kind for p in strong.parts] == ["text", "em", "text"]


@pytest.mark.parametrize(
    "text",
    ["2 * 3 * 4", "snake_case_name", "a*b*c", "**", "* not closed", "5 ** 2 ** 3", "_x", "`open"],
)
def test_what_only_looks_like_a_mark_stays_text(text: str) -> None:
    assert kinds(text) == [("text", text)]


def test_marks_may_hold_the_other_mark() -> None:
    assert kinds("*open_pipeline_x* and _5*3_") == [
        ("em", "open_pipeline_x"),
        ("text", " and "),
        ("em", "5*3"),
    ]


def test_code_is_verbatim() -> None:
    assert kinds("use `a *b* [c](d)` here")[1] == ("code", "a *b* [c](d)")
    assert kinds("``a ` b``") == [("code", "a ` b")]


def test_a_backslash_takes_the_meaning_away() -> None:
    assert kinds(r"\*a\*") == [("text", "*a*")]


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//example.org",
        "file:///etc/passwd",
        "https://x.org/'quoted",
        "#x",
    ],
)
def test_only_web_and_mail_addresses_become_links(href: str) -> None:
    assert not [i for i in inlines(f"[label]({href})") if i.kind == "link"]


def test_a_link_has_its_address() -> None:
    link = inlines("see [the *guide*](https://example.org/a?b=1&c=2)")[1]
    assert (link.kind, link.href) == ("link", "https://example.org/a?b=1&c=2")
    assert words(link.parts) == "the guide"


def test_blocks_are_paragraphs_and_lists() -> None:
    made = prose("One\nline.\n\n- a\n- b\n  more\n1. c\n2) d")
    assert [b.kind for b in made] == ["paragraph", "bullets", "numbers"]
    assert [words(i) for i in made[1].items] == ["a", "b more"]
    assert [words(i) for i in made[2].items] == ["c", "d"]


def test_nothing_is_no_block() -> None:
    assert prose(" \n\n ") == ()


@given(st.text(alphabet=st.sampled_from("ab *_`[]()\\-1.\n:/<>&"), max_size=60))
def test_any_text_becomes_blocks_and_keeps_its_letters(text: str) -> None:
    made = prose(text)
    assert all(isinstance(b, Block) and b.items for b in made)
    kept = "".join(words(item) for block in made for item in block.items)
    for letter in "ab<>&":
        assert kept.count(letter) + _in_links(made, letter) == text.count(letter)


def _in_links(blocks: tuple[Block, ...], letter: str) -> int:
    return sum(_link(i, letter) for b in blocks for item in b.items for i in item)


def _link(item: Inline, letter: str) -> int:
    own = item.href.count(letter)
    return own + sum(_link(part, letter) for part in item.parts)
