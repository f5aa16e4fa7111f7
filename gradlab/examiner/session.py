"""Stand-ins for objects in the examinee, and the session through which they ask it."""

from __future__ import annotations

import contextlib
import operator
import os
import select
import signal
import time
from itertools import count
from typing import TYPE_CHECKING, Any, Self, cast

from gradlab.base.errors import ProtocolError, SandboxError, TornFrameError
from gradlab.base.failures import no_blame_for_the_machine
from gradlab.checks import Elsewhere, Here, blame_answer
from gradlab.examinee.serve import NUMBER_BYTES
from gradlab.examiner.changes import Held, follow
from gradlab.examiner.claims import claimed_class
from gradlab.examiner.clock import SLICE_S, Clock
from gradlab.wire import requests
from gradlab.wire.codec import HandleId, RaisedError, decode
from gradlab.wire.framing import MAX_FRAME_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gradlab.examinee.zygote import Running

GRACE_S = 1.0  # of its own time, to let itself be interrupted
END_S = 2.0  # of its own time, to end after it has closed its channel; honest code needs milliseconds
# How long to wait for an examinee that uses no time because it is stopped or has no processor.
PATIENCE_S = 60.0
PATIENCE_TIMES = 20


class ExamineeError(BaseException):
    """The examinee can't answer. No `except Exception` in a test hides this error."""


class TimedOut(ExamineeError):  # noqa: N818  # what happened, as outcomes name it
    """It exceeded its time limit; it lives on if it let itself be interrupted."""


class Stalled(ExamineeError):  # noqa: N818  # as above
    """It used no time for very long, apparently by no fault of its own, and was ended."""


class OutOfMemory(ExamineeError):  # noqa: N818  # as above
    """It asked for too much memory, and lives on."""


class Ended(ExamineeError):  # noqa: N818  # as above
    """It has ended."""


class Violation(ExamineeError):  # noqa: N818  # as above
    """It broke the protocol, and was ended."""


