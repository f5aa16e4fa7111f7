"""Makes the pictures in docs/ from the course as it is: `make screenshots`, some minutes.

A student's ps2 in each language, in JupyterLab and as a page of feedback, and the report on the sample class.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

# Of the tests, where `make screenshots` looks for modules, too.
from browsers import chromium
from commands import BIN, gradlab, nbgrader
from labs import TOKEN, jupyter_lab
from nbgrader.api import Gradebook
from submissions import write_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

DOCS = Path(__file__).resolve().parent
COURSE = DOCS.parent
ASSIGNMENT, NOTEBOOK, EXERCISE = "ps2-numerical-diff", "numerical_diff.ipynb", "numerical_diff"
WRITTEN, STUDENT, REPORTED = "explain_step_size", "kim-minsu", "ps4-linear-layer"
IN_FEEDBACK = """\
def numerical_diff(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / h
"""
IN_LAB = """\
def numerical_diff(f, x, h=1e-4):
    x = np.asarray(x, dtype=float)
    x += h
    right = f(x)
    x -= 2 * h
    left = f(x)
    x += h
    return (right - left) / (2 * h)
"""
COMMENTS = {
    "ko": "[1] 반올림 오차는 반만 설명했어요. 왜 h가 작을 때 커지나요?",
    "en": "[1] That is half of the round-off. Why does it grow as h shrinks?",
}
NOTEBOOKS = {"ko": "notebook.png", "en": "notebook-en.png"}
WIDE, PHONE, LAB = (880, 980), (390, 860), (1164, 1040)


def course_in(language: str, place: Path) -> Path:
    """Return the course with the assignment, released and solved in a language."""
    course = place / language
    shutil.copytree(COURSE / "source" / ASSIGNMENT, course / "source" / ASSIGNMENT)
    config = (COURSE / "nbgrader_config.py").read_text(encoding="utf-8")
    config += f"\nc.SelectLanguage.language = {language!r}\n"
    (course / "nbgrader_config.py").write_text(config, encoding="utf-8")
    nbgrader(course, "generate_assignment", ASSIGNMENT)
    nbgrader(course, "generate_solution", ASSIGNMENT)
    return course


def work(course: Path, answer: str, folder: Path) -> Path:
    """Lay out the solution with another answer to the exercise, and run it; return the notebook."""
    shutil.copytree(course / "solutions" / ASSIGNMENT, folder)
    write_answer(folder / NOTEBOOK, EXERCISE, answer)
    options = ["--to=notebook", "--execute", "--allow-errors", "--inplace", "--log-level=ERROR"]
    execute = [BIN / "jupyter", "nbconvert", *options, folder / NOTEBOOK]
    subprocess.run(execute, check=True)  # noqa: S603  # its own
    return folder / NOTEBOOK


def feedback(course: Path, language: str) -> Path:
    """Grade a typical wrong answer, and the written one by hand; return the page of feedback."""
    work(course, IN_FEEDBACK, course / "submitted" / STUDENT / ASSIGNMENT)
    gradlab(course, "autograde", ASSIGNMENT)
    place = (WRITTEN, Path(NOTEBOOK).stem, ASSIGNMENT, STUDENT)
    with Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade(*place)
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.find_comment(*place).manual_comment = COMMENTS[language]
        gradebook.db.commit()
    gradlab(course, "feedback", ASSIGNMENT)
    return course / "feedback" / STUDENT / ASSIGNMENT / f"{place[1]}.html"


@contextmanager
def window(browser: Browser, size: tuple[int, int], *, is_dark: bool = False) -> Iterator[Page]:
    """Open a window."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if is_dark else "light"
    )
    yield context.new_page()
    context.close()


def save(page: Page, name: str) -> None:
    """Save what a window shows as one of the pictures."""
    page.screenshot(path=DOCS / name)
    print(name)  # noqa: T201  # some minutes are long


def show_feedback(browser: Browser, pages: dict[str, Path]) -> None:
    """Save the pictures of feedback, two in each language."""
    with window(browser, WIDE) as page:
        page.goto(pages["ko"].as_uri())
        save(page, "feedback-ko.png")
        page.goto(pages["en"].as_uri())
        page.get_by_role("link", name="See your answer").first.click()
        page.mouse.wheel(0, -180)  # to what stands above
        page.wait_for_timeout(500)
        save(page, "feedback-en.png")
    with window(browser, PHONE, is_dark=True) as page:
        page.goto(pages["en"].as_uri())
        save(page, "feedback-phone-en.png")
    with window(browser, PHONE) as page:
        page.goto(pages["ko"].as_uri())
        page.locator(".card").nth(2).evaluate("card => scrollTo(0, card.offsetTop - 28)")
        save(page, "feedback-phone-ko.png")


def show_lab(browser: Browser, notebook: Path, language: str) -> None:
    """Save the picture of a notebook in JupyterLab, from the tests of the exercise on."""
    private = notebook.parent / "private"
    private.mkdir()
    with jupyter_lab(notebook.parent, private) as address, window(browser, LAB) as page:
        page.set_default_timeout(120_000)
        page.goto(f"{address}lab/tree/{NOTEBOOK}?token={TOKEN}")
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        page.get_by_role("button", name="No", exact=True).click()  # to news
        page.keyboard.press("Control+b")  # without the list of files
        test = page.locator(".jp-Cell", has_text=f"test_{EXERCISE}__value").first
        page.mouse.move(LAB[0] / 2, LAB[1] / 2)
        while not test.is_visible():
            page.mouse.wheel(0, 300)
            page.wait_for_timeout(200)
        for _ in range(3):  # what is above grows when it is drawn
            distance = test.evaluate(
                "cell => cell.getBoundingClientRect().top"
                " - cell.closest('.jp-WindowedPanel-outer').getBoundingClientRect().top"
            )
            page.mouse.wheel(0, distance - 40)
            page.wait_for_timeout(1000)
        save(page, NOTEBOOKS[language])


def show_report(browser: Browser, place: Path) -> None:
    """Save the picture of the report on an assignment of the sample class."""
    demo = [sys.executable, "-m", "gradlab.demo", REPORTED, "--folder", place / "demo"]
    subprocess.run(demo, cwd=COURSE, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # its own
    with window(browser, (1200, 1330)) as page:
        page.goto((place / "demo" / "course" / "gradebook" / "report" / "index.html").as_uri())
        page.get_by_role("link", name="English").click()
        page.get_by_role("link", name=REPORTED).first.click()
        save(page, "report.png")


def main() -> None:
    """Make all pictures."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        place = Path(folder)
        pages = {}
        for language in NOTEBOOKS:
            course = course_in(language, place)
            show_lab(browser, work(course, IN_LAB, place / f"lab-{language}"), language)
            pages[language] = feedback(course, language)
        show_feedback(browser, pages)
        show_report(browser, place)


if __name__ == "__main__":
    main()
