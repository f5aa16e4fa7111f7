"""What `nbgrader_config.py` needs, as a marked block at its end; the rest of the file stays as it is.

So that nbgrader's own commands and formgrader grade like `gradlab autograde`, submissions are restored and
examined by gradlab's preprocessors, and feedback shows no hidden tests. Classes are named by strings, and
lists are whole: formgrader writes the configuration as JSON, which knows no class and no `append`.
"""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbconvert.exporters import HTMLExporter
from nbgrader import converters
from nbgrader.preprocessors import ClearHiddenTests
from traitlets.config.loader import LazyConfigValue, PyFileConfigLoader
from traitlets.utils.importstring import import_item

from gradlab import preprocessors
from gradlab.authoring.folders import CONFIG_NAME
from gradlab.base.replacing import replace_file
from gradlab.course import check_configuration
from gradlab.feedback import FeedbackExporter
from gradlab.formgrader import ShowMarkSchemes

if TYPE_CHECKING:
    from pathlib import Path

    from traitlets.config import Config

_BEGIN = "# gradlab adopt: begin. `gradlab adopt --write` writes this block; change what is outside of it."
_END = "# gradlab adopt: end."
_BLOCK = re.compile(r"# gradlab adopt: begin\..*?# gradlab adopt: end\.[^\n]*\n?", re.DOTALL)
_HEADER = '"""The configuration of nbgrader and gradlab."""\n'
_BEGINNING = """\
c = get_config()  # noqa: F821  # traitlets provides it
"""


@dataclass(frozen=True)
class _Needed:
    """A list of preprocessors that gradlab needs, or another choice of classes.

    Args:
        converter: nbgrader's converter, or nbconvert's exporter.
        trait: the name of the list.
        steps: what has to be in it.
        text: the lines that put it there.
        is_optional: whether a course may choose otherwise.
    """

    converter: type
    trait: str
    steps: tuple[type, ...]
    text: str
    is_optional: bool = False

    @property
    def name(self) -> str:
        return f"{self.converter.__name__}.{self.trait}"

    def is_set_in(self, config: Config) -> bool:
        return self.trait in config.get(self.converter.__name__, {})

    def is_met_by(self, config: Config) -> bool:
        """Tell whether the list that a configuration leads to has all steps."""
        if self.is_optional:
            return True
        steps = list(self.converter.class_traits()[self.trait].default())  # type: ignore[attr-defined]
        chosen = config.get(self.converter.__name__, {}).get(self.trait, steps)
        if isinstance(chosen, LazyConfigValue):
            chosen = chosen.get_value(steps)
        known = [import_item(step) if isinstance(step, str) else step for step in chosen]
        return all(any(issubclass(step, needed) for step in known) for needed in self.steps)


def _with_nbgraders(converter: type, *, before: tuple[type, ...] = (), after: tuple[type, ...] = ()) -> str:
    """Return nbgrader's own list of preprocessors with others around it, as code."""
    own = converter.class_traits()["preprocessors"].default()  # type: ignore[attr-defined]  # it has traits
    return "[\n{}]".format("".join(f'    "{_named(step)}",\n' for step in (*before, *own, *after)))


def _named(step: type) -> str:
    """Return where users find a class: all are exported by the package of their module."""
    return f"{step.__module__.rpartition('.')[0]}.{step.__name__}"


