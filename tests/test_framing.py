"""Frames between two processes that don't trust each other."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradlab.base.errors import ProtocolError
from gradlab.wire.framing import Channel

LARGE = bytes(range(256)) * 2**14  # 4 MiB, more than fits into a socket buffer


def soon() -> float:
    """Return a deadline that passes while the test waits."""
    return time.monotonic() + 0.05


def later() -> float:
    """Return a deadline that no correct run reaches."""
    return time.monotonic() + 20


@contextlib.contextmanager
def channel_and_raw(**options: int):
    """A channel, and the bare socket at its other end."""
    near, far = socket.socketpair()
    with Channel(near, **options) as channel, far:
        yield channel, far


@contextlib.contextmanager
def channel_to(other_side):
    """A channel to a socket that `other_side(socket)` uses until the channel is closed."""
    near, far = socket.socketpair()

    def use():
        with far, contextlib.suppress(ConnectionError):
            other_side(far)

    thread = threading.Thread(target=use)
    thread.start()
    with Channel(near) as channel:
        yield channel
    thread.join(20)
    assert not thread.is_alive()


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_payloads_arrive_in_order(payloads):
    """One end receives everything that the other sends, including empty payloads."""
    near, far = socket.socketpair()
    with Channel(near) as sender, Channel(far) as receiver:
        for payload in payloads:
            sender.send(payload, later())
        assert [receiver.receive(later()) for _ in payloads] == payloads


def test_a_payload_larger_than_the_sockets_buffer_arrives():
    """A large payload arrives at the other side and comes back."""

    def echo(connection):
        channel = Channel(connection)
        channel.send(channel.receive(), None)

    with channel_to(echo) as channel:
        channel.send(LARGE, later())
        assert channel.receive(later()) == LARGE


def test_a_silent_other_side_costs_no_more_than_the_deadline():
    """If nothing arrives, `receive` gives up at the deadline."""
    with channel_and_raw() as (channel, _):
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            channel.receive(start + 0.05)
        assert 0.05 <= time.monotonic() - start < 5


def test_a_deadline_that_has_passed_is_no_wait():
    """A deadline in the past raises a TimeoutError at once."""
    with channel_and_raw() as (channel, _):
        for call in (channel.receive, lambda deadline_s: channel.send(b"a", deadline_s)):
            with pytest.raises(TimeoutError):
                call(time.monotonic() - 1)


def test_a_drip_of_bytes_does_not_move_the_deadline():
    """`receive` gives up at the deadline even if single bytes keep arriving."""

    def drip(connection):
        connection.sendall(b"\0\1\0\0")
        while True:
            connection.sendall(b"a")
            time.sleep(0.001)

    with channel_to(drip) as channel:
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            channel.receive(start + 0.1)
        assert time.monotonic() - start < 5


def test_after_a_timeout_the_same_frame_goes_on():
    """A late frame is read in full, whatever part of it arrived before the deadline."""
    with channel_and_raw() as (channel, far):
        for part in (b"\0\0", b"\0\4", b"la"):
            far.sendall(part)
            with pytest.raises(TimeoutError):
                channel.receive(soon())
        far.sendall(b"te" + b"\0\0\0\1!")
        assert channel.receive(later()) == b"late"
        assert channel.receive(later()) == b"!"


def test_a_reader_that_never_reads_ends_the_channel():
    """`send` gives up at the deadline and closes the channel, which the torn frame makes useless."""
    with channel_and_raw() as (channel, _):
        with pytest.raises(TimeoutError):
            channel.send(LARGE, soon())
        with pytest.raises(EOFError):
            channel.send(b"", later())
        with pytest.raises(EOFError):
            channel.receive(later())


def test_closing_between_frames_is_an_end():
    """The last frame arrives, and then an EOFError is raised."""
    with channel_and_raw() as (channel, far):
        far.sendall(b"\0\0\0\3bye")
        far.close()
        assert channel.receive(later()) == b"bye"
        with pytest.raises(EOFError):
            channel.receive(later())
        with pytest.raises(EOFError):
            channel.send(b"anyone?", later())


@pytest.mark.parametrize("part", [b"\0", b"\0\0\0\3", b"\0\0\0\3by"])
def test_closing_inside_a_frame_breaks_the_protocol(part):
    """A truncated frame raises a ProtocolError."""
    with channel_and_raw() as (channel, far):
        far.sendall(part)
        far.close()
        with pytest.raises(ProtocolError, match="inside a frame"):
            channel.receive(later())


def test_closing_with_unread_bytes_is_an_end_too():
    """A reset by the kernel raises an EOFError like any other end."""
    with channel_and_raw() as (channel, far):
        channel.send(b"never read", later())
        far.close()
        with pytest.raises(EOFError):
            channel.receive(later())


def test_a_frame_that_is_too_long_is_refused_at_its_length():
    """A frame is refused before any byte after its length arrives."""
    with channel_and_raw(max_frame_bytes=10) as (channel, far):
        far.sendall(b"\0\0\0\x0a0123456789" + b"\0\0\0\x0b")
        assert channel.receive(later()) == b"0123456789"
        with pytest.raises(ProtocolError, match="announced"):
            channel.receive(later())
        with pytest.raises(ValueError, match="longer"):
            channel.send(b"0123456789a", later())


def test_a_lying_length_allocates_nothing():
    """Only bytes that arrive take memory."""
    with channel_and_raw() as (channel, far):
        far.sendall((2**26).to_bytes(4, "big") + b"few")
        tracemalloc.start()
        try:
            with pytest.raises(TimeoutError):
                channel.receive(soon())
            _, peak_bytes = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak_bytes < 2**18


def test_a_flood_is_held_back():
    """However many frames are sent, only the requested ones are read."""

    def flood(connection):
        while True:
            connection.sendall(b"\0\0\0\1x" * 1000)

    with channel_to(flood) as channel:
        tracemalloc.start()
        try:
            for _ in range(1000):
                assert channel.receive(later()) == b"x"
            _, peak_bytes = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak_bytes < 2**16
