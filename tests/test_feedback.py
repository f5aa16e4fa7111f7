"""Pages of feedback: what they say, when they reveal it, and when they are made anew."""

from __future__ import annotations

import datetime as dt
import html
import json
import re

import nbformat
import pytest
from commands import gradlab, nbgrader
from feedback_course import (
    CASE,
    NEVER_SHOWN,
    WRONG,
    add_graded,
    book,
    give,
    lay_out,
    page_path,
    set_due,
    verdict,
)
from nbgrader import apps
from submissions import copy_of

from gradlab.base.errors import CourseError
from gradlab.demo import __main__ as demo
from gradlab.feedback.bulk import FeedbackRun
from gradlab.feedback.policy import Feedback
from gradlab.submission.notes import Assumption

NOW = dt.datetime.now(dt.UTC).replace(tzinfo=None)
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A course with one graded submission, due yesterday."""
    made = lay_out(tmp_path_factory.mktemp("original") / "course", due=NOW - DAY)
    add_graded(made, "kim")
    return made


@pytest.fixture
def course(original, tmp_path):
    """A copy of it."""
    return copy_of(original, tmp_path / "course")


def made_page(course, student="kim"):
    """Make the page of a student if it is missing or stale; return it."""
    made = FeedbackRun(course).make(student, "ps")
    assert made.error == ""
    return page_path(course, student).read_text(encoding="utf-8")


def configure(course, text):
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f"{text}\n")


def top_of(page):
    """Return what stands before the notebook."""
    return page.partition('<section class="notebook">')[0]


def test_lost_points_come_first_and_the_worst_of_them(course):
    """Each lost point has a card with call, functions, values and hint; the costliest comes first."""
    top = top_of(made_page(course))
    cards = re.findall(r'<article class="card" id="card-(\w+)">', top)
    assert cards == ["test_tripled__value", "test_tripled__sign"]
    plain = re.sub(r"<[^>]+>", "", top)
    for part in ("tripled(cube, 2.0)", "def cube(x):", "return x**3", "16.0", "24.0", "두 배를 했나요?"):
        assert part in plain
    assert "AssertionError: &lt;b&gt;0&lt;/b&gt;" in top
    assert top.index("tripled · value") < top.index("tripled · sign") < top.index("tripled · type")


def test_the_score_says_what_waits(course):
    """The written answer is still to be judged: the score so far, and how much may be added."""
    top = top_of(made_page(course))
    assert re.search(r"<b>1</b> / 6", top)
    assert "아직 사람이 확인해야 하는 것: explain (2점)" in top
    assert "card-explain" not in top


def test_an_exercise_without_an_answer_has_one_card(course):
    """All cells of an exercise that was not attempted share a card, which counts all of their points."""
    add_graded(course, "kim", dict.fromkeys(WRONG, verdict("not attempted", "tripled: 아직 답이 없어요.")))
    top = top_of(made_page(course))
    assert top.count('class="card"') == 1
    assert re.search(r'class="points">.4 / 4<', top)
    assert top.count("raise NotImplementedError()가 남아 있으면") == 1


def test_links_lead_to_places_on_the_page(course):
    """Every link within the page leads to an id that is there once: answer, section, hints."""
    page = made_page(course)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(ids)
    assert "노트북에서: 1. 함수의 세 배" in page
    assert "단계별 힌트" in page


def test_nothing_hidden_is_shown(course):
    """Neither hidden tests nor mark schemes nor the reference solution are on a page, shown or folded."""
    page = made_page(course)
    for secret in (NEVER_SHOWN, "HIDDEN", "BEGIN", "MARK SCHEME", "까닭을 말해요", "3 * f(x)"):
        assert secret not in page


def test_given_code_is_folded_and_the_students_is_open(course):
    """Setup, tests and plotting code are in a closed fold; the answer and the outputs are not."""
    page = made_page(course)
    folds = re.findall(r'<details class="folded">(.*?)</details>', page, re.DOTALL)
    texts = [re.sub(r"<[^>]+>", "", fold) for fold in folds]
    assert len(texts) == 5
    assert not any("2 * f(x)" in text for text in texts)
    assert sum("set_title" in text for text in texts) == 1
    assert "<details open" not in page


def test_pictures_are_named_by_their_title(course):
    """A picture's title in the notebook is its alternative text."""
    page = made_page(course)
    assert 'alt="세 배의 그래프"' in page
    assert page.count("<img") == page.count(" alt=")


