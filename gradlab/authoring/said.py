"""What a course's code says in two languages, and messages that contain it in the other one.

An exam is held in one language, so that `say("모양", "shape")` in a test leaves one of the two in a message.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from gradlab.authoring.ipython import as_python
from gradlab.base.texts import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SAY = "say"
_HANGUL = re.compile("[가-힣]")
_CUT = "…"
_QUOTED = re.compile(rf"(?P<quote>['\"])(?P<text>[^'\"\n{_CUT}]+)(?P<end>(?P=quote)|{_CUT})")
_SIGN, _BETWEEN, _END = "✗ ", ": ", ". "  # of the line of a visible test


@dataclass(frozen=True)
class Template:
    """A text with computed parts: `texts` around what `names` are computed to."""

    texts: tuple[str, ...]
    names: tuple[str, ...] = ()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("(.*?)".join(map(re.escape, self.texts)))

    def values_in(self, text: str) -> dict[str, str] | None:
        """Return the computed parts of a text, None if it is another text."""
        found = self._pattern.fullmatch(text)
        return None if found is None else dict(zip(self.names, found.groups(), strict=True))

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with its computed parts."""
        parts = [values[name] for name in self.names]
        return "".join(text + part for text, part in zip(self.texts, [*parts, ""], strict=True))


Pair = tuple[Template, Template]
"""What is said in one language, and the same in the other."""


@dataclass(frozen=True, eq=False)
class Said:
    """What code says by ``say("한국어", "English")``.

    Args:
        into: by language, what is said in the other one, and in this one.
    """

    into: Mapping[str, tuple[Pair, ...]]

    @classmethod
    def by(cls, codes: Iterable[str]) -> Said:
        """Read what the text of cells says, the first of them first; what is no Python says nothing."""
        pairs = [pair for code in codes if f"{_SAY}(" in code for pair in _pairs_in(code)]
        return cls(dict(zip(LANGUAGES, (tuple(pair[::-1] for pair in pairs), tuple(pairs)), strict=True)))

    def translated(self, message: str, language: str) -> str:
        """Return a message in a language, as far as it is said: in quotes, or between colons."""
        if (language == "ko") == bool(_HANGUL.search(message)) or not self.into[language]:
            return message
        line = self._line(message, language)
        return _QUOTED.sub(lambda quoted: self._quoted(quoted, language), line)

    def _quoted(self, quoted: re.Match[str], language: str) -> str:
        """Return a text in quotes in a language, also one that was cut."""
        text, is_cut = quoted["text"], quoted["end"] == _CUT
        whole = next((told for told in self._fixed[language] if is_cut and told.startswith(text)), text)
        return f"{quoted['quote']}{self._text(whole, language)}{quoted['end']}"

    def _line(self, line: str, language: str) -> str:
        """Return a line like ``✗ f(1): got 2, expected 3. Is a return missing?`` in a language."""
        if line.startswith(_SIGN):
            return _SIGN + self._line(line.removeprefix(_SIGN), language)
        for told, same in self._fixed[language].items():
            if told.startswith(_END) and line.endswith(told):
                return self._line(line.removesuffix(told), language) + same
        parts = line.split(_BETWEEN)
        for place in reversed(range(len(parts))):  # the shortest end first
            end = _BETWEEN.join(parts[place:])
            same = self._text(end, language)
            if same != end:
                return _BETWEEN.join([*(self._text(part, language) for part in parts[:place]), same])
        return _BETWEEN.join(self._text(part, language) for part in parts)

    def _text(self, text: str, language: str) -> str:
        """Return a text in a language, as it is if nobody says it; its computed parts may be said, too."""
        if text in self._fixed[language]:
            return self._fixed[language][text]
        for told, same in self.into[language]:
            values = told.values_in(text) if told.names else None
            if values is not None:
                return same.filled({name: self._begun(value, language) for name, value in values.items()})
        return text

    def _begun(self, value: str, language: str) -> str:
        """Return a computed part, whose first word may be said: ``the value 3``."""
        found = (told for told in self._fixed[language] if value.startswith(f"{told} "))
        told = max(found, key=len, default="")
        return self._fixed[language][told] + value.removeprefix(told) if told else value

    @cached_property
    def _fixed(self) -> Mapping[str, Mapping[str, str]]:
        """The texts without computed parts, from the other language into this one."""
        return {
            language: {told.texts[0]: same.texts[0] for told, same in reversed(pairs) if not told.names}
            for language, pairs in self.into.items()
        }


NOTHING_SAID = Said.by(())


@lru_cache(maxsize=512)
def _pairs_in(code: str) -> tuple[Pair, ...]:
    try:
        return tuple(_pairs(ast.parse(as_python(code))))
    except (SyntaxError, ValueError, RecursionError):
        return ()


def _pairs(tree: ast.AST) -> Iterator[Pair]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[korean, english]) if name == _SAY:
                for texts in _rows(korean, english):
                    ko, en = map(_template, texts)
                    if ko and en and set(ko.names) == set(en.names):
                        yield ko, en


def _rows(korean: ast.expr, english: ast.expr) -> Iterable[tuple[ast.expr, ast.expr]]:
    match korean, english:
        case (ast.Tuple(elts=koreans), ast.Tuple(elts=englishes)) if len(koreans) == len(englishes):
            return zip(koreans, englishes, strict=True)
    return [(korean, english)]


def _template(node: ast.expr) -> Template | None:
    """Return the text of an expression, None if it has none of its own."""
    texts, names = [""], []
    match node:
        case ast.Constant(value=str(text)):
            texts = [text]
        case ast.JoinedStr(values=parts):
            for part in parts:
                if isinstance(part, ast.FormattedValue):
                    names.append(ast.unparse(part.value))
                    texts.append("")
                elif isinstance(part, ast.Constant):
                    texts[-1] += str(part.value)
    return Template(tuple(texts), tuple(names)) if any(map(str.strip, texts)) else None
