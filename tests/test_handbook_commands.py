"""The commands of the handbook and the README, run in order in a course of two assignments."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import COURSE
from nbgrader.api import Gradebook
from submissions import copy_of

ASSIGNMENTS = ("ps1-derivatives", "ps2-numerical-diff")
COURSE_ID, STUDENT = "gradlab", "kim"
BY_STUDENTS = re.compile(r"nbgrader (list|fetch_assignment|validate|submit|fetch_feedback)\b")

# What is not run here, and why.
LEFT_OUT = {
    r"make (demo|setup|test|docs)": "make is tested by CI, and the demonstration by test_demo",
    r"pip install": "everything is installed",
    r"jupyter lab": "opens a browser; what the teacher does in formgrader is done below",
    r"gradlab audit($| ps1-derivatives)": "test_audit audits all of the course",
    r"cd my-nbgrader-course": "a reader's own folder, for which the course stands in",
}
# What is written differently on a test machine.
REWRITTEN = {"sudo ": "", "/srv/nbgrader": "{place}", "/run/gradlab": "{place}"}
FOUND_FAULTS = re.compile(r"gradlab audit (ps1 |ps1$)")  # nbgrader's example has forgeable tests
OUTSIDE = {"class", "own-course", "audit"}  # pages that begin next to the checkout
GENERATED = {"serve", "English", "한국어"}  # pages for which the teacher has already made the release


@dataclass
class Reader:
    """Does what a page says, as the teacher or as a student.

    Args:
        place: around everything: the checkout `gradlab/`, the student's home, the exchange.
        here: where the teacher's next command runs.
        ran: the commands that were run.
    """

    place: Path
    here: Path
    ran: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        """The student's own folder."""
        return self.place / "home"

    def do(self, language: str, text: str) -> None:
        """Run a block of commands, or save a block of settings, a module or a roster."""
        if language == "console":
            for line in re.findall(r"^\$ (.+)$", text, re.MULTILINE):
                self._type(line)
        elif text.startswith("c."):
            with (self.here / "nbgrader_config.py").open("a", encoding="utf-8") as file:
                file.write(self._rewritten(text))
        elif "LateSubmissionPlugin" in text:
            (self.here / "late.py").write_text(text, encoding="utf-8")
        elif text.startswith("id,"):
            (self.here / "roster.csv").write_text(text, encoding="utf-8")

    def run(self, command: str) -> None:
        """Run a command in a shell, and stay where it went."""
        is_student = BY_STUDENTS.match(command) is not None
        folder = self.home if is_student else self.here
        end = self.place / "end"
        own = {"HOME": str(self.home)} if is_student else {}
        environment = {**os.environ, **own, "JUPYTER_CONFIG_DIR": str(self.place / f"config-{is_student}")}
        done = subprocess.run(
            ["bash", "-euc", f"{command}\npwd > {end}"],  # noqa: S607  # the shell of whoever reads the page
            cwd=folder,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        expected = 1 if FOUND_FAULTS.match(command) else 0
        assert done.returncode == expected, f"{command}\n{done.stdout}{done.stderr}"
        self.ran.append(command)
        if not is_student and not expected:
            self.here = Path(end.read_text(encoding="utf-8").strip())

    def _type(self, line: str) -> None:
        command = self._rewritten(line.partition(" #")[0].strip())
        if command.startswith("jupyter lab"):
            self._mark()
        if any(re.match(pattern, command) for pattern in LEFT_OUT):
            return
        if command.startswith("gradlab serve"):
            command += " --once"
        if command.startswith("nbgrader fetch_feedback") and not any(
            "release_fee" in one for one in self.ran
        ):
            self.run("gradlab serve --once")
        self.run(command)
        if found := re.match(r"nbgrader fetch_assignment (\S+)", command):
            self._solve(found[1])

    def _rewritten(self, text: str) -> str:
        for old, new in REWRITTEN.items():
            text = text.replace(old, new.format(place=self.place))
        return text

    def _solve(self, assignment: str) -> None:
        """Fill in the right answers."""
        for path in (COURSE / "solutions" / assignment).glob("*.ipynb"):
            shutil.copy(path, self.home / assignment)

    def _mark(self) -> None:
        """Give all points for each written answer, as the teacher does in formgrader."""
        database = self.here / "gradebook" / "gradebook.db"
        if not database.is_file():
            return
        with Gradebook(f"sqlite:///{database}") as gradebook:
            for name in ASSIGNMENTS:
                grades = [
                    grade
                    for submission in gradebook.assignment_submissions(name)
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                ]
                for grade in grades:
                    if grade.needs_manual_grade:
                        grade.manual_score, grade.needs_manual_grade = grade.max_score, False
            gradebook.db.commit()


def pages() -> dict[str, str]:
    """Return the texts with commands; the students' page is two, one in each language."""
    found = {path.stem: path.read_text(encoding="utf-8") for path in (COURSE / "docs").glob("*.md")}
    found["README"] = (COURSE / "README.md").read_text(encoding="utf-8")
    for part in found.pop("students").split("\n## ")[1:]:
        found[part.partition("\n")[0]] = part
    for name in ("jupyterhub", "cluster"):  # they have tests of their own
        found.pop(name)
    return {name: text for name, text in found.items() if "```console" in text}


@pytest.fixture
def reader(tmp_path) -> Reader:
    """Someone in a checkout of the course with two assignments."""
    checkout = tmp_path / "gradlab"
    for assignment in ASSIGNMENTS:
        copy_of(COURSE / "source" / assignment, checkout / "source" / assignment)
    shutil.copy(COURSE / "nbgrader_config.py", checkout)
    (checkout / "names.csv").write_text("id,first_name\nkim,Minsu\n", encoding="utf-8")
    (tmp_path / "home").mkdir()
    (tmp_path / "exchange").mkdir(mode=0o777)
    for is_student, setting in (
        (True, f"c.CourseDirectory.student_id = {STUDENT!r}"),
        (False, "c.ExchangeCollect.check_owner = False  # all belong to who runs the tests"),
    ):
        config = tmp_path / f"config-{is_student}"
        config.mkdir()
        text = f"c = get_config()\nc.Exchange.root = {str(tmp_path / 'exchange')!r}\n{setting}\n"
        (config / "nbgrader_config.py").write_text(text, encoding="utf-8")
    return Reader(tmp_path, checkout)


@pytest.mark.slow
@pytest.mark.parametrize("name", pages())
def test_the_commands_of_a_page_run_in_order(reader, name):
    """All commands of a page end as they should, and do what the page is for."""
    text = pages()[name]
    if name in GENERATED:
        for assignment in ASSIGNMENTS:
            reader.run(f"nbgrader generate_assignment {assignment}")
    if name in {"English", "한국어"}:
        reader.run("nbgrader release_assignment ps1-derivatives")
    if name in OUTSIDE:
        reader.here = reader.place
    for language, block in re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        reader.do(language, block)
    assert reader.ran
    if any("fetch_feedback" in command for command in reader.ran):
        (page,) = reader.home.glob("*/feedback/*/*.html")
        assert "derivatives" in page.name or "numerical_diff" in page.name
    if name == "class":
        table = (reader.here / "gradebook" / "wide.csv").read_text(encoding="utf-8-sig")
        assert "Minsu" in table
        assert "서연" in table
