"""HTML read back as elements, by the standard library's parser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_OPTIONAL = ("td", "th", "tr", "dt", "dd")
VOID = {"meta", "link", "br", "img", "input", "hr"}


@dataclass
class Element:
    """An element as it stands in the file; `text` is all text in it."""

    tag: str
    attributes: dict[str, str]
    parts: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(p if isinstance(p, str) else p.text for p in self.parts)

    def all(self, tag: str | None = None, **wanted: str) -> list[Element]:
        """Every element inside with this tag and these attributes (`class_` holds a class)."""
        found = [e for p in self.parts if isinstance(p, Element) for e in (p, *p.all())]
        return [e for e in found if (tag is None or e.tag == tag) and e.has(**wanted)]

    def has(self, **wanted: str) -> bool:
        classes = self.attributes.get("class", "").split()
        return all(
            value in classes if name == "class_" else self.attributes.get(name) == value
            for name, value in wanted.items()
        )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("td", "th", "tr") and self.open[-1].tag in ("td", "th"):
            self.open.pop()
        if tag in ("dt", "dd") and self.open[-1].tag in ("dt", "dd"):
            self.open.pop()
        if tag == "tr" and self.open[-1].tag == "tr":
            self.open.pop()
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self.open[-1].tag in _OPTIONAL and self.open[-1].tag != tag:
            self.open.pop()
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def document(text: str) -> Element:
    """A page as elements. Fails where an end tag does not match its start tag."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert [e.tag for e in reader.open] == [""], "an element is not closed"
    return reader.root
