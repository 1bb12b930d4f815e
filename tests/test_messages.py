"""The catalogues: the same keys and fields in all languages, and all plural forms."""

from __future__ import annotations

import ast
import json
import re

import pytest

from tallybook.paths import RENDERERS
from tallybook.present.messages import Message, available, locale_of, messages_for

FIELDS = re.compile(r"\{(\w*)\}")
PRESENT = RENDERERS.parent / "engine" / "tallybook"


def catalogue(tag: str) -> dict[str, Message]:
    def once(pairs: list[tuple[str, Message]]) -> dict[str, Message]:
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), f"{tag}: a key stands twice"
        return dict(pairs)

    text = (RENDERERS / "messages" / f"{tag}.json").read_text("utf-8")
    read: dict[str, Message] = json.loads(text, object_pairs_hook=once)
    return read


def forms(message: Message) -> list[str]:
    return [message] if isinstance(message, str) else list(message.values())


def test_six_languages_are_there() -> None:
    assert set(available()) == {"en", "ru", "zh-Hant", "th", "ar", "ja"}


@pytest.mark.parametrize("tag", available())
def test_every_key_stands_in_every_language_in_the_same_order(tag: str) -> None:
    assert list(catalogue(tag)) == list(catalogue("en"))


@pytest.mark.parametrize("tag", available())
def test_every_message_has_the_fields_of_the_english_one(tag: str) -> None:
    for key, english in catalogue("en").items():
        wanted = set(FIELDS.findall(forms(english)[-1]))
        for form in forms(catalogue(tag)[key]):
            assert form.strip(), f"{tag}: {key} is empty"
            assert set(FIELDS.findall(form)) == wanted, f"{tag}: {key}"


@pytest.mark.parametrize("tag", available())
def test_every_plural_form_of_the_language_is_there(tag: str) -> None:
    needed = {*locale_of(tag).plural_form.tags, "other"}
    for key, message in catalogue(tag).items():
        if not isinstance(message, str):
            assert set(message) == needed, f"{tag}: {key}"


def test_no_translation_was_left_in_english() -> None:
    english = catalogue("en")
    same = {
        (tag, key)
        for tag in available()
        for key, message in catalogue(tag).items()
        if tag != "en" and message == english[key] and re.search(r"[A-Za-z]{3}", str(message))
    }
    allowed = {"page.title", "unit.times", "period.fiscal_year", "warning.gap"}
    assert {(tag, key) for tag, key in same if key not in allowed} == set()


def test_every_message_is_used() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for folder in ("present", "render")
        for path in (PRESENT / folder).glob("*.py")
    )
    words = (PRESENT / "present" / "view.py").read_text("utf-8")
    for key in catalogue("en"):
        head, _, name = key.partition(".")
        named = key in code or f'"{name}"' in code or f"    {name}: str" in words
        assert named or re.search(rf'f"{head}\.[^"]*{{', code), f"{key} is not used"


@pytest.mark.parametrize("tag", ["fr", "he", "en-GB", "nonsense!"])
def test_a_locale_without_a_catalogue_speaks_english(tag: str) -> None:
    messages = messages_for(locale_of(tag))
    assert messages.text("page.summary") == "Summary"
    assert messages.plural("unit.days", 1, n="1") == "1 day"


def test_a_field_that_runs_against_the_text_is_isolated() -> None:
    english, arabic = messages_for(locale_of("en")), messages_for(locale_of("ar"))
    assert english.text("target.is", n="قناة") == "Target \u2068قناة\u2069"
    assert english.text("target.is", n="1,000") == "Target 1,000"
    assert "\u2068leads\u2069" in arabic.text("funnel.share_of", stage="leads")


def test_message_keys_in_code_exist() -> None:
    known = catalogue("en")
    for path in (PRESENT / "present").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                ("speech.text", "speech.plural")
            ):
                key = node.args[0]
                if isinstance(key, ast.Constant):
                    assert key.value in known
