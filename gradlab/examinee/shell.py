"""IPython as in a notebook's kernel, with the outputs of a cell in the notebook format."""

from __future__ import annotations

import io
import sys
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Bool, Instance, Type
from traitlets.config import Config

Output = dict[str, Any]

_PLAIN = ["text/plain"]
_OF_KERNELS = ("autosave", "clear", "connect_info", "less", "man", "more", "qtconsole", "subshell")


class OutputFlood(Exception):  # noqa: N818  # students read this name
    """A cell wrote more than is allowed."""


class OutputLog:
    """The outputs of the running cell, up to a number of bytes."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []
        self.left_bytes = 0
        self.has_flooded = False

    def start(self, max_bytes: int) -> None:
        """Forget the last cell's outputs."""
        self.outputs, self.left_bytes, self.has_flooded = [], max_bytes, False

    def add(self, output: Output, size_bytes: int) -> None:
        """Keep an output; raise `OutputFlood` if it exceeds the limit."""
        if size_bytes > self.left_bytes:
            self.left_bytes, self.has_flooded = 0, True
            raise OutputFlood
        self.left_bytes -= size_bytes
        self.outputs.append(output)

    def write(self, name: str, text: str) -> None:
        """Keep text that was written to stdout or stderr, joined to preceding text of the same stream."""
        kept = text[: self.left_bytes]
        self.left_bytes -= len(kept)
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"].append(kept)
        elif kept:
            self.outputs.append({"output_type": "stream", "name": name, "text": [kept]})
        if len(kept) < len(text):
            self.has_flooded = True
            raise OutputFlood

    def taken(self) -> list[Output]:
        """Return the outputs, each stream's text in one piece."""
        return [
            {**output, "text": "".join(output["text"])} if output["output_type"] == "stream" else output
            for output in self.outputs
        ]


class Stream(io.TextIOBase):
    """Replaces `sys.stdout` or `sys.stderr` while a cell runs."""

    def __init__(self, log: OutputLog, name: str) -> None:
        self._log, self._name = log, name

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep text as an output of the cell."""
        self._log.write(self._name, text)
        return len(text)


class _Publisher(DisplayPublisher):
    shell: Any

    def publish(self, data: dict[str, Any], metadata: dict[str, Any] | None = None, **_: Any) -> None:  # type: ignore[override]  # IPython's options are of no use here
        output = {"output_type": "display_data", "data": data, "metadata": metadata or {}}
        self.shell.output_log.add(output, _size(data))

    def clear_output(self, wait: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  # IPython's signature
        self.shell.output_log.outputs.clear()


class _Hook(DisplayHook):
    shell: Any

    def write_output_prompt(self) -> None:
        """Write no prompt: a notebook has none."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        output = {
            "output_type": "execute_result",
            "data": format_dict,
            "metadata": md_dict or {},
            "execution_count": self.shell.execution_count,
        }
        self.shell.output_log.add(output, _size(format_dict))

    def finish_displayhook(self) -> None:
        self._is_active = False


class Shell(InteractiveShell):
    """An IPython shell whose outputs are recorded."""

    display_formatter: Any
    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    output_log = Instance(OutputLog, ())
    draws = Bool(default_value=True)

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        """Make no traceback if outputs are not shown: it takes longer than most cells."""
        if self.draws:
            super().showtraceback(*args, **kwargs)

    def _format_exception_for_storage(self, *_: Any, **__: Any) -> dict[str, Any]:
        """Make no further traceback for the history, which nobody reads."""
        return {"ename": "", "evalue": "", "traceback": []}

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        name = getattr(etype, "__name__", "Exception")
        output = {"output_type": "error", "ename": name, "evalue": _text(evalue), "traceback": list(stb)}
        self.output_log.outputs.append(output)

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: pictures are drawn into the notebook."""

    def enable_matplotlib(self, gui: str | None = None) -> Any:  # noqa: ARG002  # IPython's signature
        """Draw into the notebook, whatever it asks for: what a student has may be missing here."""
        return super().enable_matplotlib("inline")  # type: ignore[no-untyped-call]  # untyped

    def system(self, cmd: str) -> None:
        """Say that commands of the operating system are not run here."""
        print(f"!{cmd}: commands are not run when this notebook is graded")  # noqa: T201  # into the notebook

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:  # noqa: ARG002, FBT001, FBT002  # IPython's signature
        """Return no output, and say that commands are not run here."""
        self.system(cmd)
        return [] if split else ""

    def run(
        self, source: str, max_output_bytes: int, *, draws: bool = True
    ) -> tuple[BaseException | None, list[Output], int]:
        """Run a cell; return its exception, its outputs and its number.

        Args:
            source: the text of the cell.
            max_output_bytes: the most that it may print and display.
            draws: whether to draw pictures, make tracebacks, and format values in other ways than as text.
        """
        self.draws = draws
        self.display_formatter.active_types = self.display_formatter.format_types if draws else _PLAIN
        self.output_log.start(max_output_bytes)
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = Stream(self.output_log, "stdout"), Stream(self.output_log, "stderr")
        try:
            result = self.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]  # untyped
        finally:
            sys.stdout, sys.stderr = streams
        return (
            result.error_before_exec or result.error_in_exec,
            self.output_log.taken(),
            self.execution_count - 1,
        )


def warm_shell() -> Shell:
    """Return a shell that is ready to run cells; it starts no thread."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    shell: Shell = Shell.instance(config=config)
    for name in _OF_KERNELS:  # magics that IPython has only in a notebook's kernel; here they do nothing
        shell.magics_manager.register_function(_nothing, "line", name)
    return shell


def _nothing(_: str) -> None:
    pass


def _size(data: dict[str, Any]) -> int:
    return sum(len(value) if isinstance(value, str | bytes) else 1 for value in data.values())


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # the student's exception may lie
        return ""
