"""Bytes unpacked as they come, within bounds: what a server or an archive packed cannot grow past what was asked for.

No step gives more than `STEP` bytes at a time, whatever stands in its input, so that a bomb is met while it is still small.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any, Protocol

STEP = 65_536
HEADER = 2  # bytes that tell deflate's two forms apart
MOST_LAYERS = 2
MOST_RATIO = 250  # unpacked to packed; HTML, JSON and text stay far below
FREE = 1_000_000  # bytes for which no ratio is asked: repeated text packs well, and this much hurts nobody
ZSTD_WINDOW = 23  # 8 MB, what RFC 8878 asks a decoder to support at least


class TooLarge(Exception):
    """The body passes the bound."""


class NotPacked(OSError):
    """The bytes are not what they are said to be."""


class _Unpacker(Protocol):
    """`take` gives at most `STEP` bytes; called with b"" until it gives nothing, it has taken everything in. `ended`: at a sound end."""

    def take(self, data: bytes) -> bytes: ...

    @property
    def ended(self) -> bool: ...


class _Zlib:
    """gzip (with further members behind the first) and deflate, with and without zlib's header."""

    def __init__(self, wbits: int, *, members: bool) -> None:
        self._wbits, self._members = wbits, members
        self._inner = zlib.decompressobj(wbits)
        self._waiting = b""
        self._begun = self._more = False

    def take(self, data: bytes) -> bytes:
        self._waiting += data
        if not self._begun and len(self._waiting) < HEADER:
            return b""
        while self._waiting or self._more:
            if self._inner.eof:
                self._more = False
                if not self._members or not self._waiting.strip(b"\0"):
                    self._waiting = b""  # padding, or what stands behind the end and means nothing
                    break
                self._inner = zlib.decompressobj(self._wbits)
            given = self._give(self._waiting)
            self._waiting = self._inner.unconsumed_tail or self._inner.unused_data
            self._more = len(given) == STEP and not self._inner.eof  # all input may be taken and some output still be inside
            if given:
                return given
        return b""

    def _give(self, data: bytes) -> bytes:
        try:
            given = self._inner.decompress(data, STEP)
        except zlib.error:
            if self._members or self._begun:
                raise
            self._inner = zlib.decompressobj(-zlib.MAX_WBITS)  # servers that say deflate often mean the raw stream
            given = self._inner.decompress(data, STEP)
        self._begun = True
        return given

    @property
    def ended(self) -> bool:
        return self._inner.eof


class _Brotli:
    def __init__(self, module: Any) -> None:
        self._inner, self._waiting = module.Decompressor(), b""

    def take(self, data: bytes) -> bytes:
        self._waiting += data
        if self._inner.is_finished():
            self._waiting = b""
            return b""
        if self._inner.can_accept_more_data():
            given, self._waiting = self._inner.process(self._waiting, output_buffer_limit=STEP), b""
        else:
            given = self._inner.process(b"", output_buffer_limit=STEP)
        return bytes(given)

    @property
    def ended(self) -> bool:
        return bool(self._inner.is_finished())


class _Zstd:
    def __init__(self, module: Any) -> None:
        self._module, self._inner, self._waiting = module, self._fresh(module), b""

    @staticmethod
    def _fresh(module: Any) -> Any:
        return module.ZstdDecompressor(options={module.DecompressionParameter.window_log_max: ZSTD_WINDOW})

    def take(self, data: bytes) -> bytes:
        self._waiting += data
        while True:
            if self._inner.eof:
                self._waiting = self._inner.unused_data + self._waiting
                if not self._waiting:
                    return b""
                self._inner = self._fresh(self._module)
            elif not self._waiting and self._inner.needs_input:
                return b""
            handed, self._waiting = self._waiting, b""
            if given := self._inner.decompress(handed, STEP):
                return bytes(given)

    @property
    def ended(self) -> bool:
        return bool(self._inner.eof)


