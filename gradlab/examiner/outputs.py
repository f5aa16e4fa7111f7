"""Outputs of a cell, as an examinee sends them, made into outputs that a notebook may hold.

Nothing in them runs anywhere: what a browser could run is cleaned or left out.
"""

from __future__ import annotations

import base64
from typing import Any

import nbformat
import nh3

Output = dict[str, Any]

# In the order of nbconvert; what is not named here is left out.
TEXT_TYPES = ("text/plain", "text/latex")
IMAGE_TYPES = ("image/png", "image/jpeg")
HTML_TYPE = "text/html"


def clean_outputs(outputs: object) -> list[nbformat.NotebookNode]:
    """Return those that are outputs, each with what is harmless of it."""
    if not isinstance(outputs, list):
        return []
    cleaned = (_clean(output) for output in outputs if isinstance(output, dict))
    return [nbformat.from_dict(output) for output in cleaned if output is not None]  # type: ignore[no-untyped-call]  # untyped


def _clean(output: Output) -> Output | None:
    match output:
        case {"output_type": "stream", "name": ("stdout" | "stderr") as name, "text": str(text)}:
            return {"output_type": "stream", "name": name, "text": _text(text)}
        case {"output_type": "error", "ename": str(name), "evalue": str(value), "traceback": list(lines)}:
            return {
                "output_type": "error",
                "ename": _text(name),
                "evalue": _text(value),
                "traceback": [_text(line) for line in lines if isinstance(line, str)],
            }
        case {"output_type": "display_data", "data": dict(data)}:
            return {"output_type": "display_data", "data": _bundle(data), "metadata": {}}
        case {"output_type": "execute_result", "data": dict(data), "execution_count": int(count)}:
            return {
                "output_type": "execute_result",
                "data": _bundle(data),
                "metadata": {},
                "execution_count": count,
            }
    return None


def _bundle(data: dict[Any, Any]) -> dict[str, str]:
    bundle = {}
    for kind, value in data.items():
        if kind in TEXT_TYPES and isinstance(value, str):
            bundle[kind] = _text(value)
        elif kind == HTML_TYPE and isinstance(value, str):
            bundle[kind] = nh3.clean(_text(value))
        elif kind in IMAGE_TYPES and isinstance(value, bytes):
            bundle[kind] = base64.b64encode(value).decode("ascii")
    return bundle


def _text(value: str) -> str:
    """Return text that can be written as UTF-8."""
    return value.encode("utf-8", "replace").decode("utf-8")
