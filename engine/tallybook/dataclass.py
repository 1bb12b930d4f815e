"""Frozen dataclasses that cost little to define.

For every frozen dataclass the standard library describes the fields, compiles six methods and makes
the class anew, all while its module is imported. That was half of what this package took to start,
and a run uses few of the classes. Here the standard library describes the fields when they are
asked for; `__init__` is made with the first object, of code that all classes with as many fields
share; what compares and prints needs no compiling. To a type checker it is `dataclasses.dataclass`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from dataclasses import dataclass
    from types import CodeType
else:
    import dataclasses
    from dataclasses import MISSING, Field
    from functools import lru_cache, partial
    from inspect import get_annotations
    from operator import attrgetter
    from types import FunctionType

    def dataclass(*, frozen: bool, slots: bool = False) -> Callable[[type], type]:
        """As `dataclasses.dataclass`, for frozen classes that do not inherit fields."""
        if not frozen:
            raise TypeError("what is not frozen takes the standard library's `dataclass`")

        def of(cls: type) -> type:
            if hasattr(cls, "__post_init__"):
                raise TypeError("`__post_init__` is not called: build the object in a function")
            if hasattr(cls, "__dataclass_fields__"):
                raise TypeError("fields are not inherited")
            return _made(cls, slots=slots)

        return of

    def _made(cls: type, *, slots: bool) -> type:
        annotations = get_annotations(cls)
        own = {n: v for n, v in cls.__dict__.items() if n not in ("__dict__", "__weakref__")}
        written = {n: own.pop(n) for n in annotations if n in own}
        if slots:
            own["__slots__"] = tuple(annotations)
        else:
            own |= {n: v for n, v in written.items() if not isinstance(v, Field)}
        equal, hashed = _compared(annotations, written)
        return type(cls)(
            cls.__name__,
            cls.__bases__,
            own
            | {
                "__dataclass_fields__": _Late(partial(_described, annotations, written)),
                "__match_args__": tuple(annotations),
                "__init__": _Late(partial(_init, annotations, written)),
                "__repr__": _shown,
                "__eq__": equal,
                "__hash__": hashed,
                "__setattr__": _cannot_assign,
                "__delattr__": _cannot_delete,
                "__replace__": dataclasses.replace,  # for `copy.replace`
                "__getstate__": _state,
                "__setstate__": _restore,
            },
        )

    class _Late:
        """Stands for an attribute of a class until somebody looks at it, and then gives way."""

        __slots__ = ("_cls", "_make", "_name")

        def __init__(self, make: Callable[[type], object]) -> None:
            self._make = make

        def __set_name__(self, owner: type, name: str) -> None:
            self._cls, self._name = owner, name

        def __get__(self, instance: object, owner: type) -> Any:
            setattr(self._cls, self._name, self._make(self._cls))
            return getattr(owner if instance is None else instance, self._name)

    def _described(
        annotations: Mapping[str, str], written: Mapping[str, object], cls: type
    ) -> dict[str, Field[Any]]:
        """The fields, as the standard library describes them."""
        own = {"__annotations__": annotations, "__module__": cls.__module__, "__doc__": "Like it."}
        like = type(cls.__name__, (), {**own, **written})
        described = dataclasses.dataclass(init=False, repr=False, eq=False)(like)
        return described.__dataclass_fields__

    def _init(
        annotations: Mapping[str, str], written: Mapping[str, object], cls: type
    ) -> Callable[..., None]:
        """The code for as many fields, with the names and defaults of these."""
        defaults = {n: _default(v) for n, v in written.items()}
        given = {n: v for n, v in defaults.items() if v is not MISSING}
        code = _init_code(tuple(isinstance(given.get(n), _Factory) for n in annotations))
        names = dict(zip(code.co_varnames, ("self", *annotations), strict=True))
        init = FunctionType(
            code.replace(
                co_varnames=tuple(names.values()),
                co_consts=tuple(names.get(c, c) for c in code.co_consts),
                co_qualname=f"{cls.__qualname__}.__init__",
            ),
            _NAMES_IN_INIT,
            argdefs=tuple(given.values()),
        )
        init.__annotations__ = {**annotations, "return": None}
        return init

    class _Factory:
        """Stands for the default of an argument that is made anew for every object."""

        __slots__ = ("make",)

        def __init__(self, make: Callable[[], object]) -> None:
            self.make = make

        def __repr__(self) -> str:
            return "<factory>"

    def _default(written: object) -> object:
        if not isinstance(written, Field):
            return written
        made = written.default_factory
        return written.default if made is MISSING else _Factory(made)

    _NAMES_IN_INIT = {"set_field": object.__setattr__, "Factory": _Factory}

    @lru_cache
    def _init_code(made: tuple[bool, ...]) -> CodeType:
        """The code of `__init__` for as many fields; `made` are those that may be left to make."""
        names = [f"_{i}" for i in range(len(made))]
        values = [
            f"{n}.make() if {n}.__class__ is Factory else {n}" if m else n
            for n, m in zip(names, made, strict=True)
        ]
        lines = [f"    set_field(self, {n!r}, {v})" for n, v in zip(names, values, strict=True)]
        text = "\n".join([f"def __init__({', '.join(['self', *names])}):", "    pass", *lines])
        found: dict[str, Any] = {}
        exec(compile(text, "<__init__ of a dataclass>", "exec"), found)  # noqa: S102 - as the standard library does
        code: CodeType = found["__init__"].__code__
        return code

    def _compared(
        annotations: Mapping[str, str], written: Mapping[str, object]
    ) -> tuple[Callable[..., Any], Callable[..., int]]:
        ignored = [n for n, f in written.items() if isinstance(f, Field) and not f.compare]
        names = [n for n in annotations if n not in ignored]
        values = attrgetter(*names) if names else lambda _: ()

        def equal(self: object, other: object) -> Any:
            same = other.__class__ is self.__class__
            return values(self) == values(other) if same else NotImplemented

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
        return [getattr(self, name) for name in self.__match_args__]

    def _restore(self: object, state: list[object]) -> None:
        for name, value in zip(self.__match_args__, state, strict=True):
            object.__setattr__(self, name, value)
