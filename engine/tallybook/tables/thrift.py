"""Thrift's compact protocol, as far as the footer of a Parquet file is written in it.

Every value takes at least a byte and structures nest no deeper than `_DEEPEST`, so whatever the
bytes are, reading them ends after as many steps as there are bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY = 1, 2, 3, 7, 8
_WHOLE = (4, 5, 6)  # of 16, 32 and 64 bits
_LISTS, _MAP, _STRUCT, _UUID = (9, 10), 11, 12, 13
_SIZES = {_BYTE: 1, _DOUBLE: 8, _UUID: 16}
_DEEPEST = 12
_MANY = 15  # items: how many is told apart
_MORE = 128  # a byte of a number that others follow
_LONGEST = 10  # bytes of a number


class ThriftError(ValueError):
    """The bytes are not what they should be."""


class ThriftReader:
    """Reads values one after the other, each by a method for its type.

    They raise `ThriftError` for another type than is expected, `IndexError` at the data's end.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def fields(self) -> Iterator[tuple[int, int]]:
        """(number, type) of each field of a structure; its value is read before the next one.

        Numbers that do not rise by 1 to 15 could be written in another way, which nobody uses.
        """
        number = 0
        while kind := self._byte():
            if not kind >> 4:
                raise ThriftError(kind)
            number += kind >> 4
            yield number, kind & 15

    def items(self, kind: int) -> Iterator[int]:
        """The type of each item of a list, as often as there are items."""
        if kind not in _LISTS:
            raise ThriftError(kind)
        head = self._byte()
        count = head >> 4
        for _ in range(self._varint() if count == _MANY else count):
            yield head & 15

    def number(self, kind: int) -> int:
        """A whole number of 16 to 64 bits."""
        if kind not in _WHOLE:
            raise ThriftError(kind)
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def binary(self, kind: int) -> bytes:
        """Bytes, or a text as such."""
        if kind != _BINARY:
            raise ThriftError(kind)
        return self._taken(self._varint())

    def structure(self, kind: int) -> Iterator[tuple[int, int]]:
        """The fields of a structure where the type should be one."""
        if kind != _STRUCT:
            raise ThriftError(kind)
        return self.fields()

    def skip(self, kind: int, depth: int = 0) -> None:
        """Pass over a value of a field."""
        if kind not in (_TRUE, _FALSE):  # a field's type says which; items take a byte each
            self._skip(kind, depth)

    def _skip(self, kind: int, depth: int) -> None:
        if depth > _DEEPEST:
            raise ThriftError(depth)
        if kind in _WHOLE:
            self._varint()
        elif kind == _BINARY:
            self._taken(self._varint())
        elif kind == _STRUCT:
            for _, inner in self.fields():
                self.skip(inner, depth + 1)
        elif kind in _LISTS:
            for inner in self.items(kind):
                self._skip(_BYTE if inner in (_TRUE, _FALSE) else inner, depth + 1)
        elif kind in _SIZES:
            self._taken(_SIZES[kind])
        else:  # maps are not in Parquet's footer
            raise ThriftError(kind)

    def _byte(self) -> int:
        byte = self._data[self.at]
        self.at += 1
        return byte

    def _taken(self, length: int) -> bytes:
        end = self.at + length
        if end > len(self._data):
            raise IndexError(end)
        taken = self._data[self.at : end]
        self.at = end
        return taken

    def _varint(self) -> int:
        value = 0
        for bits in range(0, 7 * _LONGEST, 7):
            byte = self._byte()
            value |= (byte & ~_MORE) << bits
            if not byte & _MORE:
                return value
        raise ThriftError(value)
