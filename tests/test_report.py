"""The report as files: its numbers, its links, and its safety from what students write."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from classes import (
    ASSIGNMENTS,
    BROKEN,
    EXAMINER_ERROR,
    NAMES,
    NOT_GRADED,
    NOT_SUBMITTED,
    ODD_ENDING,
    ODD_ID,
    REGRADED,
    SCRIPT,
    TIMED_OUT,
    VIOLATION,
    lay_out_class,
)
from commands import gradlab
from markupsafe import escape
from nbgrader.api import Gradebook

from gradlab.base.errors import CourseError
from gradlab.base.outcome import Outcome
from gradlab.base.texts import LANGUAGES, without_control
from gradlab.course import Course
from gradlab.gradebook.classroom import Status
from gradlab.gradebook.outcome_file import Cause
from gradlab.gradebook.reading import read_classroom
from gradlab.report import tables
from gradlab.report.assignment_page import AssignmentPage
from gradlab.report.attention import REASONS, Reminder, needs
from gradlab.report.changes import changes_table
from gradlab.report.course_page import CoursePage, complete_scores
from gradlab.report.places import Places, file_names
from gradlab.report.site import write_report
from gradlab.report.student_page import ClassNorm

N_STUDENTS = 30
ODD_STUDENT = f"s{ODD_ID:04d}{ODD_ENDING}"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with a class of 30, and its report."""
    folder = lay_out_class(tmp_path_factory.mktemp("class"), N_STUDENTS)
    here = Course(folder)
    write_report(here, here.beside_gradebook / "report")
    return folder


@pytest.fixture(scope="module")
def report(course):
    """The folder of the report."""
    return course / "gradebook" / "report"


@pytest.fixture(scope="module")
def classroom(course):
    """The class as the report reads it."""
    return read_classroom(Course(course))


def pages(report):
    return sorted(path for language in LANGUAGES for path in (report / language).rglob("*.html"))


def table_of(path):
    """Return the rows of a CSV file, each as a dict."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


class Links(HTMLParser):
    """Collects the link targets and the tags of a page."""

    def __init__(self):
        super().__init__()
        self.hrefs = []
        self.tags = []

    def handle_starttag(self, tag, attrs):
        """Collect one tag."""
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.hrefs.append(dict(attrs)["href"])


def parsed(path):
    parser = Links()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser


def test_scores_are_the_gradebooks(course, classroom):
    """The bulk queries give the same scores, maxima and penalties as nbgrader's own properties."""
    with Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}") as gradebook:
        for assignment in classroom.assignments:
            entry = gradebook.find_assignment(assignment.name)
            assert assignment.max_score == entry.max_score
            known = [work for work in classroom.of(assignment) if work.status != Status.SUBMITTED]
            assert len(known) == len(entry.submissions)
            for submission in known:
                row = gradebook.find_submission(assignment.name, submission.student.id)
                assert submission.points == pytest.approx(row.score)
                exercises = [submission.exercise_score(exercise) or 0 for exercise in assignment.exercises]
                if None not in [mark.score for mark in submission.marks.values()]:
                    assert sum(exercises) == pytest.approx(row.score)
                assert submission.penalty == row.late_submission_penalty
                assert submission.seconds_late == row.total_seconds_late


def complete_in(gradebook, assignment) -> dict[str, float]:
    """Return by nbgrader's own records the scores of submissions of which nothing waits, by student."""
    return {
        entry.student.id: max(entry.score - entry.late_submission_penalty, 0)
        for entry in gradebook.assignment_submissions(assignment)
        if all(
            None is not (grade.auto_score if grade.manual_score is None else grade.manual_score)
            and not grade.needs_manual_grade
            for notebook in entry.notebooks
            for grade in notebook.grades
        )
    }


