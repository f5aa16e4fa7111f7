"""What the report says, in Korean and English."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = {"ko": "한국어", "en": "English"}

# Each text in Korean and in English.
_TEXTS = {
    # the frame of every page
    "report": ("성적 보고서", "Gradebook report"),
    "course": ("과목", "Course"),
    "language": ("언어", "Language"),
    "made": ("만든 때", "Made"),
    "utc": ("시각은 모두 협정 세계시(UTC)예요.", "All times are in UTC."),
    "skip": ("본문으로 건너뛰기", "Skip to the content"),
    "filter": ("거르기", "Filter"),
    "csv": ("CSV로 받기", "Download as CSV"),
    "show_more": ("더 보기", "Show more"),
    "of_rows": ("{n}줄 가운데 {shown}줄", "{shown} of {n} rows"),
    "none": ("없어요.", "None."),
    # the course page
    "assignments": ("과제", "Assignments"),
    "n_students": ("학생 {n}명", "{n} students"),
    "attention": ("지금 사람이 봐야 할 것", "What needs a person now"),
    "attention_none": ("지금은 사람이 볼 것이 없어요.", "Nothing waits for a person."),
    "heat": ("학생별 연습 문제 점수", "Students and exercises"),
    "heat_hint": (
        "이름과 문제 이름을 누르면 정렬돼요. 칸의 숫자는 점수이고, 색은 만점에 대한 비율이에요.",
        "Press a heading to sort. A cell's number is the score, its colour the share of the maximum.",
    ),
    "legend": ("색의 뜻", "Colours"),
    "zero": ("0점", "0 points"),
    "low": ("1/3까지", "up to a third"),
    "middle": ("2/3까지", "up to two thirds"),
    "high": ("만점에 못 미침", "below the maximum"),
    "full": ("만점", "full score"),
    "distributions": ("점수 분포", "Score distributions"),
    "changes": ("다시 채점하며 바뀐 것", "What regrading changed"),
    "changes_summary": (
        "학생 {n_students}명의 셀 {n_cells}개가 바뀌었어요. 점수가 오른 셀 {n_up}개, 내린 셀 {n_down}개.",
        "{n_cells} cells of {n_students} students changed; the score of {n_up} rose, that of {n_down} fell.",
    ),
    "changes_hint": (
        "시험이나 풀이를 고친 뒤 다시 채점한 결과예요. 사람이 매긴 점수와 의견은 그대로 남아요.",
        "Results of grading again, after tests or answers changed. What persons judged and wrote stays.",
    ),
    # plots
    "distribution_of": ("{name}: 점수 분포", "{name}: distribution of scores"),
    "distribution_desc": (
        "{n}명의 점수 막대그래프. 평균 {mean}, 중앙값 {median}, 만점 {max}.",
        "Bar chart of {n} scores. Mean {mean}, median {median}, maximum {max}.",
    ),
    "distribution_hint": (
        (
            "막대의 세로선은 그 막대가 차지하는 비율의 95 % 윌슨 구간이에요. "
            "맨 위의 두 선은 중앙값(위, 초록)과 평균(아래, 남색)의 95 % 구간이에요. "
            "학생이 적으면 구간이 넓으니, 작은 차이에는 뜻을 두지 마세요."
        ),
        (
            "Lines on bars: 95 % Wilson intervals for the bar's share of the class. The two lines on top: "
            "median (upper, green) and mean (lower, dark) with their 95 % intervals. Small classes have wide "
            "ones: make nothing of small differences."
        ),
    ),
    "score_axis": ("점수", "score"),
    "students_axis": ("학생 수", "students"),
    "arrivals_of": ("제출한 때와 점수", "Time of submission and score"),
    "arrivals_desc": (
        "제출 {n}개의 시각과 점수의 산점도. 늦은 제출 {n_late}개, 감점된 제출 {n_penalties}개.",
        "Scatter plot of time and score of {n} submissions: {n_late} late, {n_penalties} lost points by it.",
    ),
    "arrivals_hint": (
        "파란 점은 제때, 주황 점은 늦게 낸 것이고, 세로선은 늦어서 깎인 점수예요.",
        "Blue dots came in time, orange ones late; a line down shows the points lost by it.",
    ),
    "hours_axis": ("마감 뒤 시간(d 일, h 시간)", "time after the due date (d days, h hours)"),
    "hours_axis_first": (
        "첫 제출 뒤 시간(d 일, h 시간)",
        "time after the first submission (d days, h hours)",
    ),
    "forest_of": ("연습 문제의 난이도와 변별도", "Difficulty and discrimination of the exercises"),
    "forest_desc": (
        "아래 표와 같은 값을 95 % 구간과 함께 나타낸 그림.",
        "The values of the table below with their 95 % intervals.",
    ),
    "difficulty_axis": ("난이도(클수록 쉬움)", "difficulty (higher is easier)"),
    "discrimination_axis": ("변별도", "discrimination"),
    "progress_of": ("과제별 점수", "Scores by assignment"),
    "progress_desc": ("만점에 대한 비율: {values}.", "Shares of the maximum: {values}."),
    "share_axis": ("만점에 대한 비율", "share of the maximum"),
    # the assignment page
    "summary": ("한눈에 보기", "At a glance"),
    "mean": ("평균", "Mean"),
    "median": ("중앙값", "Median"),
    "alpha": ("크론바흐 알파", "Cronbach's alpha"),
    "of_points": ("{n}점 만점", "of {n} points"),
    "due": ("마감 {time}", "due {time}"),
    "scores": ("점수", "Scores"),
    "items": ("문항 분석", "Item analysis"),
    "items_hint": (
        (
            "채점된 제출 {n}개로 셈했고, 변별도와 알파는 모든 점수가 정해진 {n_complete}개로 셈했어요. "
            "작은 글씨는 95 % 구간이에요."
        ),
        (
            "From {n} graded submissions; discrimination and alpha from the {n_complete} whose scores are "
            "all known. Small print: 95 % intervals."
        ),
    ),
    "left_out": (
        "아직 사람이 매기지 않아 변별도와 알파에서 뺀 것: {names}.",
        "Left out of discrimination and alpha, since they wait for a person: {names}.",
    ),
    "cells_hint": (
        (
            "한 문제의 시험 셀들은 답 하나를 함께 보므로 서로 독립이 아니에요. "
            "그래서 셀의 알파는 문제의 알파보다 높게 나와요."
        ),
        (
            "Test cells of one exercise look at the same answer, so they are not independent: alpha over "
            "cells flatters, alpha over exercises is the one to quote."
        ),
    ),
    "misconceptions": ("나타난 오개념", "Misconceptions seen"),
    "wrong_answers": ("이름 없는 같은 오답", "Equal wrong answers without a name"),
    "wrong_answers_hint": (
        "여러 학생의 답이 같은 값을 돌려주면 아직 이름 붙지 않은 오개념일 수 있어요.",
        "Where answers of several students return the same values, a misconception may wait for its name.",
    ),
    "example": ("답의 예", "Example"),
    "returned": ("돌려준 값", "Returned"),
    "n_equal": ("학생 {n}명", "{n} students"),
    "submissions": ("제출", "Submissions"),
    "formulas": ("셈법과 출처", "Formulas and their sources"),
    "difficulty_sense": (
        "점수의 평균을 만점으로 나눈 값이에요. 1에 가까울수록 쉬운 문항이에요.",
        "The mean score as a share of the maximum: the nearer to 1, the easier the item.",
    ),
    "discrimination_sense": (
        "문항 점수와 나머지 문항의 합 사이의 상관이에요. 0보다 작으면 문항을 의심해 보세요.",
        "Item-rest correlation, of the item's score with the sum of the others. Below 0, suspect the item.",
    ),
    "alpha_sense": (
        "문항들이 얼마나 같은 것을 재는지 나타내요. ‘빼면 알파’는 그 문항을 뺀 값이에요.",
        "How far k items measure the same. “If dropped” is alpha without the item.",
    ),
    "share_interval": ("비율과 난이도의 구간", "Interval of shares and of difficulty"),
    "share_interval_sense": (
        "z는 1.96이에요. 부분 점수는 같은 평균의 0점과 만점보다 덜 흩어지므로 넉넉한 구간이에요.",
        (
            "With z = 1.96. Partial credit varies less than hits and misses of the same mean, so it is on "
            "the safe side."
        ),
    ),
    "discrimination_interval": ("변별도의 구간", "Interval of discrimination"),
    "alpha_interval": ("알파의 구간", "Interval of alpha"),
    "alpha_interval_sense": (
        "F의 97.5 %와 2.5 % 분위수로 아래 끝과 위 끝을 얻어요.",
        "The 97.5 % and 2.5 % quantiles of F give the lower and the upper end.",
    ),
    "mean_interval": ("평균의 구간", "Interval of the mean"),
    "mean_interval_sense": (
        "스튜던트의 t 분포로 얻고, 0점과 만점을 넘지 않아요.",
        "By Student's t; it ends at 0 and at the maximum.",
    ),
    "median_interval": ("중앙값의 구간", "Interval of the median"),
    "median_interval_sense": (
        "순서대로 놓은 점수에서 얻고, 분포를 가정하지 않아요.",
        "Between two of the sorted scores; it assumes no distribution.",
    ),
    # the student page
    "progress": ("과제별 점수", "Progress"),
    "feedback": ("피드백", "Feedback"),
    "problems": ("알려진 문제", "Problems"),
    # table captions
    "table_assignments": ("과제별 현황", "Assignments"),
    "table_attention": ("사람이 봐야 할 것", "What needs a person"),
    "table_scores": ("학생별 연습 문제 점수", "Scores by student and exercise"),
    "table_changes": ("다시 채점하며 바뀐 셀", "Cells that regrading changed"),
    "table_exercises": ("연습 문제", "Exercises"),
    "table_cells": ("시험 셀", "Test cells"),
    "table_outcomes": ("시험 셀의 결과", "Outcomes of test cells"),
    "table_misconceptions": ("오개념", "Misconceptions"),
    "table_wrong_answers": ("같은 오답의 무리", "Groups of equal wrong answers"),
    "table_submissions": ("제출", "Submissions"),
    "table_progress": ("과제", "Assignments"),
    "table_marks": ("문제와 시험 셀", "Exercises and test cells"),
    # columns
    "assignment": ("과제", "Assignment"),
    "student": ("학생", "Student"),
    "notebook": ("노트북", "Notebook"),
    "exercise": ("문제", "Exercise"),
    "cell": ("셀", "Cell"),
    "max": ("만점", "Max"),
    "n": ("수", "n"),
    "n_submitted": ("제출", "Submitted"),
    "n_graded": ("채점됨", "Graded"),
    "n_waiting": ("사람을 기다림", "Waiting for a person"),
    "n_not_gradeable": ("채점 불가", "Not gradeable"),
    "n_not_graded": ("채점 전", "Not graded yet"),
    "median_score": ("중앙값", "Median"),
    "what": ("무엇", "What"),
    "detail": ("내용", "Detail"),
    "difficulty": ("난이도", "Difficulty"),
    "discrimination": ("변별도", "Discrimination"),
    "alpha_if_dropped": ("빼면 알파", "Alpha if dropped"),
    "not_attempted": ("답하지 않음", "Not attempted"),
    "misconception": ("오개념", "Misconception"),
    "sentence": ("설명", "Sentence"),
    "n_with_it": ("학생 수", "Students"),
    "share_with_it": ("비율", "Share"),
    "outcome": ("결과", "Outcome"),
    "outcome_before": ("전 결과", "Outcome before"),
    "outcome_after": ("뒤 결과", "Outcome after"),
    "score": ("점수", "Score"),
    "score_before": ("전 점수", "Score before"),
    "score_after": ("뒤 점수", "Score after"),
    "why": ("까닭", "Why"),
    "graded_before": ("전에 채점한 때", "Graded before"),
    "status": ("상태", "Status"),
    "submitted": ("제출한 때", "Submitted"),
    "hours_late": ("늦은 시간", "Hours late"),
    "penalty": ("감점", "Penalty"),
    "total": ("합계", "Total"),
    "message": ("학생이 읽는 말", "Message"),
    "comment": ("의견", "Comment"),
    "students": ("학생", "Students"),
}

_TERMS = {
    # outcomes of the exam
    "passed": ("통과", "passed"),
    "failed": ("틀림", "failed"),
    "raised": ("오류", "raised an error"),
    "timed out": ("시간 초과", "timed out"),
    "out of memory": ("메모리 부족", "out of memory"),
    "output flood": ("출력 넘침", "output flood"),
    "exited": ("끝내 버림", "exited"),
    "violation": ("격리 위반", "sandbox violation"),
    "not attempted": ("답하지 않음", "not attempted"),
    "examiner error": ("채점기 오류", "examiner error"),
    "by hand": ("사람이 매김", "judged by a person"),
    # status of a submission
    "missing": ("미제출", "not submitted"),
    "submitted": ("채점 전", "not graded yet"),
    "not gradeable": ("채점 불가", "not gradeable"),
    "waiting": ("사람을 기다림", "waiting for a person"),
    "graded": ("채점됨", "graded"),
    # what needs a person
    "broken notebook": ("망가진 노트북", "broken notebook"),
    "note": ("확인할 것", "to be looked at"),
    "written answer": ("직접 매길 답", "manual grading"),
    "not graded": ("아직 채점하지 않음", "not graded yet"),
    # why a grading came to something else
    "the assignment changed": ("과제가 바뀜", "the assignment changed"),
    "the submission changed": ("제출이 바뀜", "the submission changed"),
    "the assignment and the submission changed": (
        "과제와 제출이 바뀜",
        "the assignment and the submission changed",
    ),
    "neither the assignment nor the submission changed": (
        "과제도 제출도 그대로",
        "neither the assignment nor the submission changed",
    ),
    # signs in the heat map
    "missing sign": ("", ""),
    "not attempted sign": ("·", "·"),
    "waiting sign": ("?", "?"),
    "submitted sign": ("…", "…"),
    "not gradeable sign": ("!", "!"),
    # why a number is not defined
    "no data": ("자료가 없어요", "no data"),
    "no points": ("배점이 없어요", "worth no points"),
    "too few students": ("학생이 너무 적어요", "too few students"),
    "too few items": ("문항이 너무 적어요", "too few items"),
    "no variation": ("점수가 모두 같아요", "no variation"),
    "not judged yet": ("아직 매기지 않았어요", "not judged yet"),
}


@dataclass(frozen=True)
class Words:
    """The texts in one language ("ko" or "en")."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with values put in."""
        return self.pick(_TEXTS[key]).format(**values)

    def column(self, name: str) -> str:
        """Return the heading of a column, which may be one of gradlab's terms."""
        return self(name) if name in _TEXTS else self.term(name)

    def term(self, name: str) -> str:
        """Return the word for an outcome, a status or a reason; one that is not known as it is."""
        return self.pick(_TERMS.get(name, (name, name)))

    def pick(self, pair: tuple[str, str]) -> str:
        """Return the text of this language."""
        return pair[0] if self.language == "ko" else pair[1]
