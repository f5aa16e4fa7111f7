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
    "made": ("작성 시각", "Made"),
    "utc": ("시각은 모두 협정 세계시(UTC)예요.", "All times are in UTC."),
    "skip": ("본문으로 건너뛰기", "Skip to the content"),
    "filter": ("필터", "Filter"),
    "csv": ("CSV 내려받기", "Download as CSV"),
    "show_more": ("더 보기", "Show more"),
    "of_rows": ("{n}줄 가운데 {shown}줄", "{shown} of {n} rows"),
    "none": ("없어요.", "None."),
    # the course page
    "assignments": ("과제", "Assignments"),
    "n_students": ("학생 {n}명", "{n} students"),
    "attention": ("지금 확인이 필요한 것", "What needs a person now"),
    "attention_none": ("지금은 확인할 것이 없어요.", "Nothing waits for a person."),
    "heat": ("학생별 연습 문제 점수", "Students and exercises"),
    "heat_hint": (
        "열 제목을 누르면 정렬돼요. 칸의 숫자는 점수이고, 색은 만점 대비 비율이에요.",
        "Press a heading to sort. A cell's number is the score, its colour the share of the maximum.",
    ),
    "legend": ("색의 뜻", "Colours"),
    "zero": ("0점", "0 points"),
    "low": ("1/3 이하", "up to a third"),
    "middle": ("2/3 이하", "up to two thirds"),
    "high": ("만점 미만", "below the maximum"),
    "full": ("만점", "full score"),
    "distributions": ("점수 분포", "Score distributions"),
    "changes": ("재채점으로 바뀐 것", "What regrading changed"),
    "changes_summary": (
        (
            "학생 {n_students}명의 셀 {n_cells}개가 바뀌었어요. "
            "점수가 오른 셀은 {n_up}개, 내린 셀은 {n_down}개예요."
        ),
        "{n_cells} cells of {n_students} students changed; the score of {n_up} rose, that of {n_down} fell.",
    ),
    "changes_hint": (
        "테스트나 답안이 바뀐 뒤 다시 채점한 결과예요. 사람이 매긴 점수와 의견은 그대로 남아요.",
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
            "막대의 세로선은 그 막대가 차지하는 비율의 95 % 윌슨 신뢰구간이에요. "
            "맨 위의 두 선은 중앙값(위, 초록)과 평균(아래, 남색)의 95 % 신뢰구간이에요. "
            "학생이 적으면 구간이 넓으니, 작은 차이에 의미를 두지 마세요."
        ),
        (
            "Lines on bars: 95 % Wilson intervals for the bar's share of the class. The two lines on top: "
            "median (upper, green) and mean (lower, dark) with their 95 % intervals. Small classes have wide "
            "ones: make nothing of small differences."
        ),
    ),
    "score_axis": ("점수", "score"),
    "students_axis": ("학생 수", "students"),
    "arrivals_of": ("제출 시각과 점수", "Time of submission and score"),
    "arrivals_desc": (
        "제출 {n}개의 시각과 점수를 나타낸 산점도. 늦은 제출 {n_late}개, 감점된 제출 {n_penalties}개.",
        "Scatter plot of time and score of {n} submissions: {n_late} late, {n_penalties} lost points by it.",
    ),
    "arrivals_hint": (
        "파란 점은 제때 낸 제출, 주황 점은 늦은 제출이고, 세로선은 늦어서 깎인 점수예요.",
        "Blue dots came in time, orange ones late; a line down shows the points lost by it.",
    ),
    "hours_axis": ("마감 후 경과(d: 일, h: 시간)", "time after the due date (d days, h hours)"),
    "hours_axis_first": (
        "첫 제출 후 경과(d: 일, h: 시간)",
        "time after the first submission (d days, h hours)",
    ),
    "forest_of": ("문제별 난이도와 변별도", "Difficulty and discrimination of the exercises"),
    "forest_desc": (
        "아래 표의 값을 95 % 신뢰구간과 함께 나타낸 그림.",
        "The values of the table below with their 95 % intervals.",
    ),
    "difficulty_axis": ("난이도(클수록 쉬움)", "difficulty (higher is easier)"),
    "discrimination_axis": ("변별도", "discrimination"),
    "progress_of": ("과제별 점수", "Scores by assignment"),
    "progress_desc": ("만점 대비 비율: {values}.", "Shares of the maximum: {values}."),
    "share_axis": ("만점 대비 비율", "share of the maximum"),
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
            "채점된 제출 {n}개로 계산했고, 변별도와 알파는 모든 점수가 정해진 {n_complete}개로 계산했어요. "
            "작은 글씨는 95 % 신뢰구간이에요."
        ),
        (
            "From {n} graded submissions; discrimination and alpha from the {n_complete} whose scores are "
            "all known. Small print: 95 % intervals."
        ),
    ),
    "left_out": (
        "수동 채점이 끝나지 않아 변별도와 알파에서 제외한 문제: {names}.",
        "Left out of discrimination and alpha, since they wait for a person: {names}.",
    ),
    "cells_hint": (
        (
            "한 문제의 테스트 셀들은 같은 답을 보므로 서로 독립이 아니에요. "
            "그래서 셀로 구한 알파는 부풀려져요. 인용할 값은 문제로 구한 알파예요."
        ),
        (
            "Test cells of one exercise look at the same answer, so they are not independent: alpha over "
            "cells flatters, alpha over exercises is the one to quote."
        ),
    ),
    "misconceptions": ("나타난 오개념", "Misconceptions seen"),
    "wrong_answers": ("아직 이름 없는 공통 오답", "Equal wrong answers without a name"),
    "wrong_answers_hint": (
        "여러 학생의 답이 같은 값을 반환하면 아직 이름 붙이지 않은 오개념일 수 있어요.",
        "Where answers of several students return the same values, a misconception may wait for its name.",
    ),
    "example": ("답안 예", "Example"),
    "returned": ("반환값", "Returned"),
    "n_equal": ("학생 {n}명", "{n} students"),
    "submissions": ("제출", "Submissions"),
    "formulas": ("계산식과 출처", "Formulas and their sources"),
    "difficulty_sense": (
        "점수의 평균을 만점으로 나눈 값이에요. 1에 가까울수록 쉬운 문항이에요.",
        "The mean score as a share of the maximum: the nearer to 1, the easier the item.",
    ),
    "discrimination_sense": (
        (
            "문항-나머지 상관, 곧 문항 점수와 나머지 문항 점수의 합 사이의 상관이에요. "
            "0보다 작으면 문항을 의심해 보세요."
        ),
        "Item-rest correlation, of the item's score with the sum of the others. Below 0, suspect the item.",
    ),
    "alpha_sense": (
        "k개 문항이 얼마나 같은 것을 재는지 나타내요. ‘문항 제외 시 알파’는 그 문항을 빼고 구한 알파예요.",
        "How far k items measure the same. “Alpha if dropped” is alpha without the item.",
    ),
    "share_interval": ("비율과 난이도의 신뢰구간", "Interval of shares and of difficulty"),
    "share_interval_sense": (
        "z는 1.96이에요. 부분 점수는 평균이 같은 0점과 만점의 섞임보다 덜 흩어지므로 보수적인 구간이에요.",
        (
            "With z = 1.96. Partial credit varies less than hits and misses of the same mean, so it is on "
            "the safe side."
        ),
    ),
    "discrimination_interval": ("변별도의 신뢰구간", "Interval of discrimination"),
    "alpha_interval": ("알파의 신뢰구간", "Interval of alpha"),
    "alpha_interval_sense": (
        "F의 97.5 % 분위수로 하한을, 2.5 % 분위수로 상한을 구해요.",
        "The 97.5 % and 2.5 % quantiles of F give the lower and the upper end.",
    ),
    "mean_interval": ("평균의 신뢰구간", "Interval of the mean"),
    "mean_interval_sense": (
        "스튜던트 t 분포로 구하고, 0점과 만점에서 끊어요.",
        "By Student's t; it ends at 0 and at the maximum.",
    ),
    "median_interval": ("중앙값의 신뢰구간", "Interval of the median"),
    "median_interval_sense": (
        "순서 통계량으로 구하므로 분포를 가정하지 않아요.",
        "Between two of the sorted scores; it assumes no distribution.",
    ),
    # the student page
    "progress": ("과제별 점수", "Progress"),
    "feedback": ("피드백", "Feedback"),
    "problems": ("확인된 문제점", "Problems"),
    # table captions
    "table_assignments": ("과제별 현황", "Assignments"),
    "table_attention": ("확인이 필요한 것", "What needs a person"),
    "table_scores": ("학생별 연습 문제 점수", "Scores by student and exercise"),
    "table_changes": ("재채점으로 바뀐 셀", "Cells that regrading changed"),
    "table_exercises": ("연습 문제", "Exercises"),
    "table_cells": ("테스트 셀", "Test cells"),
    "table_outcomes": ("테스트 셀의 결과", "Outcomes of test cells"),
    "table_misconceptions": ("오개념", "Misconceptions"),
    "table_wrong_answers": ("공통 오답", "Groups of equal wrong answers"),
    "table_submissions": ("제출", "Submissions"),
    "table_progress": ("과제", "Assignments"),
    "table_marks": ("문제와 테스트 셀", "Exercises and test cells"),
    # columns
    "assignment": ("과제", "Assignment"),
    "student": ("학생", "Student"),
    "notebook": ("노트북", "Notebook"),
    "exercise": ("문제", "Exercise"),
    "cell": ("셀", "Cell"),
    "max": ("만점", "Max"),
    "n": ("응답 수", "n"),
    "n_submitted": ("제출", "Submitted"),
    "n_graded": ("채점됨", "Graded"),
    "n_waiting": ("확인 대기", "Waiting for a person"),
    "n_not_gradeable": ("채점 불가", "Not gradeable"),
    "n_not_graded": ("채점 전", "Not graded yet"),
    "median_score": ("중앙값", "Median"),
    "what": ("종류", "What"),
    "detail": ("내용", "Detail"),
    "difficulty": ("난이도", "Difficulty"),
    "discrimination": ("변별도", "Discrimination"),
    "alpha_if_dropped": ("문항 제외 시 알파", "Alpha if dropped"),
    "not_attempted": ("미응답", "Not attempted"),
    "misconception": ("오개념", "Misconception"),
    "sentence": ("설명", "Sentence"),
    "n_with_it": ("학생 수", "Students"),
    "share_with_it": ("비율", "Share"),
    "outcome": ("결과", "Outcome"),
    "outcome_before": ("변경 전 결과", "Outcome before"),
    "outcome_after": ("변경 후 결과", "Outcome after"),
    "score": ("점수", "Score"),
    "exercise_score": ("문제 점수", "Exercise score"),
    "cell_score": ("셀 점수", "Cell score"),
    "score_that_counts": ("반영된 점수", "Score that counts"),
    "score_before": ("변경 전 점수", "Score before"),
    "score_after": ("변경 후 점수", "Score after"),
    "why": ("이유", "Why"),
    "graded_before": ("이전 채점 시각", "Graded before"),
    "status": ("상태", "Status"),
    "submitted": ("제출 시각", "Submitted"),
    "hours_late": ("지각 시간", "Hours late"),
    "penalty": ("감점", "Penalty"),
    "total": ("합계", "Total"),
    "message": ("학생에게 보이는 메시지", "Message"),
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
    "output flood": ("출력 과다", "output flood"),
    "exited": ("프로그램 종료", "exited"),
    "violation": ("샌드박스 위반", "sandbox violation"),
    "not attempted": ("미응답", "not attempted"),
    "examiner error": ("채점기 오류", "examiner error"),
    "by hand": ("수동 채점", "judged by a person"),
    # status of a submission
    "missing": ("미제출", "not submitted"),
    "submitted": ("채점 전", "not graded yet"),
    "not gradeable": ("채점 불가", "not gradeable"),
    "waiting": ("확인 대기", "waiting for a person"),
    "graded": ("채점됨", "graded"),
    # what needs a person
    "broken notebook": ("손상된 노트북", "broken notebook"),
    "note": ("확인 필요", "to be looked at"),
    "written answer": ("수동 채점 필요", "manual grading"),
    "not graded": ("아직 채점 안 됨", "not graded yet"),
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
    "not judged yet": ("아직 채점되지 않았어요", "not judged yet"),
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