def test_a_page_needs_nothing_else(course):
    """A page loads nothing, runs nothing, and its policy says so."""
    page = made_page(course)
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1])
    assert re.fullmatch(r"default-src 'none'; img-src data:; style-src 'sha256-[\w+/]+='", policy)
    assert "<script" not in page
    assert not re.search(r'(?:src|srcset)="(?!data:)', page)
    assert "style=" not in page
    assert "<math" in page


def test_what_was_right_is_a_line(course):
    """A test cell that earned all its points has a line, and no card."""
    top = top_of(made_page(course))
    assert re.search(r'<ul class="right">.*tripled · type', top, re.DOTALL)
    add_graded(course, "lee", dict.fromkeys(WRONG, verdict()))
    give(course, "lee", 2)
    assert "모두 맞았어요" in made_page(course, "lee")


def test_points_by_hand_show_comment_and_items(course):
    """A person's points come with the comment, and the items of the mark scheme that it names, or all."""
    give(course, "kim", 1, "[2] 정의도 <써> 보세요.")
    top = top_of(made_page(course))
    card = top[top.index('id="card-explain"') :]
    assert "까닭을 말해요" in card
    assert "정의를 말해요" not in card
    assert "정의도 &lt;써&gt; 보세요." in card
    assert "[2]" not in card
    give(course, "kim", 1, "조금 더!")
    assert "말해요" not in top_of(made_page(course))
    give(course, "kim", 2)
    assert "정의를 말해요" in top_of(made_page(course))


@pytest.mark.parametrize(
    ("comment", "named"),
    [
        ("[1, 2] x", "정의 까닭"),
        ("［2，1］ x", "정의 까닭"),  # noqa: RUF001  # meant
        ("[2] [1]\nx", "정의 까닭"),
        ("[2][2] x", "까닭"),
        ("[] x", ""),
    ],
)
def test_a_comment_begins_with_the_items_that_were_given(course, comment, named):
    """In any order, one by one or together, with the brackets and commas of either keyboard."""
    give(course, "kim", 1, comment)
    card = top_of(made_page(course)).partition('id="card-explain"')[2]
    assert [
        word for word in ("정의", "까닭") if f"{word}을 말해요" in card or f"{word}를 말해요" in card
    ] == named.split()
    assert re.search(r"<bdi>x</bdi>", card)


def test_numbers_that_are_no_items_are_text(course):
    """A scheme of two items has no third: the comment means something else, and stays as it is."""
    give(course, "kim", 1, "[1, 3]을 보세요")
    assert "<bdi>[1, 3]을 보세요</bdi>" in top_of(made_page(course))


def test_a_written_answer_that_is_missing_is_said(course):
    """An untouched answer gets no points from nbgrader; the card says why."""
    with book(course) as gradebook:
        grade = gradebook.find_grade("explain", "triple", "ps", "kim")
        grade.auto_score, grade.needs_manual_grade = 0, False
        gradebook.db.commit()
    card = top_of(made_page(course)).partition('id="card-explain"')[2].partition("</article>")[0]
    assert "아직 답이 없어요." in card