def test_what_the_class_has_is_of_complete_scores(course, report, classroom):
    """Mean, median, deviation and quartiles are the gradebook's, without what waits, is broken or missing."""
    rows = {row["assignment"]: row for row in table_of(report / "csv" / "assignments.csv")}
    with Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}") as gradebook:
        complete = {name: complete_in(gradebook, name) for name in ASSIGNMENTS}
    assert any(work.status == Status.WAITING for work in classroom.of(classroom.assignments[0]))
    for name in ASSIGNMENTS:
        scores, row = list(complete[name].values()), rows[name]
        assert int(row["n_complete"]) == len(scores) > 5
        for key, number in {
            "mean": np.mean(scores),
            "median_score": np.median(scores),
            "deviation": np.std(scores, ddof=1),
            "quartiles_low": np.quantile(scores, 0.25),
            "quartiles_high": np.quantile(scores, 0.75),
        }.items():
            assert float(row[key]) == pytest.approx(number), key
    for row in table_of(report / "csv" / "scores.csv"):
        student = next(student for student in classroom.students if student.id == row["student"])
        work = [each for each in classroom.of_student(student) if each.status != Status.MISSING]
        known = [complete[each.assignment].get(student.id) for each in work]
        assert (row["total_state"] == "provisional") == (None in known)
        if None not in known:
            assert float(row["total"]) == pytest.approx(sum(known))


def test_course_totals_are_of_those_who_are_complete(course, report, classroom):
    """The distribution of totals leaves out provisional ones, and students who have submitted nothing."""
    rows = table_of(report / "csv" / "scores.csv")
    totals = [float(row["total"]) for row in rows if not row["total_state"]]
    page = CoursePage(classroom, Places(Course(course), classroom, report), "")
    nothing = [
        student
        for student in classroom.students
        if all(work.status == Status.MISSING for work in classroom.of_student(student))
    ]
    assert nothing
    assert sorted([*page.totals, *[0.0] * len(nothing)]) == pytest.approx(sorted(totals))


def test_a_provisional_score_is_marked_wherever_it_is(report, classroom):
    """Its submission's row, the student's page, and the grid's total say that something still waits."""
    student = next(work for work in classroom.of(classroom.assignments[0]) if work.is_provisional).student
    sign = '<abbr title="provisional: something in it still waits">?</abbr>'
    page = (report / "en" / "students" / f"{student.id}.html").read_text(encoding="utf-8")
    assert sign in page
    grid = (report / "en" / "index.html").read_text(encoding="utf-8")
    row = grid[grid.rindex(f"students/{student.id}.html") :].split("</tr>")[0]
    assert sign in row
    rows = table_of(report / "csv" / classroom.assignments[0].name / "submissions.csv")
    assert {row["student"]: row["score_state"] for row in rows}[student.id] == "provisional"


def test_a_student_stands_next_to_the_class(classroom, report):
    """A student's row has the class's median and quartiles, unless few scores would tell whose they are."""
    row = table_of(report / "csv" / "students" / "s0004.csv")[0]
    scores = complete_scores(classroom.of(classroom.assignments[0]))
    assert float(row["class_median"]) == pytest.approx(np.median(scores))
    assert float(row["class_quartiles_high"]) == pytest.approx(np.quantile(scores, 0.75))
    assert np.isnan(ClassNorm.of([1.0] * 4).median)


def test_attempts_are_counted(report, classroom):
    """The table of submissions and the student's page say how many submissions were graded so far."""
    name = classroom.assignments[0].name
    rows = {row["student"]: row["n_attempts"] for row in table_of(report / "csv" / name / "submissions.csv")}
    known = {work.student.id: work.n_attempts for work in classroom.of(classroom.assignments[0])}
    assert rows == {student: "" if n is None else str(n) for student, n in known.items()}
    assert set(known.values()) == {None, 1, 2}
    student = next(student for student, n in known.items() if n == 2)
    assert table_of(report / "csv" / "students" / f"{student}.csv")[0]["n_attempts"] == "2"