class Session:
    """Questions to one examinee, one after the other, in a limited time of its own; see `Clock`."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.is_alive = True
        self.raised: Exception | None = None  # latest exception from the student's code
        self.failure: SandboxError | None = None  # of the machine
        self._numbers = count(1)
        self._clock = Clock(running.pid)
        self.used_s = 0.0
        self._allowed_s = 0.0  # of `used_s`
        self._patience_s = 0.0
        self._left_bytes = 0
        self._functions: list[Here] = []
        self.sees_changes = False  # of arguments
        self.uses_methods = False  # or other attributes, of an object that stays with the student
        self.asks_kinds = False  # whether a value is an instance of the student's class
        self.held: Held = frozenset()  # what no call may change
        self.given: dict[int, str] = {}  # given functions and classes travel by these names

    def allow(self, seconds: float) -> None:
        """Let all questions from now on use this much time together, and as much data as a single frame."""
        self._allowed_s = self.used_s + seconds
        self._patience_s = PATIENCE_S + PATIENCE_TIMES * seconds
        self._left_bytes = MAX_FRAME_BYTES

    def run(self, source: str, max_output_bytes: int, *, is_shown: bool) -> dict[str, Any]:
        """Run a cell; return its error and, if it is shown, its outputs and number."""
        succeeded, value = self._ask("run", source, max_output_bytes, is_shown)
        if not succeeded or not isinstance(value, dict):
            self.end()
            raise Violation
        self._check_disk(value.get("error"))
        return value

    def files(self, max_bytes: int) -> object:
        """Return the files that the notebook has written, as the examinee claims; None if it can't tell."""
        succeeded, value = self._ask("files", max_bytes)
        return value if succeeded else None

    def call(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a function in the examinee; return its value or raise its exception."""
        succeeded, value = self._ask("call", function, args, kwargs, self.sees_changes)
        if succeeded:
            return self._with_handles(self._without_changes(value, args, kwargs))
        if not isinstance(value, RaisedError):
            self.end()
            raise Violation
        if value.type_name == MemoryError.__name__:
            raise OutOfMemory
        self._check_disk(value)
        self.raised = value.as_exception()
        if isinstance(self.raised, StopIteration) and function is not next:  # it would end a loop of the test
            self.raised = RuntimeError(f"StopIteration: {value.message}".removesuffix(": "))
        if _is_remote(function):  # else a probe, or what Python does with a value
            blame_answer(self.raised)
        raise self.raised

    def _check_disk(self, error: object) -> None:
        """Raise `SandboxError` if an error may come from a disk that others have filled."""
        if isinstance(error, RaisedError) and error.type_name == OSError.__name__:
            try:
                with no_blame_for_the_machine():
                    self.running.check_space()
            except SandboxError as failure:
                self.failure = failure
                raise

    def _without_changes(self, answer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return the value of a call, after changing the arguments here as the call has changed them."""
        if not self.sees_changes:
            return answer
        arguments = dict[int | str, Any](enumerate(args)) | dict[int | str, Any](kwargs)
        match answer:
            case (value, dict(changes)) if changes.keys() <= arguments.keys():
                for key, state in changes.items():
                    if self._name_of(arguments[key]) is None:  # else it is the student's own
                        follow(arguments[key], self._with_handles(state), self.held)
                return value
        self.end()
        raise Violation

    def end(self) -> None:
        """End the examinee."""
        if not self.is_alive:
            return
        self.is_alive = False
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.running.pidfd, signal.SIGKILL)
        self.running.channel.close()
        os.close(self.running.pidfd)

    def _ask(self, *question: object) -> tuple[bool, Any]:
        if not self.is_alive:
            raise Ended
        number = next(self._numbers)
        while True:
            match self._exchanged(number, question):
                case (int(answered), bool(succeeded), value) if answered == number:
                    return succeeded, value
                case (int(answered), (int(key), list(args), dict(kwargs))) if answered == number:
                    question = self._called_back(key, args, kwargs)
                case _:
                    self.end()
                    raise Violation

    def _exchanged(self, number: int, question: tuple[object, ...]) -> object:
        """Send a question, or the result of a call back; return what the examinee sends."""
        payload = number.to_bytes(NUMBER_BYTES, "big") + requests.dumps(question, name_of=self._name_of)
        self._clock.start()
        try:
            self.running.channel.send(payload, time.monotonic() + self._patience_s)
            return self._answer(number)
        except TimeoutError:  # it does not read
            if self.running.channel.fileno() < 0:
                self.end()
            raise TimedOut from None
        except (EOFError, TornFrameError):
            has_ended = self._ends_soon()
            self.end()
            raise (Ended if has_ended else Violation) from None
        except ProtocolError:
            self.end()
            raise Violation from None

    def _called_back(self, key: int, args: list[Any], kwargs: dict[str, Any]) -> tuple[object, ...]:
        """Call a function that stays here, as the examinee asks; return the message that tells the result."""
        if not 0 <= key < len(self._functions):
            self.end()
            raise Violation
        try:
            with no_blame_for_the_machine():
                value = self._functions[key](*self._with_handles(args), **self._with_handles(kwargs))
        except (ExamineeError, SandboxError):
            self.end()  # it still waits for the result
            raise
        except Exception as error:  # noqa: BLE001  # the student's code may pass anything
            return "back", False, (type(error).__name__, str(error))
        return "back", True, value

    def _name_of(self, value: object) -> tuple[str | int, ...] | None:
        if type(value) is Here:
            if not any(function is value for function in self._functions):
                self._functions.append(value)
            return "here", next(key for key, function in enumerate(self._functions) if function is value)
        if _is_remote(value):
            return cast("Remote", value)._name  # noqa: SLF001  # same module
        return ("name", self.given[id(value)]) if id(value) in self.given else None

    def _ends_soon(self) -> bool:
        """Wait for the examinee to end; tell whether it has ended."""
        poller = select.poll()
        poller.register(self.running.pidfd, select.POLLIN)
        used_s, patience_s = 0.0, PATIENCE_S
        self._clock.start()
        while used_s < END_S and patience_s > 0:
            if poller.poll(SLICE_S * 1000):
                return True
            used_s += self._clock.used_s()
            patience_s -= SLICE_S
        return False

    def _answer(self, number: int) -> object:
        """Return what the examinee sends; raise an error if it takes too much time or memory."""
        try:
            payload = self._payload_within(self._allowed_s)
        except TimeoutError:
            self._interrupt(number)
            raise TimedOut from None
        self._left_bytes -= len(payload)
        if self._left_bytes < 0:
            self.end()  # as below
            raise OutOfMemory
        try:
            return self._decoded(payload, self._allowed_s)
        except TimeoutError:
            self.end()  # it may wait for the result of a call back, and nothing is left to interrupt
            raise TimedOut from None

    def _interrupt(self, number: int) -> None:
        """Let the examinee interrupt itself, or end it if it takes too long."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.running.pidfd, signal.SIGINT)
        allowed_s = self.used_s + GRACE_S
        try:
            while not _is_final(self._decoded(self._payload_within(allowed_s), allowed_s), number):
                pass
        except (TimeoutError, EOFError, ProtocolError, Stalled):
            self.end()

    def _decoded(self, payload: bytes, allowed_s: float) -> object:
        """Return what a payload holds; the time that this takes counts, too."""
        started_s = time.thread_time()
        try:
            return decode(payload, left_s=allowed_s - self.used_s)
        finally:
            self.used_s += time.thread_time() - started_s

    def _payload_within(self, allowed_s: float) -> bytes:
        """Return what the examinee sends; raise `TimeoutError` once it has used this much time in all."""
        while self.used_s < allowed_s and self._patience_s > 0:
            try:
                payload = self.running.channel.receive(time.monotonic() + SLICE_S)
            except TimeoutError:
                self.used_s += self._clock.used_s()
                self._patience_s -= SLICE_S
            else:
                self.used_s += self._clock.busy_s()
                return payload
        if self.used_s < allowed_s:
            self.end()
            raise Stalled
        raise TimeoutError

    def _with_handles(self, value: Any) -> Any:
        """Return a value without gradlab's own types, so that a hidden test can use it and send it back."""
        if isinstance(value, HandleId):
            return _HANDLES.get(value.type_name, Handle)(self, value)
        if isinstance(value, list | tuple):
            return type(value)(self._with_handles(item) for item in value)
        if isinstance(value, dict):
            return {self._with_handles(key): self._with_handles(item) for key, item in value.items()}
        if isinstance(value, RaisedError):
            return value.as_exception()
        return value


