"""A replacement for `typing.NamedTuple`: importing `typing` takes nearly as long as starting the interpreter.

Type checkers see the real class. At run time, the class below is used: a tuple whose items have names and defaults.
"""

from __future__ import annotations

from _operator import itemgetter  # importing `operator` instead would load twice as much code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple
else:

    class _Named(type):
        """The metaclass that turns the annotations in a class body into the names of a tuple's items."""

        def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            getters = {field: property(itemgetter(number)) for number, field in enumerate(fields)}
            named = {"__slots__": (), "_fields": fields, "_defaults": defaults}
            return super().__new__(mcs, name, bases, {**body, **named, **getters})

    class NamedTuple(tuple, metaclass=_Named):
        """A tuple whose items have names."""

        __slots__ = ()

        def __new__(cls, *values: Any, **named: Any) -> Any:
            if named or len(values) != len(cls._fields):
                left = cls._fields[len(values) :]  #: the fields without a positional value
                given = {**cls._defaults, **named}
                if len(values) > len(cls._fields) or not named.keys() <= set(left) or not given.keys() >= set(left):
                    raise TypeError(f"{cls.__name__} takes each of these fields once: {', '.join(cls._fields)}")
                values += tuple(given[field] for field in left)
            return super().__new__(cls, values)

        _make = classmethod(tuple.__new__)  #: creates an instance from a tuple, three times as fast as `__new__`

        def __repr__(self) -> str:
            pairs = zip(self._fields, self, strict=True)
            return f"{type(self).__name__}({', '.join(f'{field}={value!r}' for field, value in pairs)})"

        def _replace(self, **named: Any) -> Any:
            return type(self)(**{**dict(zip(self._fields, self, strict=True)), **named})


__all__ = ["NamedTuple"]
