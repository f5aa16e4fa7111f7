"""Pages of feedback in a real browser: Debian's chromium, opened from disk."""

from __future__ import annotations

import datetime as dt

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsers import DESKTOP, PAPER, PHONE, chromium, needs_chromium, quiet_window
from feedback_course import add_graded, give, lay_out, page_path

from gradlab.base.texts import LANGUAGES
from gradlab.feedback.bulk import FeedbackRun

SCHEMES = ("light", "dark")
WIDE = "x = " + "very_long_name_" * 20
TABLE = "| " + " | ".join(["wide"] * 30) + " |\n|" + "---|" * 30 + "\n| " + " | ".join(["1"] * 30) + " |"

pytestmark = [needs_chromium, pytest.mark.slow]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A page in each language, with all that a page may have."""
    made = {}
    for language in LANGUAGES:
        due = dt.datetime(2026, 3, 2)  # noqa: DTZ001  # as nbgrader stores it
        folder = tmp_path_factory.mktemp(language) / "course"
        course = lay_out(folder, due, f"c.SelectLanguage.language = {language!r}")
        further = (
            nbformat.v4.new_code_cell(WIDE, outputs=[nbformat.v4.new_output("stream", text="o" * 500)]),
            nbformat.v4.new_markdown_cell(TABLE + "\n\n$$" + "a + " * 80 + "b$$"),
        )
        add_graded(course, "kim", further=further)
        give(course, "kim", 1, "[1] 좋아요")
        assert FeedbackRun(course).make("kim", "ps").error == ""
        made[language] = page_path(course, "kim").as_uri()
    return made


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests."""
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser):
    """A new window in which nothing may go wrong."""
    with quiet_window(browser, "file:", "data:") as window:
        yield window


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_accessible(page, pages, language, scheme):
    """axe-core finds no serious or critical violation, in the light and in the dark."""
    page.emulate_media(color_scheme=scheme)
    page.goto(pages[language])
    for fold in page.locator("details").all():
        fold.evaluate("fold => fold.open = true")
    found = Axe().run(page).response["violations"]
    serious = [
        (violation["id"], violation["nodes"][0]["html"])
        for violation in found
        if violation["impact"] in {"serious", "critical"}
    ]
    assert not serious


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_fits_a_phone(page, pages, language):
    """On a narrow screen, only tables and formulas scroll sideways, and pictures end where the page does."""
    page.set_viewport_size(PHONE)
    page.goto(pages[language])
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for picture in page.locator("img").all():
        box = picture.bounding_box()
        assert box["x"] + box["width"] <= PHONE["width"]
    assert page.locator("img").count()


def test_folds_open_and_close(page, pages):
    """Given code and hints are closed until somebody opens them; the student's own code is to be seen."""
    page.goto(pages["ko"])
    assert page.get_by_text("return 2 * f(x)").is_visible()
    plotting = page.locator(".picture .folded code")
    assert not plotting.is_visible()
    page.get_by_text("그림을 그리는 코드").click()
    assert plotting.is_visible()
    question = page.get_by_text("무엇의 세 배인가요?")
    assert not question.is_visible()
    page.get_by_text("힌트 1: 질문").click()
    assert question.is_visible()
    assert not page.locator(".hint math").is_visible()
    page.get_by_text("힌트 2").click()
    assert page.locator(".hint math").is_visible()


def test_links_lead_to_answer_section_and_hints(page, pages):
    """A card's links scroll to the answer, to its section, and to the folded hints; a test's to its card."""
    page.goto(pages["ko"])
    card = page.locator("#card-test_tripled__value")
    for link, target in (
        ("내 답 보기", page.get_by_text("내 답: tripled")),
        ("노트북에서: 1. 함수의 세 배", page.get_by_role("heading", name="1. 함수의 세 배")),
        ("단계별 힌트", page.get_by_text("힌트 1: 질문")),
    ):
        page.evaluate("window.scrollTo(0, 0)")
        card.get_by_role("link", name=link).click()
        box = target.bounding_box()
        assert 0 <= box["y"] < DESKTOP["height"]
    page.get_by_role("link", name="무엇이 틀렸는지 보기").first.click()
    assert 0 <= card.bounding_box()["y"] < DESKTOP["height"]


def test_the_keyboard_reaches_everything(page, pages):
    """The first stop leads to the content; Enter opens a fold."""
    page.goto(pages["en"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.locator(".hint summary").first.focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("Of what?").or_(page.get_by_text("무엇의 세 배인가요?")).first.is_visible()


def test_a_page_is_dark_in_the_dark(page, pages):
    """Paper and ink change places with the system's choice."""
    page.goto(pages["ko"])
    brightness = "getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)[0]"
    page.emulate_media(color_scheme="light")
    assert page.evaluate(brightness) > 200
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(brightness) < 60


def test_a_page_can_be_printed(page, pages):
    """On paper there are no links to jump by and no folded code, and all is dark on light."""
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(pages["ko"])
    assert not page.locator("nav").is_visible()
    assert not page.locator(".picture summary").is_visible()
    assert page.get_by_text("return 2 * f(x)").is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert len(page.pdf(format="A4")) > 10_000
