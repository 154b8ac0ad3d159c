"""A loopback server that says exactly what a test tells it to, byte for byte, and counts who called."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Say = Callable[[bytes, Callable[[bytes], None]], None]  # the head of a request, and what sends bytes


class Speaker:
    """Answers each connection by `say`, until it is closed. `heads` are the requests it got, `calls` the connections."""

    def __init__(self, say: Say) -> None:
        self.say, self.calls, self.heads = say, 0, list[bytes]()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.05)
        self.place = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self._ended = threading.Event()
        self._worker = threading.Thread(target=self._serve, daemon=True)
        self._worker.start()

    def _serve(self) -> None:
        while not self._ended.is_set():
            with suppress(TimeoutError):
                connection, _ = self._listening.accept()
                self.calls += 1
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(2)
            head = b""
            while b"\r\n\r\n" not in head and (more := connection.recv(4096)):
                head += more
            self.heads.append(head)

            def send(data: bytes) -> None:
                if self._ended.is_set():
                    raise OSError
                connection.sendall(data)

            self.say(head, send)

    def close(self) -> None:
        self._ended.set()
        self._worker.join()
        self._listening.close()


@contextmanager
def speaking(say: Say) -> Iterator[Speaker]:
    speaker = Speaker(say)
    try:
        yield speaker
    finally:
        speaker.close()


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An answer with its length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def path_of(head: bytes) -> str:
    """The path that a request asks for."""
    return head.split(b" ", 2)[1].decode("latin-1") if head.count(b" ") > 1 else ""
