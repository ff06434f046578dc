"""The pure rules of acting, as properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.act import rules
from everysite.act.rules import Answer, Party, Promise
from everysite.learn.rules import Refused

DAY = date(2026, 4, 27)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
promises = st.builds(
    lambda due, told, evidence, verified, needed, reopened: Promise(
        due, told, evidence, verified and told is not None, needed and told is None, reopened
    ),
    days,
    st.one_of(st.none(), days),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.integers(0, 2),
)


@given(promises, days)
def test_every_commitment_has_exactly_one_mark(promise: Promise, today: date) -> None:
    mark = rules.standing(promise, today)
    assert mark in rules.MARKS
    assert (mark == "late") == (
        not promise.not_required and promise.told_done_on is None and today > promise.due_on
    )
    assert (rules.days_late(promise, today) > 0) == (mark == "late")


@given(st.lists(promises, max_size=12), days)
def test_the_three_numbers_nest_and_none_is_more_than_what_is_required(
    rows: list[Promise], today: date
) -> None:
    counts = rules.count(rows, today)
    assert counts.asked >= counts.required >= counts.told_done >= counts.evidence
    assert counts.told_done >= counts.verified
    assert counts.told_done >= counts.on_time
    assert counts.open + counts.told_done == counts.required
    assert counts.late <= counts.open
    assert all(0 <= share <= 100 for share in counts.percent.values())


ORDER = {"late": 0, "not_started": 0, "told_us_done": 1, "evidence_attached": 2, "verified": 3}


@given(st.lists(promises, min_size=1, max_size=8), days)
def test_a_cell_shows_the_mark_that_all_its_teams_have_reached(rows: list[Promise], today: date) -> None:
    cell = rules.cell(rows, today, several=True)
    required = [row for row in rows if not row.not_required]
    if not required:
        assert cell.mark == "not_needed"
        return
    marks = [rules.standing(row, today) for row in required]
    assert ORDER[cell.mark] == min(ORDER[mark] for mark in marks)
    assert (cell.mark == "late") == ("late" in marks)
    assert (cell.mark == "verified") == all(mark == "verified" for mark in marks)


@pytest.mark.parametrize(
    ("rows", "mark", "words"),
    [
        ([Promise(DAY, DAY, True, True)], "verified", "Checked"),
        ([Promise(DAY, DAY + timedelta(21), True)], "evidence_attached", "Evidence, was late"),
        ([Promise(DAY, DAY + timedelta(29), True, True, False, 1)], "verified", "Checked, after 1 failed"),
        ([Promise(DAY, not_required=True)], "not_needed", "Not needed"),
        ([Promise(DAY, DAY, True, True), Promise(DAY, DAY, True)], "evidence_attached", "1 of 2 checked"),
        ([Promise(DAY, DAY), Promise(DAY, DAY)], "told_us_done", "2 of 2 told us"),
        (
            [Promise(DAY, DAY, True, True), *[Promise(DAY, DAY, True)] * 3, Promise(DAY)],
            "late",
            "4 of 5 told us",
        ),
        ([], "not_needed", "No such team"),
    ],
)
def test_the_board_says_what_the_picture_says(rows: list[Promise], mark: str, words: str) -> None:
    assert rules.cell(rows, date(2026, 6, 2), several=True) == rules.Cell(mark, words)


@given(st.builds(Answer, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans()))
def test_only_completed_and_not_required_stop_the_clock(answer: Answer) -> None:
    state = rules.response_state(answer)
    assert rules.clock_runs(answer) == (state not in ("action_completed", "action_not_required"))
    if not (answer.required or answer.not_required):
        assert rules.clock_runs(answer)


people = st.builds(
    Party, st.sampled_from("abcd"), st.sampled_from([None, 1, 2]), st.sampled_from([None, 10, 20])
)


@given(
    people,
    st.sampled_from("abcd"),
    st.sampled_from("abcd"),
    st.sampled_from([None, 1, 2]),
    st.sampled_from([None, 10, 20]),
)
def test_a_checker_is_never_the_owner_nor_the_claimer_nor_of_the_same_site_or_team(
    checker: Party, owner: str, claimer: str, site: int | None, team: int | None
) -> None:
    if rules.check_problem(checker, owner_id=owner, claimed_by=claimer, site_id=site, team_id=team) == "":
        assert checker.person_id not in (owner, claimer)
        assert site is None or checker.site_id != site
        assert team is None or checker.team_id != team


@given(days, days)
def test_the_ladder_only_climbs(due: date, today: date) -> None:
    steps = rules.ladder(due, today)
    assert [day for _, day in steps] == sorted(day for _, day in steps)
    assert all(due < day <= today for _, day in steps)
    assert len(rules.ladder(due, today + timedelta(days=1))) >= len(steps)


def test_the_ladder_of_the_surgical_ward_is_the_one_in_the_picture() -> None:
    assert rules.ladder(DAY, date(2026, 6, 2)) == [
        ("owner", date(2026, 4, 28)),
        ("site_lead", date(2026, 5, 4)),
        ("executive", date(2026, 5, 11)),
        ("board", date(2026, 6, 1)),
    ]


WORDS = (
    "The night number rang in an empty room and nobody knew who else could be called, so the person waited for "
    "help until the morning round came and found that the oxygen had stayed low."
)


def test_the_third_answer_needs_thirty_words_and_says_how_many_there_are() -> None:
    with pytest.raises(Refused) as refused:
        rules.clean_answer("q3", {"text": "We do not have an ED."}, [], DAY)
    assert refused.value.fields == {"text": "Write at least 30 words. You have written 6"}
    assert rules.clean_answer("q3", {"text": WORDS}, [], DAY) == {"text": WORDS}


@pytest.mark.parametrize(
    ("question", "values", "field", "words"),
    [
        ("q1", {"conditions": {"0": "yes"}}, "condition-1", "Choose yes, no or don’t know"),
        ("q2", {}, "found", "Choose one answer"),
        ("q2", {"found": "none"}, "where", "Say where you looked"),
        (
            "q2",
            {"found": "happened", "month": "2026-13", "what": "x"},
            "month",
            "Give the month in which it last nearly happened",
        ),
        (
            "q2",
            {"found": "happened", "month": "2026-06", "what": "x"},
            "month",
            "Give the month in which it last nearly happened",
        ),
        ("q4", {"what": "x", "by": "x", "sample": "10"}, "month", "Give the month it was last checked"),
    ],
)
def test_each_missing_answer_is_asked_for_in_words(
    question: str, values: dict, field: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        rules.clean_answer(question, values, ["a", "b"], DAY)
    assert refused.value.fields[field] == words


ANSWERS = {
    "q1": {"conditions": {"0": {"condition": "a", "answer": "no"}}},
    "q2": {"found": "none", "where": "records of a year"},
    "q3": {"text": WORDS},
    "q4": {"what": "x", "by": "x", "month": "2026-04", "sample": "10"},
}


@given(
    st.sets(st.sampled_from(list(ANSWERS))),
    st.booleans(),
    days,
    st.sampled_from(["not_our_service", "because", ""]),
)
def test_not_required_needs_four_answers_that_are_known_a_reason_and_a_day_to_look_again(
    given_: set[str], doubt: bool, review: date, reason: str
) -> None:
    answers = {question: ANSWERS[question] for question in given_}
    if doubt and "q2" in answers:
        answers["q2"] = {"found": "dont_know"}
    problems = rules.decline_problems(answers, reason=reason, review_on=review, today=DAY)
    fine = (
        given_ == set(ANSWERS)
        and not (doubt and "q2" in answers)
        and reason == "not_our_service"
        and review > DAY
    )
    assert (problems == {}) == (fine and review <= date(2027, 4, 27))


@given(
    st.dictionaries(
        st.sampled_from(["method", "result", "sample", "worked", "seen", "take_home"]), st.text(max_size=8)
    )
)
def test_what_a_checker_writes_is_kept_or_refused_in_words(values: dict) -> None:
    try:
        kept = rules.clean_check(values)
    except Refused as no:
        assert all(no.fields.values())  # noqa: PT017
    else:
        assert kept["worked"] <= kept["sample"]


@given(st.text(max_size=12))
def test_a_number_is_a_whole_number_in_bounds_or_nothing(text: str) -> None:
    got = rules.number(text, 1, 1000)
    assert got is None or 1 <= got <= 1000
