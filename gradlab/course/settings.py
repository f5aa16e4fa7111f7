"""Settings that do nothing: nbgrader warns of them in its log, which `gradlab` does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbgrader.apps import AutogradeApp

from gradlab import preprocessors
from gradlab.authoring.folders import CONFIG_NAME
from gradlab.base.texts import suggestion

if TYPE_CHECKING:
    from traitlets.config import Config, Configurable

_EXCHANGE = "nbgrader.exchange"  # of an exchange, plug-ins have more settings, also nbgrader's own


def unread_settings(config: Config, *more: type[Configurable]) -> list[str]:
    """Return a line for each setting of a class that has no such setting.

    Args:
        config: of the course.
        more: classes whose settings a command reads, besides those of nbgrader's autograde and its steps.
    """
    steps = [getattr(preprocessors, name) for name in preprocessors.__all__]
    classes = {
        each.__name__: each
        for each in (*AutogradeApp().all_configurable_classes(), *steps, *more)
        if not each.__module__.startswith(_EXCHANGE)
    }
    lines = []
    for section in sorted(config.keys() & classes.keys()):
        known = classes[section].class_trait_names(config=True)
        lines += [
            f"{CONFIG_NAME}: c.{section}.{name} does nothing: there is no such setting."
            f"{suggestion(name, known)}"
            for name in sorted(config[section].keys() - set(known))
        ]
    return lines
