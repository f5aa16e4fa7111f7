"""Outputs of cells as HTML. What is not text, cleaned HTML or a picture is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from nbconvert.filters.ansi import strip_ansi

from gradlab.base.formulas import mathml
from gradlab.base.texts import without_control
from gradlab.examiner.verdicts import has_own_line
from gradlab.submission import inert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_TEXT_CHARS = 100_000

_TEXT = Markup('<pre class="output{}">{}</pre>')
_PICTURE = Markup('<img src="data:{};base64,{}" alt="{}">')


def shown(outputs: Sequence[Any], titles: Sequence[str], picture: str, *, with_errors: bool) -> Markup:
    """Return the outputs of a cell as HTML.

    Args:
        outputs: of the cell, which may be any student's.
        titles: of its pictures; a single picture has all of them, one for each of its parts.
        picture: what a picture without a title is called.
        with_errors: whether to show all errors, or only those of visible tests.
    """
    n_pictures = sum(_picture_in(output.get("data")) is not None for output in outputs)
    named = iter([", ".join(titles)] if titles and n_pictures == 1 else titles)
    parts = [
        part
        for output in outputs
        if with_errors or output.get("output_type") != "error" or has_own_line(output)
        for part in _shown(output, named, picture)
    ]
    return Markup("\n").join(parts)


def _shown(output: Any, titles: Iterator[str], picture: str) -> Iterator[Markup]:
    match output:
        case {"output_type": "stream", "text": str(text)}:
            yield _text(text)
        case {"output_type": "error", "ename": str(name), "evalue": str(value)}:
            lines = output.get("traceback") or [f"{name}: {value}"]
            yield _text("\n".join(str(line) for line in lines), " error")
        case {"data": dict(data)}:
            yield from _bundle(data, titles, picture)


def _bundle(data: dict[str, Any], titles: Iterator[str], picture: str) -> Iterator[Markup]:
    kind = _picture_in(data)
    if kind is not None:
        yield _PICTURE.format(kind, data[kind].replace("\n", ""), next(titles, picture))
        return
    html, latex, text = (data.get(f"text/{kind}") for kind in ("html", "latex", "plain"))
    if isinstance(html, str):
        cleaned = inert.html(html)
        yield Markup('<div class="output scroll" tabindex="0">{}</div>').format(Markup(cleaned))  # noqa: S704  # cleaned
    elif isinstance(latex, str) and (formula := mathml(latex.strip().strip("$"), is_block=True)):
        yield Markup('<div class="output formula" tabindex="0">{}</div>').format(formula)
    elif isinstance(text, str):
        yield _text(text)


def _picture_in(data: Any) -> str | None:
    """Return the type of the picture that an output is shown as, None if it is none."""
    if not isinstance(data, dict):
        return None
    return next((kind for kind in inert.IMAGE_TYPES if inert.is_base64(data.get(kind))), None)


def _text(text: str, kind: str = "") -> Markup:
    plain = without_control(strip_ansi(inert.text(text)))  # type: ignore[no-untyped-call]  # nbconvert's
    cut = plain if len(plain) <= MAX_TEXT_CHARS else f"{plain[:MAX_TEXT_CHARS]}…"
    return _TEXT.format(kind, cut.rstrip("\n"))
