"""Writes docs/reference.md from the code: the commands with their options, and the settings."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer.main

from gradlab.audit.settings import AuditSettings
from gradlab.cli.commands import commands
from gradlab.cluster.settings import Pipeline
from gradlab.feedback.policy import Feedback
from gradlab.preprocessors import Execute, SelectLanguage
from gradlab.serve.settings import Serve
from gradlab.submission.collecting import ClassDownloadCollector

if TYPE_CHECKING:
    from traitlets.config import Configurable

PAGE = Path(__file__).with_name("reference.md")
SETTINGS: tuple[type[Configurable], ...] = (
    Execute,
    Feedback,
    Serve,
    Pipeline,
    SelectLanguage,
    AuditSettings,
    ClassDownloadCollector,
)
INHERITED = {  # nbclient's settings, which mean this here
    Execute: {
        "skip_cells_with_tag": "Given cells with this tag in the source are not run, and keep the pictures "
        "that the student submitted.",
        "timeout": "Seconds that the student's code may use in one cell; its hidden test may use as many "
        "again. No limit if 0.",
    }
}
BEGINNING = """# Reference

Made from the code by `docs/make_reference.py`; a test fails if it is not up to date.

## Commands

Every command looks for the course in the current folder and above: the folder with `nbgrader_config.py`.
`gradlab <command> --help` shows the same.
"""
BETWEEN = """
## Settings

In `nbgrader_config.py`, as `c.<class>.<name> = <value>`. nbgrader's own settings are in
[its documentation](https://nbgrader.readthedocs.io/en/stable/configuration/config_options.html).
"""


def reference() -> str:
    """Return the page."""
    known = typer.main.get_command(commands).commands  # type: ignore[attr-defined]  # a group of commands
    parts = [_command(name, known[name]) for name in sorted(known)]
    return "\n".join([BEGINNING, *parts, BETWEEN, *map(_settings, SETTINGS)]).replace("\n\n\n", "\n\n")


def _command(name: str, command: Any) -> str:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option"]
    usage = " ".join(["gradlab", name, *map(_usage, arguments), *(["[options]"] if options else [])])
    text = inspect.cleandoc(command.help)
    rows = [(_usage(each), each.help or "") for each in arguments if each.help]
    rows += [(_option(each), each.help or "") for each in options]
    return f"### `{usage}`\n\n{text}\n{_table(('option', 'meaning'), rows)}"


def _usage(argument: Any) -> str:
    name = argument.name.upper().removesuffix("S" if argument.nargs == -1 else "")
    return name if argument.required else f"[{name} …]"


def _option(option: Any) -> str:
    value = "" if option.is_flag else f" {option.name.upper()}"
    return f"{', '.join(option.opts)}{value}{' (repeatable)' if option.multiple else ''}"


def _settings(configurable: type[Configurable]) -> str:
    name, defaults = configurable.__name__, configurable()
    own = {key: str(trait.help) for key, trait in configurable.class_own_traits(config=True).items()}
    texts = {**own, **INHERITED.get(configurable, {})}
    rows = [(f"c.{name}.{key} = {getattr(defaults, key)!r}", texts[key]) for key in sorted(texts)]
    about = inspect.cleandoc(configurable.__doc__ or "").splitlines()[0]
    return f"### `c.{name}`\n\n{about}\n{_table(('setting and default', 'meaning'), rows)}"


def _table(heads: tuple[str, str], rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    lines = [f"| {heads[0]} | {heads[1]} |", "|---|---|"]
    lines += [f"| `{left}` | {_escaped(right)} |" for left, right in rows]
    return "\n" + "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;").replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
