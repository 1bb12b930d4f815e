"""Frozen dataclasses that cost little to define.

For every frozen dataclass the standard library compiles six methods while its module is imported.
That was half of what this package took to start, and a run uses few of the classes. Here fields and
slots are the standard library's; `__init__` is compiled when the first object is made, and what
compares and prints needs no compiling. To a type checker it is `dataclasses.dataclass`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass
else:
    import dataclasses
    from operator import attrgetter

    def dataclass(*, frozen: bool, slots: bool = False) -> Callable[[type], type]:
        """As `dataclasses.dataclass`, for frozen classes that do not inherit fields."""
        if not frozen:
            raise TypeError("what is not frozen takes the standard library's `dataclass`")

        def of(cls: type) -> type:
            if hasattr(cls, "__post_init__"):
                raise TypeError("`__post_init__` is not called: build the object in a function")
            made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
            made.__init__ = _Init(made)
            made.__repr__ = _shown
            made.__eq__, made.__hash__ = _compared(made)
            made.__setattr__ = _cannot_assign
            made.__delattr__ = _cannot_delete
            made.__getstate__ = _state
            made.__setstate__ = _restore
            return made

        return of

    class _Init:
        """Stands for `__init__` until the first object is made, and then gives way to it."""

        __slots__ = ("_cls",)

        def __init__(self, cls: type) -> None:
            self._cls = cls

        def __get__(self, instance: object, owner: type) -> Callable[..., None]:
            self._cls.__init__ = _compiled_init(self._cls)
            return self._cls.__init__.__get__(instance, owner)

    def _compiled_init(cls: type) -> Callable[..., None]:
        names: dict[str, Any] = {"__set": object.__setattr__, "__missing": dataclasses.MISSING}
        parameters, lines = ["self"], ["    pass"]
        for f in dataclasses.fields(cls):
            given, value, default = f.name, f.name, f"__default_{f.name}"
            if f.default is not dataclasses.MISSING:
                names[default] = f.default
                given = f"{f.name}={default}"
            elif f.default_factory is not dataclasses.MISSING:
                names[default] = f.default_factory
                given = f"{f.name}=__missing"
                value = f"{default}() if {f.name} is __missing else {f.name}"
            parameters.append(given)
            lines.append(f"    __set(self, {f.name!r}, {value})")
        text = "\n".join([f"def __init__({', '.join(parameters)}):", *lines])
        exec(compile(text, f"<__init__ of {cls.__qualname__}>", "exec"), names)  # noqa: S102 - as the standard library does
        init: Callable[..., None] = names["__init__"]
        init.__qualname__ = f"{cls.__qualname__}.__init__"
        init.__annotations__ = {f.name: f.type for f in dataclasses.fields(cls)} | {"return": None}
        return init

    def _compared(cls: type) -> tuple[Callable[..., Any], Callable[..., int]]:
        names = [f.name for f in dataclasses.fields(cls) if f.compare]
        values = attrgetter(*names) if names else lambda _: ()

        def equal(self: object, other: object) -> Any:
            return values(self) == values(other) if other.__class__ is cls else NotImplemented

        def hashed(self: object) -> int:
            return hash(values(self))

        return equal, hashed

    def _shown(self: object) -> str:
        said = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
        return f"{self.__class__.__qualname__}({', '.join(said)})"

    def _cannot_assign(self: object, name: str, _: object) -> None:  # noqa: ARG001 - as `object` has it
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def _cannot_delete(self: object, name: str) -> None:  # noqa: ARG001 - as `object` has it
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

    def _state(self: object) -> list[object]:
        return [getattr(self, f.name) for f in dataclasses.fields(self)]

    def _restore(self: object, state: list[object]) -> None:
        for f, value in zip(dataclasses.fields(self), state, strict=True):
            object.__setattr__(self, f.name, value)