@pytest.mark.parametrize("grader", ["gradlab", "stock"])
def test_a_visible_test_that_fails_is_one_red_line(course, grader):
    """The card and the test cell show the line of the notebook, whoever graded, and no class of an error."""
    path = add_graded(
        course, "kim", {"test_tripled__value": verdict("raised", "TestFailed: tripled(2): 결과 4, 기대 6")}
    )
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [
        one
        for one in notebook.cells
        if one.metadata.get("nbgrader", {}).get("grade_id") == "test_tripled__value"
    ]
    line = "tripled(2): 결과 4, 기대 6"
    red = [f"\033[31m✗ {line}\033[0m"]
    cell.outputs = [nbformat.v4.new_output("error", ename="TestFailed", evalue=line, traceback=red)]
    if grader == "stock":
        del cell.metadata["gradlab"]
    nbformat.write(notebook, path)
    page = made_page(course)
    card = page.partition('id="card-test_tripled__value"')[2].partition("</article>")[0]
    assert "보이는 테스트를 통과하지 못했어요" in card
    assert f"<bdi>✗ {line}</bdi>" in card
    assert f'<pre class="output error">✗ {line}</pre>' in page
    assert "TestFailed" not in page


def test_a_comment_on_an_answer_is_shown_once(course):
    """A comment on an exercise with several test cells stands on its costliest card."""
    give(course, "kim", 0, "함수의 값에 3을 곱하세요.", cell="test_tripled__sign")
    top = top_of(made_page(course))
    assert top.count("함수의 값에 3을 곱하세요.") == 1
    assert top.index("tripled · value") < top.index("3을 곱하세요") < top.index("tripled · sign")


def test_the_expected_value_waits_for_the_due_date(course):
    """Before due date and extension, a page lacks it, and any function that answers an exercise."""
    set_due(course, NOW + DAY)
    early = re.sub("<[^>]+>", "", made_page(course))
    assert "24.0" not in early
    assert "return x**3" in early
    assert "7 * f(x)" not in early
    assert "마감이 지나면" in made_page(course)
    set_due(course, NOW - DAY)
    late = re.sub("<[^>]+>", "", made_page(course))
    assert "24.0" in late
    assert "7 * f(x)" in late
    with book(course) as gradebook:
        gradebook.grant_extension("ps", "kim", days=2)
    assert "24.0" not in made_page(course)
    set_due(course, None)
    assert "24.0" in made_page(course)


def test_a_course_may_always_or_never_reveal(course):
    """`c.Feedback.reveal` overrides the due date both ways."""
    configure(course, "c.Feedback.reveal = 'never'")
    page = made_page(course)
    assert "24.0" not in page
    assert "마감이 지나면" not in page
    set_due(course, NOW + DAY)
    configure(course, "c.Feedback.reveal = 'always'")
    assert "24.0" in made_page(course)


@pytest.mark.parametrize(
    "setting", ["c.Feedback.reveal", "c.FeedbackExporter.reveal", "c['Feedback']['reveal']"]
)
def test_nbgraders_command_knows_the_choice(course, setting):
    """The choice counts in both commands by each name; nbgrader warns only of a section that is its own."""
    configure(course, f"{setting} = 'never'")
    printed = nbgrader(course, "generate_feedback", "ps")
    assert ("WARNING" in printed) == ("[" in setting)
    assert "24.0" not in page_path(course, "kim").read_text(encoding="utf-8")
    assert FeedbackRun(course).make("kim", "ps").n_fresh == 1


@pytest.mark.parametrize(
    ("due", "extension", "revealed"),
    [(None, None, True), (NOW, None, False), (NOW - DAY, None, True), (NOW - DAY, 2 * DAY, False)],
)
def test_the_due_date_includes_the_extension(due, extension, revealed):
    """Without a due date, all is shown at once."""
    assert Feedback().reveals(due, extension, NOW) is revealed