_RELEASE = _Needed(
    converters.GenerateAssignment,
    "preprocessors",
    (preprocessors.SelectLanguage, preprocessors.ClearMisconceptions),
    f"""
# source/ -> release/: cells in several languages, and misconceptions, if the course has any.
c.GenerateAssignment.preprocessors = {
        _with_nbgraders(
            converters.GenerateAssignment,
            before=(preprocessors.SelectLanguage, preprocessors.ClearMisconceptions),
        )
    }
""",
)
_NEEDED = (
    _RELEASE,
    _Needed(
        converters.Autograde,
        "sanitize_preprocessors",
        (preprocessors.RestoreCells,),
        """
# submitted/ -> autograded/: only the answers are taken from a submission, and examined in a sandbox.
c.Autograde.sanitize_preprocessors = [
    "gradlab.preprocessors.RestoreCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
""",
    ),
    _Needed(
        converters.Autograde,
        "autograde_preprocessors",
        (preprocessors.Execute, preprocessors.SaveAutoGrades),
        """\
c.Autograde.autograde_preprocessors = [
    "gradlab.preprocessors.Execute",
    "nbgrader.preprocessors.IgnorePattern",
    "gradlab.preprocessors.ClearMetadata",
    "nbgrader.preprocessors.LimitOutput",
    "gradlab.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
""",
    ),
    _Needed(
        converters.GenerateFeedback,
        "preprocessors",
        (ClearHiddenTests,),
        f"""
# autograded/ -> feedback/: no hidden tests.
c.GenerateFeedback.preprocessors = {_with_nbgraders(converters.GenerateFeedback, after=(ClearHiddenTests,))}
""",
    ),
    _Needed(
        converters.GenerateFeedback,
        "exporter_class",
        (FeedbackExporter,),
        """
# The page: lost points first. c.Feedback.reveal says when it shows what would have been right; without the
# second line, nbgrader would take c.Feedback for an old name of c.GenerateFeedback.
c.GenerateFeedback.exporter_class = "gradlab.feedback.FeedbackExporter"
vars(c)["Feedback"] = c.FeedbackExporter
""",
        is_optional=True,
    ),
    _Needed(
        HTMLExporter,
        "preprocessors",
        (ShowMarkSchemes,),
        """
# Formgrader: the mark scheme below each written answer, with a button for each of its items.
c.HTMLExporter.preprocessors = ["gradlab.formgrader.ShowMarkSchemes"]
""",
        is_optional=True,
    ),
)


@dataclass(frozen=True)
class ConfigurationPlan:
    """What is to be done to the configuration.

    Args:
        path: of the file.
        content: with all that is needed; None if that is there already.
        conflicts: settings of the course's own that conflict with it, each in one line.
    """

    path: Path
    content: bytes | None
    conflicts: tuple[str, ...] = ()

    def write(self) -> None:
        """Write the file.

        Raises:
            CourseError: if it then has an error; it is left as it was.
        """
        if self.content is None:
            return
        before = self.path.read_bytes() if self.path.exists() else None
        replace_file(self.path, self.content)
        try:
            check_configuration(self.path.parent)
        except Exception:
            if before is None:
                self.path.unlink()
            else:
                replace_file(self.path, before)
            raise


def configuration_plan(folder: Path, *, uses_tags: bool) -> ConfigurationPlan:
    """Return what the configuration in a folder needs.

    Args:
        folder: of the course.
        uses_tags: whether cells of the course name languages or misconceptions.

    Raises:
        CourseError: if the file has an error.
    """
    check_configuration(folder)
    path = folder.resolve() / CONFIG_NAME
    raw = path.read_bytes() if path.exists() else b""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
    text = raw.decode(encoding)
    known = _BLOCK.search(text)
    before, after = (text[: known.start()], text[known.end() :]) if known else (text, "")
    config = _loaded(path, before + after)
    own = [needed for needed in _NEEDED if needed.is_set_in(config)]
    against = [needed for needed in own if not needed.is_met_by(config)]
    conflicts = tuple(_conflict(needed, text) for needed in against if uses_tags or needed is not _RELEASE)
    block = "".join(needed.text for needed in _NEEDED if needed not in own)
    newline = "\r\n" if "\r\n" in text else "\n"
    if block and not known:
        before = before or _HEADER
        before += newline if before.endswith("\n") else 2 * newline
    marked = f"{_BEGIN}\n{_BEGINNING}{block}{_END}\n".replace("\n", newline) if block else ""
    content = f"{before}{marked}{after}".encode(encoding)
    return ConfigurationPlan(path, None if content == raw else content, conflicts)


def _loaded(path: Path, text: str) -> Config:
    """Return the configuration that a text would make in the place of the file."""
    loader = PyFileConfigLoader(path.name, path=str(path.parent))
    loader.clear()
    names = {
        "c": loader.config,
        "get_config": lambda: loader.config,
        "load_subconfig": loader.load_subconfig,
        "__file__": str(path),
    }
    exec(compile(text, str(path), "exec"), names)  # noqa: S102  # the instructor's own file
    return loader.config


def _conflict(needed: _Needed, text: str) -> str:
    """Say which line conflicts with what is needed, and what to put there."""
    lines = text.split("\n")
    at = next((number for number, line in enumerate(lines, start=1) if needed.name in line), None)
    place = f"{CONFIG_NAME}, line {at}," if at else CONFIG_NAME
    steps = " and ".join(map(_named, needed.steps))
    return f"{place} sets c.{needed.name} without {steps}: add that there, or delete the setting."
