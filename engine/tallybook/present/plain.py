"""Text that came from data or from a book, made fit to stand inside other text."""

from __future__ import annotations

import re

# Embeddings, overrides and isolates reorder everything after them; line and paragraph separators
# end a table's row in some readers. LRM, RLM and the joiners stay: scripts need them.
_STEERING = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACE = re.compile("[\t\n\x0b\x0c\r \u2028\u2029]+")


def one_line(text: str) -> str:
    """The text on one line, without characters that steer what stands around it."""
    return _SPACE.sub(" ", inert(text)).strip()


def inert(text: str) -> str:
    """The text without control and bidirectional control characters; line breaks stay."""
    return _CONTROL.sub("", _STEERING.sub("", text))