def test_only_stale_pages_are_made(course):
    """A page is made if it is missing, torn, or would look different: after a regrade, or a comment."""
    run = FeedbackRun(course)
    assert (run.make("kim", "ps").n_pages, run.make("kim", "ps").n_fresh) == (1, 1)
    page = page_path(course, "kim")
    before = page.read_bytes()
    page.write_bytes(before[: len(before) // 2])
    assert made_page(course).encode() == before
    give(course, "kim", 1, "좋아요")
    assert "좋아요" in made_page(course)
    add_graded(course, "kim", {**WRONG, "test_tripled__sign": verdict()})
    assert "card-test_tripled__sign" not in made_page(course)
    assert FeedbackRun(course).make("kim", "ps", force=True).n_pages == 1


def test_both_commands_make_the_same_page(course):
    """`nbgrader generate_feedback` and `gradlab feedback` write the same files, and renew stale pages."""
    demo.nbgrader(apps.GenerateFeedbackApp, course, "ps")
    folder = page_path(course, "kim").parent
    stock = {path.name: (path.read_bytes(), path.stat().st_mode) for path in folder.iterdir()}
    assert stock.keys() == {"triple.html", "timestamp.txt", "submission_secret.txt"}
    assert FeedbackRun(course).make("kim", "ps").n_fresh == 1
    assert FeedbackRun(course).make("kim", "ps", force=True).n_pages == 1
    assert {path.name: (path.read_bytes(), path.stat().st_mode) for path in folder.iterdir()} == stock
    give(course, "kim", 1, "새 의견")
    demo.nbgrader(apps.GenerateFeedbackApp, course, "ps")
    assert "새 의견" in page_path(course, "kim").read_text(encoding="utf-8")


@pytest.mark.slow
def test_many_pages_are_made_at_once(course):
    """The command makes what is missing, says how much, and does nothing the second time."""
    for student in ("lee", "park"):
        add_graded(course, student)
    assert "3 pages made, 0 up to date." in gradlab(course, "feedback")
    assert "0 pages made, 3 up to date." in gradlab(course, "feedback", "ps", "--workers", "2")
    page_path(course, "lee").unlink()
    assert "1 page made, 2 up to date." in gradlab(course, "feedback", "ps")


def test_a_submission_that_fails_stops_no_other(course):
    """A graded notebook that can't be read is named, and the others get their pages."""
    (add_graded(course, "lee")).write_text("{")
    done = {made.student: made for made in FeedbackRun(course).make_all([("lee", "ps"), ("kim", "ps")], 2)}
    assert done["kim"].n_pages == 1
    assert done["lee"].error
    assert "no feedback: lee, ps" in gradlab(course, "feedback", succeeds=False)


def test_what_can_not_be_found_is_said(course, tmp_path):
    """An unknown assignment is named with the nearest; without graded work, the error says what to do."""
    with pytest.raises(CourseError, match="Did you mean 'ps'"):
        FeedbackRun(course).graded(["pss"])
    with pytest.raises(CourseError, match="gradlab autograde"):
        FeedbackRun(lay_out(tmp_path / "empty")).graded()


def test_a_page_is_in_the_language_of_the_course(tmp_path):
    """An English course has English pages, hints included, even of a notebook that was graded in Korean."""
    course = lay_out(tmp_path / "course", config="c.SelectLanguage.language = 'en'")
    add_graded(course, "kim")
    page = made_page(course)
    assert '<html lang="en">' in page
    assert "Did you double it?" in page
    assert "두 배를 했나요?" not in page
    assert 'alt="graph of three times"' in page
    without_notebook = re.sub(r"<(pre|a)\b.*?</\1>", "", top_of(page), flags=re.DOTALL)
    assert not re.search("[가-힣]", without_notebook.partition("</style>")[2])


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "ko",
            "이렇게 읽었어요. <bdi>답 셀의 이름표가 없어져서 정의하는 이름으로 찾았어요: tripled</bdi>",
        ),
        ("en", "How your work was read: <bdi>answer had lost its grade id, found by the names that it"),
    ],
)
def test_a_page_says_how_the_work_was_read(tmp_path, language, said):
    """What was assumed is a line, in the language of the page; what only graders need is not on it."""
    course = lay_out(tmp_path / "course", config=f"c.SelectLanguage.language = {language!r}")
    add_graded(course, "kim")
    plain = made_page(course)
    assumed = Assumption.HAD_LOST_ID_FOUND_BY_NAME.note(["tripled"])
    notes = [f"triple.ipynb: {assumed}", f"other.ipynb: {assumed}", "triple.ipynb: a note for graders"]
    record = course / "gradebook" / "outcomes" / "ps" / "kim.json"
    record.parent.mkdir(parents=True)
    cells = {"triple": {"test_tripled__value": {"auto_score": 0.0, "outcome": "failed"}}}
    parts = {
        "digest": "",
        "graded": "",
        "problems": [],
        "has_notebooks": True,
        "notebooks": cells,
    }
    record.write_text(json.dumps({**parts, "notes": notes}))
    page = made_page(course)
    assert said in page
    assert said not in plain
    assert page.count('<p class="assumed">') == 1
    assert "a note for graders" not in page
    assert FeedbackRun(course).stale("kim", "ps") == []


