"""The table of keys: every key of a book stands in it, with an example that can be read."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from tallybook.declare import model, shorthand
from tallybook.declare.declare import KEYS, declare
from tallybook.declare.keys import PLACES, TOP, Key, Place
from tallybook.declare.shape import Declared
from tallybook.read.reader import load
from tallybook.text.diagnostic import Findings

if TYPE_CHECKING:
    from pathlib import Path

# Types whose keys are not their fields' names: a shorthand's words, or values inside another.
_WRITTEN_OTHERWISE = {
    model.Target: {"value", "formula", "table", "kind"},
    model.StatusBands: {"watch", "bad", "good"},
    model.Check: {"unique", "not_null", "accepted"},
    model.Dimension: {"of", "label", "members", *shorthand.BANDS},
    model.Group: {"of", "label", "members"},
    model.Score: {"of"},
}
_NO_MAPPING = {model.Bands, model.DimensionMember, model.Scope, model.Declarations}
_EVERY = [(place, key) for place in PLACES.values() for key in place.keys]


def _mappings() -> set[type]:
    kinds = {k for k in vars(model).values() if isinstance(k, type) and issubclass(k, Declared)}
    return {k for k in kinds if k.__module__ == model.__name__} - _NO_MAPPING - {Declared}


def _keys_of(kind: type) -> set[str]:
    if kind in _WRITTEN_OTHERWISE:
        return _WRITTEN_OTHERWISE[kind]
    named = {f.metadata.get("key", f.name) for f in fields(kind)}
    return {"path" if k == "paths" else k for k in named if k is not None}


def test_every_mapping_of_a_book_is_a_place() -> None:
    assert set(PLACES) == _mappings()


@pytest.mark.parametrize("kind", PLACES, ids=lambda kind: kind.__name__)
def test_every_key_of_a_place_is_explained(kind: type) -> None:
    assert {key.name for key in PLACES[kind].keys} == _keys_of(kind)


def test_every_key_at_the_top_of_a_file_is_explained() -> None:
    settings = {key.name for key in PLACES[model.Settings].keys}
    assert {key.name for key in TOP} | settings == set(KEYS)


def _file(place: Place, key: Key) -> str:
    """An example in its place, without the same key that only fills the place."""
    filler = rf"\b{key.name}: (\[[^\]]*\]|\{{[^}}]*\}}|[^,{{}}]*), (?=.*\.\.\.)"
    return re.sub(filler, "", place.where).replace("...", key.example)


def _problems(text: str, folder: Path) -> list[str]:
    (folder / "tallybook.yml").write_text(text + "\n", encoding="utf-8")
    findings = Findings()
    declare(load(folder, findings), folder, findings)
    return [d.message for d in findings.in_file_order()]


@pytest.mark.parametrize(
    ("place", "key"), _EVERY, ids=[f"{p.title.split(',')[0]}: {k.name}" for p, k in _EVERY]
)
def test_the_example_of_a_key_can_be_read(place: Place, key: Key, tmp_path: Path) -> None:
    assert f"{key.name}:" in key.example
    assert _problems(_file(place, key), tmp_path) == []


@pytest.mark.parametrize("key", TOP, ids=lambda key: key.name)
def test_the_example_of_a_top_key_can_be_read(key: Key, tmp_path: Path) -> None:
    assert _problems(key.example, tmp_path) == []