def _optional(*names: str) -> Any:
    """The first of these modules that is installed, or None."""
    for name in names:
        try:
            return import_module(name)
        except ImportError:
            continue
    return None


def _brotli() -> _Unpacker | None:
    module = _optional("brotli")
    return _Brotli(module) if hasattr(getattr(module, "Decompressor", None), "can_accept_more_data") else None


def _zstd() -> _Unpacker | None:
    module = _optional("compression.zstd", "backports.zstd")
    return _Zstd(module) if module else None


_KINDS: dict[str, Callable[[], _Unpacker | None]] = {
    "gzip": lambda: _Zlib(zlib.MAX_WBITS | 16, members=True),
    "x-gzip": lambda: _Zlib(zlib.MAX_WBITS | 16, members=True),
    "deflate": lambda: _Zlib(zlib.MAX_WBITS, members=False),
    "br": _brotli,
    "zstd": _zstd,
}


def understood() -> tuple[str, ...]:
    """Names of the encodings that can be unpacked here, as Accept-Encoding lists them."""
    return tuple(name for name in ("gzip", "deflate", "br", "zstd") if _KINDS[name]() is not None)


def unpacked(chunks: Iterable[bytes], encoding: str, most: int, ratio: int = MOST_RATIO) -> Iterator[bytes]:
    """`chunks` unpacked by a Content-Encoding ("" or "identity": as they are), at most `most` bytes of them and `ratio` times what came in.

    Raises TooLarge past a bound and NotPacked where the bytes are not of the encoding, end too early, or nobody here knows it.
    """
    names = [n for n in (part.strip().lower() for part in encoding.split(",")) if n not in ("", "identity")]
    if len(names) > MOST_LAYERS:
        raise NotPacked(f"the server packed the page {len(names)} times over, which heldby does not unpack")
    count = _Count(most, ratio if names else 0)
    stream: Iterator[bytes] = count.packed(chunks)
    for name in reversed(names):
        unpacker = _KINDS[name]() if name in _KINDS else None
        if unpacker is None:
            raise NotPacked(f"the server packed the page as {name!r}, which was not asked for")
        stream = _layer(stream, unpacker, name, most)
    yield from count.unpacked(stream)


def streamed(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """`chunks` of one encoding unpacked, as many bytes as there are, never more than `STEP` at a time. Raises NotPacked."""
    unpacker = _KINDS[encoding]()
    if unpacker is None:
        raise NotPacked(f"packed as {encoding}, which needs the extra `gather`: pip install 'heldby[gather]'")
    yield from _layer(iter(chunks), unpacker, encoding, sys.maxsize)


def _layer(chunks: Iterator[bytes], unpacker: _Unpacker, name: str, most: int) -> Iterator[bytes]:
    given = 0
    try:
        for chunk in chunks:
            piece = unpacker.take(chunk)
            while piece:
                given += len(piece)
                if given > most:
                    raise TooLarge(f"more than {most:,} bytes")
                yield piece
                piece = unpacker.take(b"")
    except (TooLarge, OSError):
        raise
    except Exception as e:  # each library has its own error for bytes that are not its own
        raise NotPacked(f"cannot be unpacked as {name} ({e})") from None
    if not unpacker.ended:
        raise NotPacked(f"cannot be unpacked as {name}: it ends too early")


class _Count:
    """Bytes in and out of all layers."""

    def __init__(self, most: int, ratio: int) -> None:
        self._most, self._ratio, self._in, self._out = most, ratio, 0, 0

    def packed(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._in += len(chunk)
            if self._in > self._most + STEP:
                raise TooLarge(f"more than {self._most:,} bytes")
            yield chunk

    def unpacked(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._out += len(chunk)
            if self._out > self._most:
                raise TooLarge(f"more than {self._most:,} bytes")
            if self._ratio and self._out > FREE and self._out > self._ratio * self._in:
                raise TooLarge(f"more than {self._ratio} times what it was packed to")
            yield chunk
