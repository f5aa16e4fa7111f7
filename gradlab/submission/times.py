"""When something was submitted: ``timestamp.txt``, which nbgrader writes in the course's time zone.

nbgrader reads every zone that it does not know as UTC. Here offsets, names of zones and abbreviations are
read, those of the course's own zone first; of other abbreviations, those that mean the same everywhere.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import warnings
import zoneinfo
from functools import lru_cache
from typing import TYPE_CHECKING

import dateutil.parser
from nbgrader.exchange.default import ExchangeSubmit

from gradlab.base.machine import of_the_machine
from gradlab.submission.reading import TIMESTAMP_NAME, open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from traitlets.config import Config

MAX_TIMESTAMP_BYTES = 400

_IN_BRACKETS = re.compile(r"\s*[(\[](?P<words>[^()\[\]]*)[)\]]\s*\Z")
_TIME_AND_ZONE = re.compile(
    r"(?P<time>.*?\d:\d\d(:\d\d([.,]\d+)?)?(\s*[AP]\.?M\b\.?)?)"
    r"\s*((?P<zone>[A-Z][\w/+-]*?)?(?P<offset>[+-]\d\d?(:?\d\d)?)?)",
    re.IGNORECASE | re.DOTALL,
)
_HALF_YEAR = dt.timedelta(days=183)
_ZERO = dt.timedelta()
_MOST = dt.timedelta(hours=15)  # farther from UTC is nobody
_ANY_DAY = dt.datetime(2000, 1, 1), dt.datetime(2001, 2, 2)  # noqa: DTZ001  # dateutil fills in what is missing


class UnknownZoneError(ValueError):
    """A time is in a zone that is not known."""


def course_zone(config: Config) -> str:
    """Return the time zone in which a course's `nbgrader submit` writes times."""
    return str(ExchangeSubmit(config=config).timezone)


def seconds_late(
    submitted: dt.datetime | None, due: dt.datetime | None, extension: dt.timedelta | None
) -> float:
    """Return how many seconds after the due date, with the extension, something was submitted; 0 in time."""
    if submitted is None or due is None:
        return 0.0
    return max((submitted - due - (extension or _ZERO)).total_seconds(), 0.0)


def submitted_time(folder: Path, zone: str) -> tuple[dt.datetime | None, str]:
    """Return the time of a submission, None if it is not known, and a note for a person.

    Args:
        folder: of the submission.
        zone: the name of the course's time zone.

    Returns:
        The time in UTC without zone, as in the gradebook, and a note, "" if there is nothing to say.
    """
    path = folder / TIMESTAMP_NAME
    if not os.path.lexists(path):
        return None, ""
    try:
        with open_regular(path) as file:
            text = file.read(MAX_TIMESTAMP_BYTES).decode("utf-8-sig").strip()
        return (utc_of(text, zone) if text else None), ""
    except UnknownZoneError as error:
        return None, f"{TIMESTAMP_NAME} names an unknown time zone, {error}: it counts as not late"
    except (OSError, ValueError, OverflowError, TypeError) as error:
        if of_the_machine(error):
            raise
        return None, f"{TIMESTAMP_NAME} contains no time: it counts as not late"


def utc_of(text: str, zone: str) -> dt.datetime:
    """Return a time in UTC without zone; a time that names no zone is in UTC, as in nbgrader.

    Args:
        text: date, time and zone.
        zone: the name of the course's time zone, whose abbreviations go first.

    Raises:
        UnknownZoneError: if the text names a zone that is not known.
        ValueError: if it contains no time.
        OverflowError: if its numbers are too large.
    """
    found = _parts(text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # dateutil would ignore a zone that it does not know
        try:
            written = text if found is None else found["time"]
            times: list[dt.datetime] = [dateutil.parser.parse(written, default=day) for day in _ANY_DAY]
        except Warning:
            raise UnknownZoneError(repr(text[:40])) from None
    time = times[0]
    if time != times[1]:
        raise ValueError("names no day")
    if time.tzinfo is not None:
        return time.astimezone(dt.UTC).replace(tzinfo=None)
    if found is None:
        return time
    return time - _offset(time, found["zone"] or "", found["offset"] or "", zone)


def _parts(text: str) -> re.Match[str] | None:
    """Return time and zone in a text, None if they can't be told apart.

    What stands in brackets at the end is the zone if there is no other.
    """
    in_brackets = _IN_BRACKETS.search(text)
    if in_brackets is None:
        return _TIME_AND_ZONE.fullmatch(text)
    before = text[: in_brackets.start()]
    found = _TIME_AND_ZONE.fullmatch(before)
    if found is None or found["zone"] or found["offset"]:
        return found
    found = _TIME_AND_ZONE.fullmatch(f"{before} {in_brackets['words']}")
    if found is None:
        raise UnknownZoneError(repr(text[:40]))
    return found


def _offset(time: dt.datetime, name: str, offset: str, course: str) -> dt.timedelta:
    """Return the distance from UTC of a local time in a zone."""
    if offset and name.upper() in {"", "UTC", "GMT", "Z"}:
        digits = offset[1:].replace(":", "")
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")  # noqa: PLR2004  # HHMM
        distance = dt.timedelta(hours=int(hours), minutes=int(minutes))
        if distance > _MOST or int(minutes) >= 60:  # noqa: PLR2004  # minutes
            raise UnknownZoneError(repr(name + offset))
        return -distance if offset[0] == "-" else distance
    name += offset  # Etc/GMT+9
    if name.upper() in {"", "Z", "UTC", "GMT"}:
        return _ZERO
    by_name = _zone(name)
    own = dict(_abbreviations(course, time))
    if name.upper() in own:
        return own[name.upper()]
    if by_name is not None:
        return by_name.utcoffset(time) or _ZERO
    meant = {
        distance
        for key in zoneinfo.available_timezones()
        for abbreviation, distance in _abbreviations(key, time)
        if abbreviation == name.upper()
    }
    if len(meant) != 1:
        raise UnknownZoneError(repr(name[:40]))
    return meant.pop()


def _abbreviations(key: str, time: dt.datetime) -> Iterator[tuple[str, dt.timedelta]]:
    """Yield the abbreviations that a zone has around a time, in summer and winter, with their offsets."""
    zone = _zone(key)
    if zone is None:
        return
    for moment in (time - _HALF_YEAR, time + _HALF_YEAR, time.replace(fold=1), time):
        yield (zone.tzname(moment) or "").upper(), zone.utcoffset(moment) or _ZERO


@lru_cache(maxsize=1024)
def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    """Return the zone of a name in any case, None if there is none."""
    key = _keys().get(name.casefold())
    return None if key is None else zoneinfo.ZoneInfo(key)


@lru_cache(maxsize=1)
def _keys() -> dict[str, str]:
    return {key.casefold(): key for key in zoneinfo.available_timezones()}
