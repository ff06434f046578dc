"""The work on one text: numbers stay, decisions can be undone, and what was taken out stays out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.capture.rules import Refused, Steps, state
from everysite.deidentify import rules, working
from everysite.deidentify.working import Found, Working

TEXT = "Dr Amara Wells saw the Wells score. Amara rang Will Day. Will Day will always run. It was 14 October 2025."


def found(text: str, *picks: tuple[str, str, str, str]) -> list[Found]:
    spans = []
    for words, label, tier, instead in picks:
        at = text.find(words)
        while at >= 0:
            spans.append(Found(at, at + len(words), label, tier, "replace", instead, "why"))
            at = text.find(words, at + len(words))
    return spans


def begun() -> Working:
    return working.begin(
        TEXT,
        1,
        found(
            TEXT,
            ("Dr Amara Wells", "PERSON", "sure", "Doctor A"),
            ("Amara rang", "PERSON", "sure", "Doctor A rang"),
            ("Will Day", "PERSON", "check", "Person B"),
            ("14 October 2025", "DATE", "sure", "October 2025"),
        ),
        by="tobias",
    )


def test_the_same_words_are_one_detail_in_all_their_places() -> None:
    work = begun()
    assert [(d.number, d.text, len(d.places)) for d in working.in_order(work.details)] == [
        (1, "Dr Amara Wells", 1),
        (2, "Amara rang", 1),
        (3, "Will Day", 2),
        (4, "14 October 2025", 1),
    ]
    assert [d.number for d in work.undecided] == [3]
    assert work.safe_text == (
        "Doctor A saw the Wells score. Doctor A rang Person B. Person B will always run. It was October 2025."
    )


def test_undecided_details_are_out_of_the_safe_text_until_somebody_puts_them_back() -> None:
    work = begun()
    assert "Will Day" not in work.safe_text
    with pytest.raises(Refused):
        working.decide(work, 3, "putback", by="tobias")
    back = working.decide(work, 3, "putback", by="tobias", reason="not_a_person", note="It is a saying here")
    assert back.safe_text.count("Will Day") == 2
    assert not back.undecided


def test_changed_words_may_not_hold_the_name() -> None:
    with pytest.raises(Refused, match="still hold"):
        working.decide(begun(), 3, "change", by="t", replacement="the porter, Will Day")
    with pytest.raises(Refused, match="Write the words"):
        working.decide(begun(), 3, "change", by="t", replacement="  ")
    assert "the porter" in working.decide(begun(), 3, "change", by="t", replacement="the porter").safe_text


def test_a_detail_that_is_not_there_and_a_choice_that_is_none_are_refused() -> None:
    for number, choice in ((99, "accept"), (3, "burn")):
        with pytest.raises(Refused):
            working.decide(begun(), number, choice, by="t")


def test_words_picked_out_by_a_person_go_in_all_places_and_ignore_case_and_line_ends() -> None:
    work, one = working.add(begun(), "wells   score", by="t", replacement="score")
    assert (one.number, one.choice, len(one.places)) == (5, "add", 1)
    assert "Wells" not in work.safe_text
    every, _ = working.add(begun(), "was", by="t", label="DATE")
    assert "It some time" in every.safe_text
    with pytest.raises(Refused, match="cannot find"):
        working.add(begun(), "nobody wrote this", by="t")
    with pytest.raises(Refused, match="Write or select"):
        working.add(begun(), " ", by="t")


def test_words_around_a_detail_swallow_it_and_undo_gives_it_back() -> None:
    work, _ = working.add(begun(), "Amara rang Will Day", by="t", replacement="the doctor called someone")
    assert "the doctor called someone" in work.safe_text
    again, number = working.undo(work, by="t")
    assert number == (5,)
    assert again.safe_text == begun().safe_text


def test_only_the_one_who_did_the_last_step_can_undo_it() -> None:
    work = working.decide(begun(), 3, "accept", by="tobias")
    with pytest.raises(Refused, match="Somebody else"):
        working.undo(work, by="ravi")
    back, number = working.undo(work, by="tobias")
    assert (number, back.details) == ((3,), begun().details)
    with pytest.raises(Refused, match="nothing"):
        working.undo(back, by="tobias")


def test_rewritten_words_are_looked_at_again_and_names_in_them_wait() -> None:
    work = working.decide(begun(), 3, "accept", by="t")
    text = "A doctor saw it. Will Day ran on 14 October 2025."
    new = working.rewrite(
        work,
        text,
        found(
            text,
            ("Will Day", "PERSON", "sure", "Person A"),
            ("14 October 2025", "DATE", "sure", "October 2025"),
        ),
        by="ravi",
    )
    assert [(d.number, d.text) for d in new.undecided] == [(5, "Will Day")]
    assert new.safe_text == "A doctor saw it. Person A ran on October 2025."
    assert new.writers == ("tobias", "t", "ravi")
    assert [d.number for d in new.out] == [1, 2, 3, 4]
    assert "".join(words for words, _ in working.original_parts(new)) == TEXT
    assert working.undo(new, by="ravi")[0].safe_text == work.safe_text


def test_words_left_in_on_purpose_are_not_found_again() -> None:
    work = working.decide(begun(), 3, "putback", by="t", reason="not_a_person", note="It is a saying here")
    new = working.extend(work, found(work.safe_text, ("Will Day", "PERSON", "check", "Person A")))
    assert not new.undecided


@given(st.text(alphabet="ab Á\n'🙂İ", max_size=40), st.data())
def test_runs_always_add_up_to_the_text_and_the_vault_gives_back_what_it_got(
    text: str, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    spans = [
        Found(s, e, "PERSON", data.draw(st.sampled_from(["sure", "check"])), "replace", "X", "")
        for s, e in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    work = working.begin(text, 1, spans, by="t")
    assert "".join(words for words, _ in working.original_parts(work)) == text
    assert len(work.safe_text) == len(text) - sum(s.end - s.start for s in spans) + len(spans)
    assert working.from_bytes(working.to_bytes(work)) == work
    for one in work.undecided:
        done = working.decide(work, one.number, "accept", by="t")
        assert working.undo(done, by="t")[0].details == work.details


@given(
    st.lists(
        st.sampled_from(["triaged", "deidentifying", "in_review", "approved", "published", "superseded"])
    )
)
def test_an_event_stands_at_its_furthest_step(steps: list[str]) -> None:
    from datetime import UTC, datetime

    at = datetime(2026, 3, 2, tzinfo=UTC)
    order = ["submitted", "triaged", "deidentifying", "in_review", "approved", "published", "superseded"]
    furthest = max((order.index(s) for s in steps), default=0)
    taken = {f"{name}_at": at for name in steps}
    assert state(Steps(**taken)) == order[furthest]
    assert state(Steps(**taken, withdrawn_at=at)) == "withdrawn"


@given(st.sampled_from(rules.AUDIENCES), st.sampled_from(rules.AUDIENCES))
def test_audiences_are_ordered(one: str, other: str) -> None:
    assert not (rules.is_wider(one, other) and rules.is_wider(other, one))
    assert rules.is_wider(one, other) or rules.is_wider(other, one) or one == other


@given(st.sets(st.sampled_from([code for code, _ in rules.CANDOUR_STEPS])), st.booleans())
def test_candour_is_done_only_with_every_step(steps: set[str], publishing: bool) -> None:
    asked = {code for code, _ in (rules.CANDOUR_STEPS if publishing else rules.CANDOUR_STEPS[:-1])}
    fault = rules.candour_fault("incident", "yes", steps, publishing=publishing)
    assert (fault == "") is (asked <= steps)
    assert rules.candour_fault("good_care", "unknown", (), publishing=True) == ""


def test_accepting_several_is_one_step_that_one_undo_takes_back() -> None:
    before = begun()
    after = working.accept(before, [d.number for d in before.undecided], by="tobias")
    assert not after.undecided
    back, numbers = working.undo(after, by="tobias")
    assert (back.details, sorted(numbers)) == (before.details, [d.number for d in before.undecided])


ALL_NO = {"who": {code: "no" for code, _ in rules.INTRUDERS}, "looked": ["press"]}


def test_each_person_who_could_work_it_out_needs_an_answer() -> None:
    assert rules.intruder_fault(ALL_NO, "network") == {}
    assert set(rules.intruder_fault({}, "network")) == {*(f"who-{c}" for c, _ in rules.INTRUDERS), "looked"}
    assert "looked" in rules.intruder_fault({**ALL_NO, "looked": ["guesswork"]}, "network")


def test_perhaps_needs_a_sentence_inside_the_network_and_stops_words_that_leave_it() -> None:
    perhaps = {**ALL_NO, "who": {**ALL_NO["who"], "neighbour": "perhaps"}}
    assert set(rules.intruder_fault(perhaps, "network")) == {"note"}
    told = {**perhaps, "note": "People there are told first, in person"}
    assert rules.intruder_fault(told, "network") == {}
    for audience in ("partner", "public"):
        assert set(rules.intruder_fault(told, audience)) == {"who-neighbour"}


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=12)), st.lists(st.text(max_size=8)), st.text())
def test_whatever_was_kept_is_said_in_words_or_left_out(who: dict, looked: list, note: str) -> None:
    for line in rules.intruder_words({"who": who, "looked": looked, "note": note}):
        assert isinstance(line, str)
        assert line
