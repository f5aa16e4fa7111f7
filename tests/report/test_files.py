"""The report as files: its links, its languages, and its safety from what students write."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import unquote, urlsplit

import pytest
from classes import ASSIGNMENTS, SCRIPT, lay_out_class
from commands import gradlab
from markupsafe import escape
from reports import N_STUDENTS, ODD_STUDENT, pages, parsed, table_of

from gradlab.base.errors import CourseError
from gradlab.base.texts import LANGUAGES, without_control
from gradlab.course import Course
from gradlab.report import tables
from gradlab.report.places import Places, file_names
from gradlab.report.site import write_report


def test_no_control_character_reaches_a_page(report):
    """Whatever students write, no page and no table steers a terminal or turns a text."""
    for path in (*pages(report), *(report / "csv").rglob("*.csv")):
        text = path.read_text(encoding="utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        assert without_control(text) == text, path


def test_each_distribution_is_named(report):
    """Each plot on the course page has a caption that links to its assignment."""
    text = (report / "ko" / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'<figure><figcaption><a href="assignments/([^"]+)\.html">', text)
    assert named == list(ASSIGNMENTS)


def test_links_lead_somewhere(report):
    """Every link of every page leads to an existing file or folder of the report or the course."""
    for page in (*pages(report), report / "index.html"):
        for href in parsed(page).hrefs:
            parts = urlsplit(href)
            assert not parts.scheme, href
            if parts.path:
                assert (page.parent / unquote(parts.path)).exists(), (page, href)


def test_any_id_has_a_page(report, classroom):
    """A student has a page even if their id suits neither URLs nor all file systems."""
    rows = table_of(report / "csv" / "scores.csv")
    assert ODD_STUDENT in {row["student"] for row in rows}
    file = file_names([ODD_STUDENT])[ODD_STUDENT]
    text = (report / "en" / "students" / f"{file}.html").read_text(encoding="utf-8")
    assert f"<h1><bdi>{escape(ODD_STUDENT)}</bdi></h1>" in text
    assert ODD_STUDENT in {student.id for student in classroom.students}


def test_pages_ask_nothing_of_the_network(report):
    """No page loads anything, and its policy forbids it."""
    for page in pages(report):
        policies = []
        for tag, attributes in parsed(page).tags:
            policies += [attributes["content"]] if "http-equiv" in attributes else []
            assert tag not in {"img", "link", "iframe", "object", "embed", "base", "form"}, page
            assert not {"src", "style", "action", "srcset"} & attributes.keys(), page
            assert not any(name.startswith("on") for name in attributes), page
        assert [policy.startswith("default-src 'none'; ") for policy in policies] == [True]


def test_what_students_write_stays_text(report):
    """Names, answers, messages and problems are shown as text, never as HTML."""
    for page in pages(report):
        text = page.read_text(encoding="utf-8")
        assert SCRIPT not in text
        scripts = [tag for tag, _ in parsed(page).tags if tag == "script"]
        assert len(scripts) == (0 if page.parent.name == "students" else 1)
    student = (report / "en" / "students" / "s0000.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in student


def test_no_csv_cell_is_a_formula(report):
    """No cell of any CSV file starts like a formula, unless it is a number."""
    files = sorted((report / "csv").rglob("*.csv"))
    assert len(files) > N_STUDENTS
    for path in files:
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8")[1:], newline="")):
            for cell in row:
                assert not cell.startswith(("=", "+", "@", "\t", "\r")), (path, cell)
                assert not cell.startswith("-") or float(cell) <= 0


def test_a_students_page_holds_nothing_of_another(report, classroom):
    """A student's pages and CSV file contain no other student's id or name."""
    others = {student.id for student in classroom.students}
    names = {student.name for student in classroom.students if student.name}
    for student in classroom.students:
        found = list(report.rglob(f"students/{student.id}.*"))
        assert len(found) == (3 if student.id != ODD_STUDENT else 0)  # two pages, one table
        for path in found:
            text = path.read_text(encoding="utf-8")
            assert not set(re.findall(r"s00\d\d", text)) & (others - {student.id}), path
            assert not any(name in text for name in names - {student.name}), path


def test_a_students_page_tells_all_about_them(report):
    """A student's page shows messages, a person's comment, and a link to the feedback."""
    text = (report / "en" / "students" / "s0000.html").read_text(encoding="utf-8")
    assert "좋아요!" in text
    assert "feedback/s0000/ps2-numerical-diff/numerical_diff.html" in text
    assert "wrong value" in text


def test_a_page_of_the_students_own_is_no_feedback(course, classroom, report):
    """A page that came with the submission is not used as feedback on a notebook that was not graded."""
    places = Places(Course(course), classroom, report)
    page = course / "feedback" / "s0000" / "ps2-numerical-diff" / "other.html"
    page.write_text("<script>pwned()</script>")
    assert places.feedback("s0000", "ps2-numerical-diff", "numerical_diff")
    assert not places.feedback("s0000", "ps2-numerical-diff", "other")
    page.unlink()


def test_both_languages_say_the_same(report):
    """Each page exists in both languages, with equally many table rows, and declares its language."""
    for page in pages(report):
        if page.is_relative_to(report / "ko"):
            ko, en = page, report / "en" / page.relative_to(report / "ko")
            assert ko.read_text(encoding="utf-8").count("<tr") == en.read_text(encoding="utf-8").count("<tr")
            assert '<html lang="ko">' in ko.read_text(encoding="utf-8")
            assert '<html lang="en">' in en.read_text(encoding="utf-8")


def test_the_report_is_written_again(course, report):
    """A second report replaces the first, and outdated pages are gone."""
    stale = report / "en" / "students" / "gone.html"
    stale.write_text("gone", encoding="utf-8")
    changed = report / "ko" / "students" / "s0001.html"
    text = changed.read_bytes()
    changed.write_bytes(b"old")
    before = sorted(path.relative_to(report) for path in report.rglob("*") if path != stale)
    printed = gradlab(course, "report")
    assert printed.split() == [str(report / "index.html")]
    assert sorted(path.relative_to(report) for path in report.rglob("*")) == before
    assert changed.read_bytes() == text


def test_a_folder_of_something_else_is_left_alone(course, tmp_path):
    """The report is not written over other files."""
    (tmp_path / "thesis.txt").write_text("text", encoding="utf-8")
    with pytest.raises(CourseError, match="something else"):
        write_report(Course(course), tmp_path)
    printed = gradlab(course, "report", "--folder", str(tmp_path), succeeds=False)
    assert "something else" in printed
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_long_tables_are_split(course, classroom, tmp_path, monkeypatch):
    """Each row of a long table is on one page, in each language; the pages link to one another."""
    monkeypatch.setattr(tables, "ROWS_PER_PAGE", 7)
    here = Course(course)
    report = write_report(here, tmp_path).parent
    everybody = [Places(here, classroom, report).student(student.id) for student in classroom.students]
    for language in LANGUAGES:
        folder = report / language
        places = [folder / "index.html", *(folder / f"index~scores-{n}.html" for n in range(2, 6))]
        assert set(folder.glob("index~scores-*.html")) == set(places[1:])
        grids = [path.read_text(encoding="utf-8").partition('class="table heat"')[2] for path in places]
        grids = [grid.partition("</table>")[0] for grid in grids]
        assert [re.findall(r'<th scope="row"><a href="([^"]+)"', grid) for grid in grids] == [
            everybody[start : start + 7] for start in range(0, N_STUDENTS, 7)
        ]
        for path in places:
            assert {each.name for each in places} <= set(parsed(path).hrefs)
    assert any((report / "en" / "assignments").glob("*~*.html"))
    for page in pages(report):
        for href in parsed(page).hrefs:
            assert "~" not in href or (page.parent / href).is_file()


@pytest.mark.slow
@pytest.mark.parametrize("n_students", [0, 1])
def test_a_tiny_class_has_a_report(tmp_path, n_students):
    """With no student or only one, the report has reasons instead of numbers."""
    here = Course(lay_out_class(tmp_path, n_students))
    report = write_report(here, tmp_path / "report").parent
    assert len(pages(report)) == len(LANGUAGES) * (1 + len(ASSIGNMENTS) + n_students)
    page = (report / "en" / "assignments" / f"{ASSIGNMENTS[0]}.html").read_text(encoding="utf-8")
    assert ("too few students" if n_students else "no data") in page
