"""Times of submission, in whatever zone they are written."""

from __future__ import annotations

import datetime as dt

import pytest
from traitlets.config import Config

from gradlab.submission.times import UnknownZoneError, course_zone, submitted_time, utc_of

NOON = dt.datetime(2026, 3, 2, 12)  # noqa: DTZ001  # nbgrader's are in UTC

SAME = [
    "2026-03-02 21:00:00.000000 KST",
    "2026-03-02 21:00:00 +0900",
    "2026-03-02 21:00:00 +09:00",
    "2026-03-02 21:00:00+09",
    "2026-03-02T21:00:00+09:00",
    "2026-03-02 21:00 Asia/Seoul",
    "2026-03-02 21:00:00 asia/seoul",
    "2026-03-02 9:00 PM KST",
    "Mon Mar 02 2026 21:00:00 GMT+0900 (Korean Standard Time)",
    "2026-03-02 21:00:00 UTC+9",
    "2026-03-02 21:00:00 JST",
    "2026-03-02 06:30:00 -0530",
    "2026-03-02 12:00:00 UTC",
    "2026-03-02 12:00:00",
    "2026-03-02T12:00:00Z",
    "20260302T120000Z",
    "2026-03-02 21:00:00 Etc/GMT-9",
    "2026-03-02 13:00:00 CET",
    "\ufeff2026-03-02 21:00:00 KST",
    "2026-03-02 07:00:00 America/New_York",
    "2026-03-02 21:00:00 (KST)",
    "2026-03-02 21:00:00 [Asia/Seoul]",
    "2026-03-02T21:00:00+09:00[Asia/Seoul]",
]


@pytest.mark.parametrize("zone", ["Asia/Seoul", "UTC"])
@pytest.mark.parametrize("text", SAME)
def test_one_moment_in_many_ways(text, zone, tmp_path):
    """Offsets, names of zones and abbreviations are read; a time without zone is in UTC."""
    (tmp_path / "timestamp.txt").write_text(text, encoding="utf-8")
    assert submitted_time(tmp_path, zone) == (NOON, "")


@pytest.mark.parametrize(
    ("text", "zone", "hour"),
    [
        ("2026-03-02 06:00:00 CST", "America/Chicago", 12),
        ("2026-03-02 20:00:00 CST", "Asia/Shanghai", 12),
        ("2026-07-02 12:00:00 EDT", "America/New_York", 16),
        ("2026-07-02 12:00:00 EST", "America/New_York", 17),
        ("2026-10-25 02:30:00 CET", "Europe/Berlin", 1),
    ],
)
def test_abbreviations_are_those_of_the_courses_zone(text, zone, hour):
    """An abbreviation of several zones means the course's zone, in winter and summer."""
    assert utc_of(text, zone).hour == hour


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02 12:00:00 CST",
        "2026-03-02 12:00 XYZ",
        "2 March 2026 9pm XYZ",
        "2026-03-02 21:00:00 (한국 표준시)",
        "2026-03-02 21:00:00 +25:00",
        "2026-03-02 21:00:00 +0960",
    ],
)
def test_an_unknown_zone_asks_a_person(text, tmp_path):
    """If an abbreviation has several meanings or none, the note names it."""
    with pytest.raises(UnknownZoneError):
        utc_of(text, "UTC")
    (tmp_path / "timestamp.txt").write_text(text, encoding="utf-8")
    time, note = submitted_time(tmp_path, "UTC")
    assert time is None
    assert note.startswith("timestamp.txt names an unknown time zone, ")


@pytest.mark.parametrize(
    "content",
    [
        b"yesterday",
        b"\xff\xfe\x00",
        b"9" * 5000,
        b"99999-12-31 00:00:00 UTC",
        b"21:00:00 KST",
        b"March 2026",
        "2026년 3월 2일".encode()[:-1],
    ],
)
def test_what_is_no_time_is_a_note(content, tmp_path):
    """A file without a time is noted, and nothing is late."""
    (tmp_path / "timestamp.txt").write_bytes(content)
    assert submitted_time(tmp_path, "Asia/Seoul") == (
        None,
        "timestamp.txt contains no time: it counts as not late",
    )


def test_a_link_contains_no_time(tmp_path):
    """A link is not followed, and a person is told that nothing counts as late."""
    (tmp_path / "early.txt").write_text("2026-03-02 21:00:00 KST", encoding="utf-8")
    (tmp_path / "timestamp.txt").symlink_to("early.txt")
    assert submitted_time(tmp_path, "UTC") == (None, "timestamp.txt contains no time: it counts as not late")


def test_no_time_is_no_note(tmp_path):
    """Without a file, or with an empty one, there is no note."""
    assert submitted_time(tmp_path, "UTC") == (None, "")
    (tmp_path / "timestamp.txt").write_text("\n", encoding="utf-8")
    assert submitted_time(tmp_path, "UTC") == (None, "")


def test_the_courses_zone_is_nbgraders_trait():
    """`c.Exchange.timezone` is the zone of `nbgrader submit`."""
    assert course_zone(Config()) == "UTC"
    assert course_zone(Config({"Exchange": {"timezone": "Asia/Seoul"}})) == "Asia/Seoul"