def test_the_students_own_cells_are_shown_and_harmless(course):
    """Further cells are open and marked as the student's, and whatever is in them is text."""
    bad = "</code></pre><script>alert(1)</script>"
    output = nbformat.v4.new_output("stream", text=bad)
    further = (
        nbformat.v4.new_code_cell(f"# {bad}", outputs=[output]),
        nbformat.v4.new_markdown_cell(bad),
        nbformat.v4.new_raw_cell(bad),
    )
    add_graded(course, "kim", further=further)
    page = made_page(course)
    assert page.count("내가 더하거나 고친 셀") == 3
    assert "<script" not in page
    assert page.count("</html>") == 1


def test_a_course_graded_by_stock_nbgrader_has_pages(tmp_path):
    """Without gradlab's verdicts, a card shows the error of the test cell."""
    course = lay_out(tmp_path / "course")
    path = add_graded(course, "kim")
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.metadata.pop("gradlab", None)
    nbformat.write(notebook, path)
    assert "AssertionError: x" in top_of(made_page(course))


def test_cases_of_other_versions_are_left_out(course):
    """A recorded case in a form that is not known is not guessed at; the message is shown instead."""
    later = verdict("failed", "다른 값이에요.", case={**CASE, "version": 99})
    add_graded(course, "kim", {**WRONG, "test_tripled__value": later})
    top = top_of(made_page(course))
    assert "다른 값이에요." in top
    assert "24.0" not in top


@pytest.mark.parametrize(
    ("got", "expected", "sentence"),
    [
        ({"text": "None"}, {"text": "6.0"}, "None을 돌려주었어요."),
        ({"text": "E: x", "is_error": True}, {"text": "6.0"}, "값을 돌려주지 않고 오류가 났어요."),
        ({"text": "5.0"}, {"text": "E", "is_error": True}, "오류가 나야 하는데 값을 돌려주었어요."),
        ({"text": "F: x", "is_error": True}, {"text": "E", "is_error": True}, "다른 오류가 났어요."),
        ({"text": "[1]", "shape": [1]}, {"text": "[1, 2]", "shape": [2]}, "모양이 달라요."),
        ({"text": "5.0"}, {"text": "6.0"}, "값이 달라요."),
    ],
)
def test_a_card_says_what_is_wrong(course, got, expected, sentence):
    """A sentence tells a missing return, an error, a missing or another error, a shape and a value apart."""
    case = {**CASE, "got": got, "expected": expected}
    add_graded(course, "kim", {"test_tripled__value": verdict("failed", "…", case=case)})
    top = top_of(made_page(course))
    assert sentence in top
    assert ("모양 (2,)" in top) == ("shape" in got)


@pytest.mark.slow
def test_feedback_travels_through_the_exchange(course, tmp_path):
    """`nbgrader release_feedback` hands out the page."""
    exchange = f"--Exchange.root={tmp_path / 'exchange'}"
    (tmp_path / "exchange").mkdir()
    (tmp_path / "exchange").chmod(0o777)
    gradlab(course, "feedback")
    nbgrader(course, "release_feedback", "ps", "--course", "gradlab", exchange)
    (released,) = (tmp_path / "exchange" / "gradlab" / "feedback").glob("*.html")
    assert released.read_bytes() == page_path(course, "kim").read_bytes()
