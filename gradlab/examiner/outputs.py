"""Turn the outputs that an examinee sends into outputs that a notebook may contain.

Nothing in them runs anywhere: whatever a browser could run is cleaned or left out.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import nbformat

from gradlab.base.texts import without_control
from gradlab.submission import inert

if TYPE_CHECKING:
    from collections.abc import Callable

Output = dict[str, Any]

# Other types are left out.
TEXT_TYPES = ("text/plain", "text/latex")
HTML_TYPE = "text/html"


_ITEM_BYTES = 64  # the least that a notebook needs for each part of an output
_MAX_EXECUTION_COUNT = 2**31
_MAX_COSTLY = 5


def size_bytes(outputs: object) -> int:
    """Return about how much space outputs take up in a notebook."""
    n_bytes, parts = 0, [outputs]
    while parts:
        part = parts.pop()
        n_bytes += _ITEM_BYTES
        if isinstance(part, str | bytes):
            n_bytes += len(part)
        elif isinstance(part, list):
            parts += part
        elif isinstance(part, dict):
            parts += part.values()
    return n_bytes


class Cleaner:
    """Cleans the outputs of one notebook; after some HTML that is too costly, it stops trying."""

    def __init__(self) -> None:
        self._left = _MAX_COSTLY

    def cleaned(self, outputs: object) -> list[nbformat.NotebookNode]:
        """Return the harmless parts of outputs; leave out everything that is not an output."""
        if not isinstance(outputs, list):
            return []
        cleaned = (_clean(output, self._html) for output in outputs if isinstance(output, dict))
        return [
            nbformat.from_dict(output)  # type: ignore[no-untyped-call]  # untyped
            for output in cleaned
            if output is not None and output.get("data") != {}
        ]

    def _html(self, value: str) -> str:
        html = inert.html(value) if self._left else inert.TOO_COSTLY
        self._left -= bool(self._left) and html == inert.TOO_COSTLY
        return html


def _clean(output: Output, html: Callable[[str], str]) -> Output | None:
    match output:
        case {"output_type": "stream", "name": ("stdout" | "stderr") as name, "text": str(text)}:
            return {"output_type": "stream", "name": name, "text": inert.text(text)}
        case {"output_type": "error", "ename": str(name), "evalue": str(value), "traceback": list(lines)}:
            return {
                "output_type": "error",
                "ename": without_control(inert.text(name)),
                "evalue": without_control(inert.text(value)),
                "traceback": [inert.text(line) for line in lines if isinstance(line, str)],
            }
        case {"output_type": "display_data", "data": dict(data)}:
            return {"output_type": "display_data", "data": _bundle(data, html), "metadata": {}}
        case {"output_type": "execute_result", "data": dict(data), "execution_count": count}:
            return {
                "output_type": "execute_result",
                "data": _bundle(data, html),
                "metadata": {},
                "execution_count": execution_count(count),
            }
    return None


def _bundle(data: dict[Any, Any], html: Callable[[str], str]) -> dict[str, str]:
    bundle = {}
    for kind, value in data.items():
        if kind in TEXT_TYPES and isinstance(value, str):
            bundle[kind] = inert.text(value)
        elif kind == HTML_TYPE and isinstance(value, str):
            bundle[kind] = html(value)
        elif kind in inert.IMAGE_TYPES and isinstance(value, bytes):
            bundle[kind] = base64.b64encode(value).decode("ascii")
    return bundle


def execution_count(value: object) -> int | None:
    """Return an execution count, None if it is not one."""
    return value if type(value) is int and 0 <= value < _MAX_EXECUTION_COUNT else None
