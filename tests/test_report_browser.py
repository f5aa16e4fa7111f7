"""The report in a real browser: Debian's chromium, opened from disk."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsers import PAPER, PHONE, chromium, needs_chromium, quiet_window
from classes import ASSIGNMENTS, lay_out_class
from conftest import ASSIGNMENTS as EVERY_ASSIGNMENT

from gradlab.base.texts import LANGUAGES
from gradlab.course import Course
from gradlab.report.site import write_report
from gradlab.report.tables import ROWS_PER_PAGE
from gradlab.report.words import Words

COURSE_PAGE = "index.html"
ASSIGNMENT_PAGE = f"assignments/{ASSIGNMENTS[1]}.html"
STUDENT_PAGE = "students/s0000.html"
KINDS = [COURSE_PAGE, ASSIGNMENT_PAGE, STUDENT_PAGE, "students/s0003.html"]
LANDSCAPE = {"width": 1046, "height": 720}  # the same for the heat map
MIN_NAME = 120
MIN_TEXT_PX = 8

pytestmark = [needs_chromium, pytest.mark.slow]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report of a class of 30."""
    course = Course(lay_out_class(tmp_path_factory.mktemp("class"), 30))
    return write_report(course, course.beside_gradebook / "report").parent


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests."""
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser):
    """A new window in which nothing may go wrong."""
    with quiet_window(browser, "file:") as window:
        yield window


def table(page, name):
    """Return a table of the page by its caption."""
    return page.locator("[data-table]", has=page.get_by_role("region", name=name, exact=True))


def first_column(box):
    return box.locator("tbody tr:visible th").all_inner_texts()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", KINDS)
def test_pages_are_accessible(page, report, language, path):
    """axe-core finds no serious or critical violation, and no student's script has run."""
    page.goto((report / language / path).as_uri())
    found = Axe().run(page).response["violations"]
    serious = [
        (violation["id"], violation["nodes"][0]["html"])
        for violation in found
        if violation["impact"] in {"serious", "critical"}
    ]
    assert not serious
    assert page.title() != "run"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", KINDS)