class Remote:
    """An object in the examinee, known here by its name."""

    def __init__(self, session: Session, name: tuple[str | int, ...]) -> None:
        self._session = session
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it in the examinee; return its value."""
        return self._session.call(self, *args, **kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._session.call(getattr, self, name)


class StandIn(Remote, Elsewhere):
    """The student's function or class, by the name that the exercise gives it."""

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(session, ("name", name))
        self.__name__ = name

    def __instancecheck__(self, instance: object) -> bool:
        """Tell whether an object of the student's is an instance of the student's class."""
        is_theirs = _is_remote(instance) and type(instance) is not StandIn
        self._session.asks_kinds |= not is_theirs  # what is a value here may be an instance there
        return is_theirs and bool(self._session.call(isinstance, instance, self))

    def __subclasscheck__(self, subclass: object) -> bool:
        """Tell whether a class of the student's is a subclass of another one."""
        return _is_remote(subclass) and bool(self._session.call(issubclass, subclass, self))

    def probe(self, scenario: Callable[..., Any]) -> Callable[..., Any]:
        """Return the scenario as a function that runs in the examinee, next to the student's code."""
        return lambda *args, **kwargs: self._session.call(scenario, *args, **kwargs)


class Handle(Remote):
    """A value that stays in the examinee; it can be called, iterated and indexed, and has attributes."""

    def __init__(self, session: Session, handle: HandleId) -> None:
        super().__init__(session, ("handle", handle.id))
        self._handle = handle
        self._kind = handle.type_name  # for messages

    def __getattr__(self, name: str) -> Any:
        value = super().__getattr__(name)
        self._session.uses_methods = True
        return value

    @property
    def __class__(self) -> type:
        """The class that `isinstance` finds: a library's class that it claims to be an instance of."""
        return claimed_class(self._handle.classes) or Handle

    @__class__.setter
    def __class__(self, _: type) -> None:
        raise TypeError("the class of a handle can't be set")

    def __iter__(self) -> Iterator[Any]:
        iterator = self._session.call(iter, self)
        while True:
            try:
                yield self._session.call(next, iterator)
            except StopIteration:
                return

    def __len__(self) -> int:
        return int(self._session.call(len, self))

    def __getitem__(self, key: Any) -> Any:
        return self._session.call(operator.getitem, self, key)

    def __next__(self) -> Any:
        return self._session.call(next, self)

    def __bool__(self) -> bool:
        return bool(self._session.call(bool, self))

    def __str__(self) -> str:
        return str(self._session.call(str, self))

    def __repr__(self) -> str:
        return f"<{self._handle.type_name}>"


# Students read what Python says of a handle: "unsupported operand type(s) for *: 'int' and 'function'".
Handle.__name__ = "object"
_HANDLES: dict[str, type[Handle]] = {
    kind.removeprefix("numpy."): type(kind, (Handle,), {})
    for kind in ("function", "builtin_function_or_method", "method", "generator", "type", "numpy.ufunc")
}


def _is_remote(value: object) -> bool:
    """Tell whether this is an object in the examinee; `isinstance` would ask it for its class."""
    return issubclass(type(value), Remote)


def _is_final(answer: object, number: int) -> bool:
    """Tell whether this is an answer, and not the call of a function that stays here."""
    match answer:
        case (int(answered), bool(), _):
            return answered == number
    return False
