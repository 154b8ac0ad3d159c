"""Model values to plain JSON values and back, exactly, and strictly: what does not fit its type is refused, never bent.

A dataclass becomes an object of its fields; a field equal to its default is left out, so that a field added to the model later does not
change the digest of what was written before. The defaults are therefore part of the format. Enums are their value, dates and instants
ISO 8601 (with the offset that held, which makes a repeated hour's `fold` superfluous; civil times have none), tuples arrays. Nothing
names a type: the reader says what it expects.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache, partial
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from heldby.model.ident import Plain

T = TypeVar("T")
Turn = Callable[[Any], Any]


class CodecError(ValueError):
    """A value that does not fit the type it should have; the message names the way to it."""


@dataclass(frozen=True, slots=True)
class _Codec:
    """How one type is written and read."""

    write: Turn
    read: Turn


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    codec: _Codec
    default: Any
    required: bool


def to_plain(value: object) -> Plain:
    """A model value as plain JSON values. Raises CodecError where a field does not hold what its type says."""
    kind: Any = type(value)
    plain: Plain = _codec(kind).write(value)
    return plain


def from_plain(kind: type[T], plain: Plain) -> T:
    """The value of `kind` that `to_plain` wrote. Raises CodecError on a missing, unknown or ill-typed field."""
    expected: Any = kind
    value: T = _codec(expected).read(plain)
    return value


@cache
def _codec(kind: Any) -> _Codec:
    if get_origin(kind) in (Union, types.UnionType):
        return _optional(kind)
    if get_origin(kind) is tuple:
        return _tuple(kind)
    if kind in (str, int, float, bool):
        exactly = partial(_exactly, kind)
        return _Codec(exactly, exactly)
    if kind is datetime:
        return _Codec(lambda v: _exactly(datetime, v).isoformat(), lambda v: _iso(datetime.fromisoformat, v))
    if kind is date:
        return _Codec(lambda v: _exactly(date, v).isoformat(), lambda v: _iso(date.fromisoformat, v))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _Codec(lambda v: _exactly(kind, v).value, lambda v: _member(kind, v))
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _record(kind)
    raise CodecError(f"no way to write a {kind!r}")


def _record(kind: Any) -> _Codec:
    hints = get_type_hints(kind)
    fields: tuple[_Field, ...] = ()
    for f in dataclasses.fields(kind):
        default = f.default_factory() if f.default_factory is not dataclasses.MISSING else f.default
        fields += (_Field(f.name, _codec(hints[f.name]), default, default is dataclasses.MISSING),)
    names = frozenset(f.name for f in fields)
    needed = tuple(f.name for f in fields if f.required)
    turns = {f.name: f.codec.read for f in fields}
    writing = tuple((f.name, f.codec.write, f.default, f.required) for f in fields)

    def write(value: Any) -> Plain:
        _exactly(kind, value)
        plain: dict[str, Plain] = {}
        name = ""
        try:
            for name, turn, default, required in writing:
                held = getattr(value, name)
                if required or held != default or type(held) is not type(default):
                    plain[name] = turn(held)
        except CodecError as e:
            raise CodecError(f"{name}: {e}") from None
        return plain

    def read(plain: Any) -> Any:
        if not isinstance(plain, Mapping):
            raise CodecError(f"expected an object ({kind.__name__}), found {type(plain).__name__}")
        if extra := plain.keys() - names:
            raise CodecError(f"{kind.__name__} has no field {', '.join(sorted(extra))}")
        if missing := [name for name in needed if name not in plain]:
            raise CodecError(f"{kind.__name__} lacks {', '.join(missing)}")
        held: dict[str, Any] = {}
        name = ""
        try:
            for name, value in plain.items():
                held[name] = turns[name](value)
        except CodecError as e:
            raise CodecError(f"{name}: {e}") from None
        try:
            return kind(**held)
        except ValueError as e:
            raise CodecError(f"no {kind.__name__}: {e}") from None

    return _Codec(write, read)


def _optional(kind: Any) -> _Codec:
    inner = [a for a in get_args(kind) if a is not type(None)]
    if len(inner) != 1 or len(get_args(kind)) != 2:
        raise CodecError(f"no way to write a choice of types: {kind!r}")
    codec = _codec(inner[0])
    return _Codec(lambda v: None if v is None else codec.write(v), lambda v: None if v is None else codec.read(v))


def _tuple(kind: Any) -> _Codec:
    args = get_args(kind)
    if len(args) == 2 and args[1] is Ellipsis:
        codec = _codec(args[0])

        def parts(values: Any) -> tuple[_Codec, ...]:
            return (codec,) * len(values)
    else:
        fixed = tuple(_codec(a) for a in args)

        def parts(values: Any) -> tuple[_Codec, ...]:
            if len(values) != len(fixed):
                raise CodecError(f"expected {len(fixed)} values, found {len(values)}")
            return fixed

    def write(values: Any) -> Plain:
        return _turned(values, [c.write for c in parts(_exactly(tuple, values))])

    def read(values: Any) -> Any:
        return tuple(_turned(values, [c.read for c in parts(_exactly(list, values))]))

    return _Codec(write, read)


def _turned(values: Any, turns: list[Turn]) -> list[Any]:
    """Each value by its own turn; a failure names the place."""
    turned: list[Any] = []
    try:
        for turn, value in zip(turns, values, strict=True):
            turned.append(turn(value))
    except CodecError as e:
        raise CodecError(f"{len(turned)}: {e}") from None
    return turned


def _exactly(kind: type[T], value: Any) -> T:
    """`value` if it is a `kind` itself: a bool is no int, a datetime no date."""
    if type(value) is not kind:
        raise CodecError(f"expected {kind.__name__}, found {type(value).__name__}")
    return value


def _iso(parse: Callable[[str], T], value: Any) -> T:
    try:
        return parse(_exactly(str, value))
    except ValueError as e:
        raise CodecError(str(e)) from None


def _member(kind: type[StrEnum], value: Any) -> StrEnum:
    try:
        return kind(_exactly(str, value))
    except ValueError:
        raise CodecError(f"{value!r} is no {kind.__name__}") from None