def test_pages_fit_a_phone(page, report, language, path):
    """On a narrow screen, only tables and wide plots scroll sideways, and can still be read."""
    page.set_viewport_size(PHONE)
    page.goto((report / language / path).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    texts = page.locator(".wide svg text")
    heights = texts.evaluate_all("all => all.map(text => text.getBoundingClientRect().height)")
    assert min(heights, default=MIN_TEXT_PX) >= MIN_TEXT_PX


def test_a_table_is_sorted_by_its_headings(page, report):
    """A click on a heading sorts by its column, a second click reverses it, and `aria-sort` says so."""
    page.goto((report / "en" / COURSE_PAGE).as_uri())
    box = table(page, "Scores by student and exercise")
    heading = box.get_by_role("columnheader", name="Total", exact=True)
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    totals = [float(text.rstrip("?")) for text in box.locator("tbody tr td:nth-child(2)").all_inner_texts()]
    assert totals == sorted(totals, reverse=True)
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    totals = [float(text.rstrip("?")) for text in box.locator("tbody tr td:nth-child(2)").all_inner_texts()]
    assert totals == sorted(totals)
    box.get_by_role("columnheader", name="dL_dW", exact=True).get_by_role("button").click()
    assert heading.get_attribute("aria-sort") is None


def test_what_has_no_number_comes_last(page, report):
    """Whichever way a column is sorted, dashes and signs come after the numbers."""
    page.goto((report / "en" / COURSE_PAGE).as_uri())
    box = table(page, "Scores by student and exercise")
    button = box.get_by_role("columnheader", name="explain_step_size").get_by_role("button")
    for _ in range(2):
        button.click()
        texts = box.locator("tbody tr td:nth-child(7)").all_inner_texts()
        are_numbers = [text[:1].isdigit() for text in texts]
        assert True in are_numbers
        assert are_numbers == sorted(are_numbers, reverse=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filter_says_that_it_finds_nothing(page, report, language):
    """A filter that no row matches says so, instead of showing an empty table alone."""
    page.goto((report / language / COURSE_PAGE).as_uri())
    box = page.locator("[data-table]").filter(has=page.locator("input:visible")).first
    box.locator("input").fill("nobody has this name")
    assert box.get_by_role("status").inner_text() == Words(language)("nothing_found")
    assert first_column(box) == []


def test_the_legend_shows_what_the_grid_shows(page, report):
    """A cell of work that was not submitted looks like its entry in the legend."""
    page.goto((report / "en" / COURSE_PAGE).as_uri())
    entry = page.locator(".legend li", has_text="not submitted").locator(".h")
    cell = page.locator("td.h.missing").first
    assert entry.inner_text() == cell.inner_text() != ""
    look = "box => [getComputedStyle(box).backgroundColor, getComputedStyle(box).color]"
    assert entry.evaluate(look) == cell.evaluate(look)
    borders = "box => getComputedStyle(box).borderStyle == 'dashed'"
    assert not entry.evaluate(borders)
    assert not cell.evaluate(borders)


def test_a_table_is_sorted_by_the_keyboard(page, report):
    """Headings are reached by Tab and pressed by Enter."""
    page.goto((report / "ko" / ASSIGNMENT_PAGE).as_uri())
    box = table(page, "테스트 셀")
    box.get_by_role("button", name="셀", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    heading = box.get_by_role("columnheader", name="문제", exact=True)
    assert heading.get_attribute("aria-sort") == "ascending"
    exercises = box.locator("tbody tr td:nth-child(2)").all_inner_texts()
    assert exercises == page.evaluate("texts => texts.sort((a, b) => a.localeCompare(b))", exercises)


def test_a_table_is_filtered(page, report):
    """Only rows that contain the typed text are shown, together with their number."""
    page.goto((report / "en" / COURSE_PAGE).as_uri())
    box = table(page, "Scores by student and exercise")
    box.get_by_label("Filter").fill("순신")
    assert [text.split()[-1] for text in first_column(box)] == ["s0004"]
    assert box.get_by_role("status").inner_text() == "1 of 30 rows"
    box.get_by_label("Filter").fill("")
    assert len(first_column(box)) == 30
    box.get_by_label("Filter").fill("nobody of this name")
    assert first_column(box) == []


def test_long_tables_show_more_when_asked(page, report):
    """A long table shows its first 30 rows until the reader asks for more."""
    page.goto((report / "en" / ASSIGNMENT_PAGE).as_uri())
    box = table(page, "Cells that regrading changed")
    n_rows = box.locator("tbody tr").count()
    assert len(first_column(box)) == 30 < n_rows
    box.get_by_role("button", name="Show more").click()
    assert len(first_column(box)) == n_rows
    assert box.get_by_role("button", name="Show more").is_hidden()


def test_from_the_course_to_a_student_and_back(page, report):
    """Links lead from the course to an assignment, to a student, to the other language, and back."""
    page.goto((report / "index.html").as_uri())
    page.wait_for_url("**/ko/index.html")
    page.get_by_role("link", name="English").click()
    table(page, "Assignments").get_by_role("link", name=ASSIGNMENTS[1]).click()
    assert page.get_by_role("heading", level=1).inner_text() == ASSIGNMENTS[1]
    table(page, "Submissions").get_by_role("link", name="s0004").click()
    assert "순신" in page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="한국어").click()
    assert page.url.endswith("/ko/students/s0004.html")
    page.get_by_role("link", name="과목").click()
    assert page.url.endswith("/ko/index.html")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", KINDS)
def test_plots_have_text_alternatives(page, report, language, path):
    """Each plot has a name and a description that say what it shows."""
    page.goto((report / language / path).as_uri())
    plots = page.get_by_role("img")
    assert (
        plots.count() == page.locator("svg:not([aria-hidden])").count() > 0
    )  # a bar beside its number is hidden
    for plot in plots.all():
        ids = plot.get_attribute("aria-labelledby").split()
        texts = [page.locator(f"#{name}").text_content() for name in ids]
        assert all(len(text) > 3 for text in texts)


@pytest.mark.parametrize("path", KINDS)
def test_pages_print_well(page, report, path):
    """On paper, a page has no controls, its plots are whole, no table is cut off, and it becomes a PDF."""
    page.goto((report / "ko" / path).as_uri())
    n_shapes = page.locator("svg *:visible").count()
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")
    assert page.locator("input:visible, .csv:visible, .more:visible, .languages:visible").count() == 0
    assert page.locator("svg *:visible").count() == n_shapes
    cut_off = page.evaluate(
        "() => [...document.querySelectorAll('.table:not(.heat) .scroll')]"
        ".filter(box => box.scrollWidth > box.clientWidth).map(box => box.ariaLabel)"
    )
    assert not cut_off
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_on_paper_long_tables_are_whole(page, report):
    """A table is printed with all its rows, except for those that are filtered out."""
    page.goto((report / "ko" / ASSIGNMENT_PAGE).as_uri())
    box = page.locator("[data-table]", has=page.get_by_role("region", name="재채점으로 바뀐 셀"))
    n_rows = box.locator("tbody tr").count()
    assert len(first_column(box)) < n_rows
    box.get_by_label("필터").fill("s0011")
    n_filtered = len(first_column(box))
    page.emulate_media(media="print")
    assert len(first_column(box)) == n_filtered < n_rows
    page.emulate_media(media="screen")
    box.get_by_label("필터").fill("")
    page.emulate_media(media="print")
    assert len(first_column(box)) == n_rows


def test_without_scripts_all_is_shown(browser, report):
    """In a browser without scripts, tables show all rows and no filter."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((report / "en" / COURSE_PAGE).as_uri())
    box = table(page, "Cells that regrading changed")
    assert len(first_column(box)) == box.locator("tbody tr").count()
    assert page.locator("input:visible").count() == 0
    context.close()


def test_the_first_tab_skips_to_the_content(page, report):
    """The first Tab reaches a link that skips the navigation."""
    page.goto((report / "en" / STUDENT_PAGE).as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == Words("en")("skip")


def test_two_thousand_students_stay_usable(page, tmp_path):
    """The heat map of a huge class goes on over several small pages, each with its own first rows."""
    course = Course(lay_out_class(tmp_path, 2_000, tuple(EVERY_ASSIGNMENT)))
    report = write_report(course, course.beside_gradebook / "report").parent
    sizes = {path: path.stat().st_size for path in report.rglob("*.html")}
    assert max(sizes.values()) < 1_000_000
    assert max(size for path, size in sizes.items() if path.parent.name == "students") < 100_000
    page.goto((report / "en" / COURSE_PAGE).as_uri())
    box = table(page, "Scores by student and exercise")
    assert box.locator("tbody tr").count() == ROWS_PER_PAGE
    assert len(first_column(box)) == 100
    last = box.get_by_role("navigation").get_by_role("link").last
    target = last.get_attribute("href")
    last.click()
    page.wait_for_url(f"**/{target}")
    box = table(page, "Scores by student and exercise")
    assert box.locator("tbody tr").count() == 2_000 % ROWS_PER_PAGE
    assert box.get_by_role("navigation").locator("[aria-current]").count() == 1
    box.get_by_role("columnheader", name="Total", exact=True).get_by_role("button").click()
    best = float(box.locator("tbody tr td:nth-child(2)").first.inner_text().rstrip("?"))
    box.get_by_label("Filter").fill("s1999")
    assert len(first_column(box)) == 1
    page.set_viewport_size(LANDSCAPE)
    page.emulate_media(media="print")
    heat = page.locator(".heat .scroll")
    assert heat.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert heat.locator("tbody tr:visible th").bounding_box()["width"] > MIN_NAME
    assert best >= float(box.locator("tbody tr:visible td:nth-child(2)").inner_text().rstrip("?"))
