"""Frames on a stream socket: four bytes of length, most significant first, then the payload.

Deadlines are times of `time.monotonic`, so that several calls can share a deadline.
"""

from __future__ import annotations

import math
import select
import struct
import time
from typing import TYPE_CHECKING, NoReturn, Self

from gradlab.base.errors import ProtocolError, TornFrameError

if TYPE_CHECKING:
    import socket
    from types import TracebackType

MAX_FRAME_BYTES = 64 * 2**20

_LENGTH = struct.Struct(">I")
_CHUNK_BYTES = 64 * 2**10  # the most that is requested from the kernel at once
_USUAL_BYTES = 4 * 2**10  # a frame of usual size is read at once
_LONGEST_WAIT_S = 3600.0  # of one poll, whose milliseconds are a C int


class Channel:
    """One end of a connected stream socket, which carries payloads both ways.

    The other side is not trusted: it may lie about lengths, send for ever, never read, or go away.

    Args:
        connection: the connected socket; the channel owns it from now on.
        max_frame_bytes: the longest payload, in both directions.
    """

    def __init__(self, connection: socket.socket, max_frame_bytes: int = MAX_FRAME_BYTES) -> None:
        connection.setblocking(False)  # noqa: FBT003  # the socket's signature
        self._socket = connection
        self._max_frame_bytes = max_frame_bytes
        self._received = bytearray()  # what has arrived of the next frame, and perhaps of later ones

    def fileno(self) -> int:
        """Return the socket's file descriptor, -1 once it is closed."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, payload: bytes, deadline_s: float | None = None) -> None:
        """Send one payload.

        If an error stops this in the middle of a frame, the channel is closed: the other side could
        not understand anything that followed.

        Raises:
            ValueError: if the payload is longer than `max_frame_bytes`.
            TimeoutError: if the other side has not taken all of it by the deadline.
            EOFError: if the other side has closed the channel.
        """
        if len(payload) > self._max_frame_bytes:
            raise ValueError(f"a payload of {len(payload)} bytes is longer than {self._max_frame_bytes}")
        frame = memoryview(_LENGTH.pack(len(payload)) + payload)
        rest = frame
        try:
            self._left_ms(deadline_s)
            while rest:
                try:
                    rest = rest[self._socket.send(rest) :]
                except BlockingIOError:
                    self._wait(select.POLLOUT, deadline_s)
        except (BrokenPipeError, ConnectionResetError):
            raise EOFError("the other side has closed the channel") from None
        finally:
            if 0 < len(rest) < len(frame):
                self.close()

    def receive(self, deadline_s: float | None = None) -> bytes:
        """Return the next payload.

        After a TimeoutError, the next call continues with the same frame.

        Raises:
            TimeoutError: if the frame is not complete by the deadline.
            EOFError: if the other side has closed the channel between two frames.
            ProtocolError: if it has closed the channel inside a frame, or announces too long a frame.
        """
        while (n_missing_bytes := self._n_missing_bytes()) > 0:
            self._wait(select.POLLIN, deadline_s)
            try:
                chunk = self._socket.recv(min(max(n_missing_bytes, _USUAL_BYTES), _CHUNK_BYTES))
            except BlockingIOError:
                continue
            except ConnectionResetError:
                chunk = b""
            if not chunk:
                self._raise_closed()
            self._received += chunk
        end = _LENGTH.size + _LENGTH.unpack_from(self._received)[0]
        payload = bytes(memoryview(self._received)[_LENGTH.size : end])
        del self._received[:end]
        return payload

    def _n_missing_bytes(self) -> int:
        """Return how many bytes of the next frame (first, of its length) are missing."""
        if len(self._received) < _LENGTH.size:
            return _LENGTH.size - len(self._received)
        (n_bytes,) = _LENGTH.unpack_from(self._received)
        if n_bytes > self._max_frame_bytes:
            raise ProtocolError(
                f"A frame of {n_bytes} bytes is announced; at most {self._max_frame_bytes} are allowed."
            )
        return _LENGTH.size + int(n_bytes) - len(self._received)

    def _raise_closed(self) -> NoReturn:
        if self._received:
            raise TornFrameError("The other side has closed the channel inside a frame.")
        raise EOFError("the other side has closed the channel")

    def _wait(self, event: int, deadline_s: float | None) -> None:
        """Wait until the socket is ready or the deadline comes; raise if it has passed already."""
        left_ms = self._left_ms(deadline_s)
        poller = select.poll()
        poller.register(self._socket, event)
        poller.poll(left_ms)

    def _left_ms(self, deadline_s: float | None) -> int | None:
        """Return how long to wait at most; raise if the channel is closed or the deadline has passed."""
        if self.fileno() < 0:
            raise EOFError("the channel is closed")
        if deadline_s is None:
            return None
        left_s = deadline_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the deadline has passed")
        return math.ceil(min(left_s, _LONGEST_WAIT_S) * 1000)