def test_no_control_character_reaches_a_page(report):
    """Whatever students write, no page and no table steers a terminal or turns a text."""
    for path in (*pages(report), *(report / "csv").rglob("*.csv")):
        text = path.read_text(encoding="utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        assert without_control(text) == text, path


def test_cells_belong_to_the_answer_before_them(classroom):
    """Test cells are grouped by exercise in the notebook's order; equal titles get the notebook's name."""
    titles = [exercise.title for exercise in classroom.assignments[1].exercises]
    assert titles[:3] == ["matrix.L", "dL_dW", "matrix.dL_db"]
    cells = [cell.name for cell in classroom.assignments[0].exercises[2].cells]
    assert cells == [
        "test_numerical_diff__value",
        "test_numerical_diff__array",
        "test_numerical_diff__unchanged",
    ]


def test_a_submission_is_as_far_as_it_is(classroom):
    """A submission is missing, not graded, not gradeable, waiting for a person, or graded."""
    found = {
        index: classroom.submission(classroom.assignments[0], classroom.students[index]).status
        for index in (NOT_SUBMITTED, NOT_GRADED, BROKEN, 1, 3)
    }
    assert found == {
        NOT_SUBMITTED: Status.MISSING,
        NOT_GRADED: Status.SUBMITTED,
        BROKEN: Status.NOT_GRADEABLE,
        1: Status.WAITING,
        3: Status.GRADED,
    }


def test_a_violation_that_a_person_has_judged_needs_none(classroom):
    """A violation is listed until somebody gives the points, and again if its grading changes later."""
    submission = classroom.submission(classroom.assignments[0], classroom.students[VIOLATION])
    for is_by_hand, needs_person in ((False, False), (True, False), (True, True)):
        marks = {
            key: replace(mark, is_by_hand=is_by_hand, needs_person=needs_person)
            for key, mark in submission.marks.items()
            if mark.outcome == Outcome.VIOLATION
        }
        assert marks
        judged = {submission.student.id: replace(submission, marks=marks)}
        here = replace(classroom, submissions={name: {} for name in classroom.submissions})
        here.submissions[submission.assignment].update(judged)
        found = [need for need in needs(here) if need.why == Outcome.VIOLATION]
        assert len(found) == (0 if is_by_hand and not needs_person else len(marks))


def test_what_needs_a_person_is_listed_once(classroom):
    """Examiner errors, broken notebooks, violations and written answers come with the most urgent first."""
    found = needs(classroom)
    by_reason = {why: {need.student.id for need in found if need.why == why} for why in REASONS}
    assert by_reason[Outcome.EXAMINER_ERROR] == {f"s{EXAMINER_ERROR:04d}"}
    assert by_reason[Reminder.BROKEN] == {f"s{BROKEN:04d}"}
    assert by_reason[Outcome.VIOLATION] == {f"s{VIOLATION:04d}"}
    assert by_reason[Reminder.NOT_GRADED] == {f"s{NOT_GRADED:04d}"}
    waiting = {
        s.student.id for a in classroom.assignments for s in classroom.of(a) if s.status == Status.WAITING
    }
    assert by_reason[Reminder.WRITTEN] | by_reason[Outcome.EXAMINER_ERROR] == waiting
    assert [need.why for need in found] == sorted((need.why for need in found), key=REASONS.index)
    assert len({(n.why, n.student.id, n.assignment, n.notebook, n.cell) for n in found}) == len(found)


def test_every_table_is_a_csv_file(report, classroom):
    """All scores, the item analysis and each student's marks are in CSV files."""
    scores = table_of(report / "csv" / "scores.csv")
    assert [row["student"] for row in scores] == [student.id for student in classroom.students]
    assignment = classroom.assignments[1]
    exercises = table_of(report / "csv" / assignment.name / "exercises.csv")
    for row, exercise in zip(exercises, assignment.exercises, strict=True):
        column = [student_row[f"{assignment.name}/{exercise.title}"] for student_row in scores]
        known = [float(score) for score in column if re.fullmatch(r"[\d.]+", score)]
        assert int(row["n"]) == len(known)
        assert float(row["difficulty"]) == pytest.approx(sum(known) / len(known) / exercise.max_score)
        assert float(row["difficulty_low"]) <= float(row["difficulty"]) <= float(row["difficulty_high"])
    marks = table_of(report / "csv" / "students" / "s0004.csv")
    assert len(marks) == sum(len(assignment.cells) for assignment in classroom.assignments)
    by_exercise = {(row["assignment"], row["exercise"]): row["exercise_score"] for row in marks}
    (row,) = [row for row in scores if row["student"] == "s0004"]
    known = {key: row["/".join(key)] for key in by_exercise}
    assert by_exercise == {key: score if score[0].isdigit() else "" for key, score in known.items()}


def test_outcomes_add_up(report, classroom):
    """The outcomes of a cell add up to the number of judged submissions."""
    for assignment in classroom.assignments:
        n_judged = sum(submission.is_judged for submission in classroom.of(assignment))
        for row in table_of(report / "csv" / assignment.name / "outcomes.csv"):
            assert (
                sum(int(number) for name, number in row.items() if name not in {"cell", "exercise"})
                == n_judged
            )


def test_a_share_of_misconceptions_is_of_those_examined(course, report, classroom):
    """A student with a graded and a broken notebook counts in both parts of the share, or in neither."""
    assignment = classroom.assignments[1]
    half = {
        student: replace(submission, status=Status.NOT_GRADEABLE, broken=frozenset({"scalar"}))
        for student, submission in classroom.submissions[assignment.name].items()
        if submission.is_judged
    }
    here = replace(classroom, submissions={assignment.name: half})
    page = AssignmentPage(here, assignment, Course(course), Places(Course(course), classroom, report), "")
    rows = [row for row in page.tables["misconceptions"].rows if row[0].startswith("matrix.")]
    assert rows
    for row in rows:
        assert row[4].value == row[3] / len(half)


def test_misconceptions_are_counted_by_student(report, classroom):
    """A student with a misconception in several cells counts once; its sentence is the course's."""
    for assignment in classroom.assignments:
        sentences = {misconception.sentences["ko"] for _, misconception in assignment.misconceptions}
        shown = {
            (submission.student.id, assignment.exercise_of[key].title, mark.misconception)
            for submission in classroom.of(assignment)
            for key, mark in submission.marks.items()
            if mark.misconception
        }
        rows = table_of(report / "csv" / assignment.name / "misconceptions.csv")
        assert sum(int(row["n_with_it"]) for row in rows) == len(shown)
        assert {row["sentence_ko"] for row in rows} <= sentences


def test_equal_wrong_answers_have_an_example(report, classroom):
    """The largest group of equal wrong answers is shown with one student's code."""
    for assignment in classroom.assignments:
        row = table_of(report / "csv" / assignment.name / "wrong_answers.csv")[0]
        assert len(row["students"].split()) == int(row["n_with_it"]) > 1
        page = (report / "en" / "assignments" / f"{assignment.name}.html").read_text(encoding="utf-8")
        example = page[page.index('<article class="answer">') :]
        assert f"def {row['exercise'].rpartition('.')[2]}(*args):" in example


def test_a_regrade_says_what_changed_for_whom(report):
    """Each changed cell is listed with its results before and after, and the cause."""
    rows = table_of(report / "csv" / "changes.csv")
    assert {row["student"] for row in rows} == {f"s{index:04d}" for index in REGRADED}
    for row in rows:
        assert row["why"] == Cause.ASSIGNMENT
        assert row["graded_before"] == "2026-03-12T10:00:00Z"
        assert row["score_that_counts"] in {row["score_after"], "1.75"}  # a person's points
        before, after = (
            (row["score_before"], row["outcome_before"]),
            (row["score_after"], row["outcome_after"]),
        )
        assert before != after


def test_a_regrade_is_summed_up(report):
    """The page says how many cells of how many students changed, and how many scores rose."""
    rows = table_of(report / "csv" / "changes.csv")
    rose = sum(float(row["score_after"]) > float(row["score_before"]) for row in rows if row["score_after"])
    text = (report / "en" / "index.html").read_text(encoding="utf-8")
    assert f"{len(rows)} cells of {len(REGRADED)} students changed: {rose} scores rose" in text


def test_a_regrade_says_where_a_persons_points_count(course, report, classroom):
    """A person's points are listed next to the automatic scores before and after."""
    submission = next(work for work in classroom.of(classroom.assignments[0]) if work.changes)
    cell = submission.changes[0].cell
    by_hand = replace(submission.marks[cell], score=0.75, is_by_hand=True)
    judged = replace(submission, marks={**submission.marks, cell: by_hand})
    places = Places(Course(course), classroom, report)
    (before, after) = (changes_table([work], places).rows[0] for work in (submission, judged))
    assert before[:5] == after[:5]
    assert before[5] == before[4] != after[5] == 0.75


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


def test_names_of_the_fixture_are_hostile(classroom):
    """The class contains the names and outcomes that the tests above rely on."""
    assert {index for index in NAMES if classroom.students[index].name} == set(NAMES)
    outcomes = {m.outcome for a in classroom.assignments for s in classroom.of(a) for m in s.marks.values()}
    assert {Outcome.FAILED, Outcome.TIMED_OUT, Outcome.NOT_ATTEMPTED, Outcome.EXAMINER_ERROR} <= outcomes
    assert TIMED_OUT < N_STUDENTS
