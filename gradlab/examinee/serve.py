"""The loop of the examinee: run a cell, call a function, again and again.

A request is a number in eight bytes, then ``("run", source, max_output_bytes, is_shown)``, ``("call",
function, args, kwargs, tells_changes)`` or ``("files", max_bytes)``, as encoded by `gradlab.wire.requests`.
A function is the student's, by its name or as a handle; or it is a probe, or a builtin such as `iter` and
`len`, that came with the request. Files are those that the notebook has written. The answer is ``(number,
succeeded, value)``. If a call tells changes, its value is a pair: the return value, and the
changed arguments.

A function that stays in the examiner is represented by one that sends ``(number, (key, args, kwargs))``
before the answer, and waits for ``("back", succeeded, value)``; meanwhile, the examiner may ask further
questions.
"""

from __future__ import annotations

import builtins
import io
import signal
import sys
import threading
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradlab.examinee.changes import Watched
from gradlab.wire import requests
from gradlab.wire.codec import encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradlab.examinee.shell import Shell
    from gradlab.wire.framing import Channel


NUMBER_BYTES = 8


class _Void(io.TextIOBase):
    """Discards text that the student's functions print while a hidden test calls them."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


class Examinee:
    """The student's notebook in a shell, and the values to which the examiner has handles."""

    def __init__(self, shell: Shell, channel: Channel) -> None:
        self._shell = shell
        self._channel = channel
        self._kept: dict[int, object] = {}
        self._ids = count(1)
        self._folder = Path()
        self._given: set[str] = set()
        self._number = 0  # of the request that is being answered
        self._answered = 0  # the latest
        self._turn = threading.RLock()  # of functions that the examiner keeps

    def serve(self) -> None:
        """Answer requests until the examiner closes the channel."""
        self._folder = Path.cwd()
        self._given = set(self._paths())
        sys.path.insert(0, "")  # as in Jupyter, modules are found next to the notebook
        while True:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            try:
                payload = self._channel.receive()
            except EOFError:
                return
            if _number_of(payload) > self._answered:  # else the result of a call that was interrupted
                self._channel.send(self._answer(payload))

    def _answer(self, payload: bytes) -> bytes:
        number = self._answered = _number_of(payload)
        outer, self._number = self._number, number
        try:
            _handle_interrupts(signal.default_int_handler)
            operation, *rest = requests.loads(payload[NUMBER_BYTES:], self._find)
            operations: dict[str, Callable[..., object]]
            operations = {"run": self._run, "call": self._call, "files": self._files}
            value = operations[operation](*rest)
            answer = encode((number, True, value), self._keep)
        except BaseException as error:  # noqa: BLE001  # the student's code may raise anything
            error.__traceback__ = None  # its frames may hold all memory, and an answer needs some
            answer = encode((number, False, error), self._keep)
        _handle_interrupts(signal.SIG_IGN)
        self._number = outer
        return answer

    def _run(self, source: str, max_output_bytes: int, is_shown: bool) -> dict[str, Any]:  # noqa: FBT001  # as it was sent
        error, outputs, number = self._shell.run(source, max_output_bytes, draws=is_shown)
        has_flooded = self._shell.output_log.has_flooded
        shown = {"outputs": outputs, "number": number} if is_shown else {}
        return {"error": error, "has_flooded": has_flooded, **shown}

    def _call(
        self,
        function: Any,  # the student's
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        tells_changes: bool,  # noqa: FBT001  # as it was sent
    ) -> object:
        watched = Watched(args, kwargs) if tells_changes else None
        streams = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = _Void()
        try:
            value = function(*args, **kwargs)
        finally:
            sys.stdout, sys.stderr = streams
        return value if watched is None else (value, watched.changed())

    def _files(self, max_bytes: int) -> dict[str, bytes]:
        """Return the files that were not given and that fit into `max_bytes` together."""
        files = {}
        for name, path in self._paths().items():
            if name not in self._given and path.stat().st_size <= max_bytes:
                files[name] = path.read_bytes()
                max_bytes -= len(files[name])
        return files

    def _paths(self) -> dict[str, Path]:
        paths = sorted(self._folder.rglob("*"))
        return {str(path.relative_to(self._folder)): path for path in paths if path.is_file()}

    def _find(self, name: tuple[Any, ...]) -> object:
        kind, key = name
        if kind == "handle":
            return self._kept[key]
        if kind == "here":
            return self._function(key)
        if key not in self._shell.user_ns:
            raise NameError(f"name {key!r} is not defined")
        return self._shell.user_ns[key]

    def _function(self, key: int) -> Callable[..., Any]:
        """Return a function that calls a function of the examiner."""

        def f(*args: Any, **kwargs: Any) -> Any:
            with self._turn:
                self._channel.send(encode((self._number, (key, list(args), kwargs)), self._keep))
                while True:
                    payload = self._channel.receive()
                    operation, *rest = requests.loads(payload[NUMBER_BYTES:], self._find)
                    if operation == "back":
                        return _returned(*rest)
                    self._channel.send(self._answer(payload))
                    _handle_interrupts(signal.default_int_handler)

        f.__module__, f.__qualname__ = "__main__", f.__name__  # students may show it
        return f

    def _keep(self, value: object) -> int:
        key = next(self._ids)
        self._kept[key] = value
        return key


def _handle_interrupts(handler: Callable[..., object] | signal.Handlers) -> None:
    """Set what an interrupt does; in another thread of the student's, leave it to the main thread."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, handler)


def _number_of(payload: bytes) -> int:
    return int.from_bytes(payload[:NUMBER_BYTES], "big")


def _returned(succeeded: bool, value: Any) -> Any:  # noqa: FBT001  # as it was sent
    """Return the value of a call in the examiner, or raise its exception."""
    if succeeded:
        return value
    name, message = value
    error = getattr(builtins, name, RuntimeError)
    raise (
        error(message) if isinstance(error, type) and issubclass(error, Exception) else RuntimeError(message)
    )
