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
from functools import cache
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
        return _Codec(lambda v: _exactly(kind, v), lambda v: _exactly(kind, v))
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

    def write(value: Any) -> Plain:
        _exactly(kind, value)
        plain: dict[str, Plain] = {}
        for f in fields:
            held = getattr(value, f.name)
            if f.required or held != f.default or type(held) is not type(f.default):
                plain[f.name] = _along(f.name, f.codec.write, held)
        return plain

    def read(plain: Any) -> Any:
        if not isinstance(plain, Mapping):
            raise CodecError(f"expected an object ({kind.__name__}), found {type(plain).__name__}")
        if extra := sorted(plain.keys() - names):
            raise CodecError(f"{kind.__name__} has no field {', '.join(extra)}")
        if missing := [f.name for f in fields if f.required and f.name not in plain]:
            raise CodecError(f"{kind.__name__} lacks {', '.join(missing)}")
        try:
            return kind(**{f.name: _along(f.name, f.codec.read, plain[f.name]) for f in fields if f.name in plain})
        except CodecError:
            raise
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
        return [_along(i, c.write, v) for i, (c, v) in enumerate(zip(parts(_exactly(tuple, values)), values, strict=True))]

    def read(values: Any) -> Any:
        return tuple(_along(i, c.read, v) for i, (c, v) in enumerate(zip(parts(_exactly(list, values)), values, strict=True)))

    return _Codec(write, read)


def _along(step: str | int, turn: Turn, value: Any) -> Any:
    try:
        return turn(value)
    except CodecError as e:
        raise CodecError(f"{step}: {e}") from None


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
