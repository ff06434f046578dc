"""Starting, writing and agreeing a learning."""

import threading
from datetime import date, datetime

import pytest
from django.db import connections

from everysite.base.models import LedgerLine
from everysite.capture.models import Event
from everysite.deidentify.models import Hold, SafeText
from everysite.learn import queries, services
from everysite.learn.models import Learning
from everysite.learn.rules import Changed, NotAllowed, Refused
from tests.learn.lessons import agreed, master
from tests.world import World, build


def test_a_learning_starts_with_three_answers_and_a_reference(world: World, noon: datetime) -> None:
    one = services.start(
        title="Send the blood test",
        kind="incident",
        what_happened="A test was not sent.",
        by=world.by("Tobias"),
        at=noon,
    )
    two = services.start(title="Check the fridge", kind="good_care", by=world.by("Morwenna"), at=noon)
    assert (one.reference, two.reference) == ("L-2026-001", "L-2026-002")
    assert one.author_id == world.person("Tobias").pk
    assert LedgerLine.objects.filter(action="learning.start", subject="L-2026-001").count() == 1


def test_references_go_on_after_999(world: World, noon: datetime) -> None:
    services.start(
        title="Send the test", kind="incident", by=world.by("Tobias"), at=noon, reference="L-2026-999"
    )
    after = services.start(title="Check the fridge", kind="incident", by=world.by("Tobias"), at=noon)
    last = services.start(title="Look again", kind="incident", by=world.by("Tobias"), at=noon)
    assert (after.reference, last.reference) == ("L-2026-1000", "L-2026-1001")


def test_a_reference_that_is_taken_is_refused_in_words(world: World, noon: datetime) -> None:
    master(world, noon)
    with pytest.raises(Refused, match="already"):
        services.start(title="Other", kind="incident", by=world.by("Tobias"), at=noon, reference="L-2026-007")


@pytest.mark.parametrize("who", ["Jo", "Dimitri", "Beatrix", "Sam", "Renuka"])
def test_only_writers_start_a_learning(world: World, noon: datetime, who: str) -> None:
    with pytest.raises(NotAllowed):
        services.start(title="Send the blood test", kind="incident", by=world.by(who), at=noon)


def test_nobody_edits_somebody_elses_learning_without_being_named(world: World, noon: datetime) -> None:
    learning = master(world, noon)
    with pytest.raises(NotAllowed):
        services.edit(
            learning_id=learning.pk,
            section="story",
            values={"story": "x"},
            seen="",
            by=world.by("Jo"),
            at=noon,
        )
    assert queries.one(world.viewer("Jo"), "L-2026-007") is None
    assert queries.one(world.viewer("Tobias"), "L-2026-007") == learning
    assert queries.one(world.viewer("Ishani"), "L-2026-007") == learning


def test_the_second_editor_sees_both_texts_and_nothing_is_overwritten(world: World, noon: datetime) -> None:
    learning = master(world, noon)
    view = queries.section(world.viewer("Tobias"), learning, "what-happened")
    services.edit(
        learning_id=learning.pk,
        section="what-happened",
        values={"what_happened": "First words."},
        seen=view.seen,
        by=world.by("Tobias"),
        at=noon,
    )
    with pytest.raises(Changed) as changed:
        services.edit(
            learning_id=learning.pk,
            section="what-happened",
            values={"what_happened": "Second words."},
            seen=view.seen,
            by=world.by("Morwenna"),
            at=noon,
        )
    assert changed.value.theirs["what_happened"] == "First words."
    services.edit(
        learning_id=learning.pk,
        section="what-happened",
        values={"what_happened": "Both."},
        seen=changed.value.seen,
        by=world.by("Morwenna"),
        at=noon,
    )
    assert Learning.objects.get(pk=learning.pk).what_happened == "Both."


def test_two_sections_can_be_written_at_the_same_time(world: World, noon: datetime) -> None:
    learning = master(world, noon)
    viewer = world.viewer("Tobias")
    lesson, story = queries.section(viewer, learning, "lesson"), queries.section(viewer, learning, "story")
    services.edit(
        learning_id=learning.pk,
        section="story",
        values={"story": "Told."},
        seen=story.seen,
        by=world.by("Tobias"),
        at=noon,
    )
    services.edit(
        learning_id=learning.pk,
        section="lesson",
        values={**lesson.values, "lesson": "When, do, because."},
        seen=lesson.seen,
        by=world.by("Morwenna"),
        at=noon,
    )
    kept = Learning.objects.get(pk=learning.pk)
    assert (kept.story, kept.lesson) == ("Told.", "When, do, because.")


def test_saving_the_same_words_again_changes_nothing(world: World, noon: datetime) -> None:
    learning = master(world, noon)
    view = queries.section(world.viewer("Tobias"), learning, "why")
    lines = LedgerLine.objects.count()
    after = services.edit(
        learning_id=learning.pk,
        section="why",
        values=view.values,
        seen="anything",
        by=world.by("Tobias"),
        at=noon,
    )
    assert after.revision == learning.revision
    assert LedgerLine.objects.count() == lines


def test_agreeing_keeps_the_words_and_agreeing_again_changes_nothing(world: World, noon: datetime) -> None:
    learning = master(world, noon)
    first = services.agree(learning_id=learning.pk, by=world.by("Tobias"), at=noon)
    again = services.agree(learning_id=learning.pk, by=world.by("Morwenna"), at=noon)
    assert first == again
    assert (first.version, Learning.objects.get(pk=learning.pk).version) == (1, 1)
    assert first.content["title"] == learning.title
    assert len(first.digest) == 64


def test_a_change_after_agreeing_is_seen_and_makes_version_two(world: World, noon: datetime) -> None:
    learning = agreed(world, noon)
    assert not queries.changed_since_agreed(learning)
    view = queries.section(world.viewer("Tobias"), learning, "lesson")
    services.edit(
        learning_id=learning.pk,
        section="lesson",
        seen=view.seen,
        by=world.by("Tobias"),
        at=noon,
        values={**view.values, "lesson": "When NEWS2 is 7 or more, call the number on the night card."},
    )
    learning.refresh_from_db()
    assert queries.changed_since_agreed(learning)
    two = services.agree(learning_id=learning.pk, by=world.by("Tobias"), at=noon)
    newest, oldest = queries.editions(world.viewer("Tobias"), learning)
    assert two.version == 2
    assert set(queries.changes(oldest, newest)) == {"lesson"}


def test_what_is_missing_is_said_part_by_part(world: World, noon: datetime) -> None:
    learning = services.start(title="Send the blood test", kind="incident", by=world.by("Tobias"), at=noon)
    with pytest.raises(Refused) as refused:
        services.agree(learning_id=learning.pk, by=world.by("Tobias"), at=noon)
    assert set(refused.value.fields) == {"what-happened", "went-well", "lesson", "actions"}
    assert [gap.section for gap in queries.blockers(world.viewer("Tobias"), learning)] == list(
        refused.value.fields
    )


def test_only_weaker_actions_need_a_reason_of_twenty_characters(world: World, noon: datetime) -> None:
    learning = master(world, noon)
    for action in queries.actions(world.viewer("Tobias"), learning):
        if action.strength != "weaker":
            services.drop_action(action_id=action.pk, by=world.by("Tobias"), at=noon)
    with pytest.raises(Refused, match="only weaker actions"):
        services.agree(learning_id=learning.pk, by=world.by("Tobias"), at=noon)
    with pytest.raises(Refused):
        services.agree(learning_id=learning.pk, weak_plan_reason="too short", by=world.by("Tobias"), at=noon)
    edition = services.agree(
        learning_id=learning.pk,
        by=world.by("Tobias"),
        at=noon,
        weak_plan_reason="The supplier cannot change the form before May.",
    )
    assert edition.content["weak_plan_reason"].startswith("The supplier")


def test_a_dropped_action_never_gives_its_code_to_another(world: World, noon: datetime) -> None:
    learning = master(world, noon)
    last = queries.actions(world.viewer("Tobias"), learning)[-1]
    services.drop_action(action_id=last.pk, by=world.by("Tobias"), at=noon)
    assert services.drop_action(action_id=last.pk, by=world.by("Tobias"), at=noon) is False
    new = services.add_action(
        learning_id=learning.pk,
        by=world.by("Tobias"),
        at=noon,
        values={
            "text": "Rewrite the policy",
            "owner_role": "Medical director",
            "scope": "once_for_network",
            "due_on": date(2026, 3, 30),
        },
    )
    assert new.code != last.code
    assert new.strength == "weaker"


def test_an_action_that_changed_meanwhile_is_not_overwritten(world: World, noon: datetime) -> None:
    learning = master(world, noon)
    action = queries.actions(world.viewer("Tobias"), learning)[0]
    mark = services.actions.seen(action)
    base = {
        "owner_role": action.owner_role,
        "scope": action.scope,
        "due_on": action.due_on,
        "strength": action.strength,
    }
    services.change_action(
        action_id=action.pk,
        values={**base, "text": "The form stays open"},
        seen_mark=mark,
        by=world.by("Tobias"),
        at=noon,
    )
    with pytest.raises(Changed) as changed:
        services.change_action(
            action_id=action.pk,
            values={**base, "text": "The form asks"},
            seen_mark=mark,
            by=world.by("Morwenna"),
            at=noon,
        )
    assert changed.value.theirs["text"] == "The form stays open"


def test_the_fan_out_says_how_many_commitments_an_action_makes(world: World, noon: datetime) -> None:
    learning = master(world, noon)
    count = queries.fan_out(world.viewer("Tobias"), learning)
    assert count == {"A1": 4, "A2": 1, "A3": 4, "A4": 3, "A5": 7}


def test_dates_are_counted_from_the_issue_and_a_date_somebody_set_stands(
    world: World, noon: datetime
) -> None:
    learning = master(world, noon)
    Learning.objects.filter(pk=learning.pk).update(act_by=date(2026, 5, 1))
    days = services.set_dates_from_issue(
        learning_id=learning.pk, issued_on=date(2026, 3, 2), by=world.by("Morwenna"), at=noon
    )
    assert days == (date(2026, 3, 16), date(2026, 5, 1), date(2026, 9, 2))


def _safe_text(world: World, noon: datetime, audience: str = "network") -> SafeText:
    event = Event.objects.create(
        reference="EV-2025-0412",
        kind="incident",
        site=world.sites["OGH"],
        physical_harm=2,
        recorded_at=noon,
        recorded_by=world.by("Jo"),
    )
    return SafeText.objects.create(
        event=event,
        audience=audience,
        title="The test was not sent",
        text="A test was not sent.",
        digest="0" * 64,
        submitted_at=noon,
        submitted_by=world.by("Tobias"),
        approved_at=noon,
    )


def test_starting_from_a_safe_text_twice_gives_one_learning(world: World, noon: datetime) -> None:
    text = _safe_text(world, noon)
    one = services.start_from_safe_text(safe_text_id=text.pk, by=world.by("Morwenna"), at=noon)
    two = services.start_from_safe_text(safe_text_id=text.pk, by=world.by("Morwenna"), at=noon)
    assert one == two
    assert one.what_happened == "A test was not sent."
    assert one.codes == {"physical_harm": 2}
    assert [s.reference for s in queries.sources(world.viewer("Morwenna"), one)] == ["EV-2025-0412"]


def test_a_text_for_one_site_does_not_start_a_learning_for_the_network(world: World, noon: datetime) -> None:
    text = _safe_text(world, noon, "site")
    with pytest.raises(Refused, match="one site only"):
        services.start_from_safe_text(safe_text_id=text.pk, by=world.by("Morwenna"), at=noon)


def test_a_text_that_nobody_approved_starts_nothing(world: World, noon: datetime) -> None:
    text = _safe_text(world, noon)
    SafeText.objects.filter(pk=text.pk).update(approved_at=None)
    with pytest.raises(NotAllowed):
        services.start_from_safe_text(safe_text_id=text.pk, by=world.by("Morwenna"), at=noon)


def test_an_open_hold_is_among_what_stops_it(world: World, noon: datetime) -> None:
    text = _safe_text(world, noon)
    learning = services.start_from_safe_text(safe_text_id=text.pk, by=world.by("Morwenna"), at=noon)
    Hold.objects.create(
        event=text.event,
        kind="inquest",
        reason="Inquest in May",
        owner=world.by("Gareth"),
        review_on=date(2026, 5, 1),
        opened_at=noon,
        opened_by=world.by("Gareth"),
    )
    assert "inquest" in " ".join(gap.text for gap in queries.blockers(world.viewer("Morwenna"), learning))


def test_withdrawing_hides_it_from_its_author_at_once_and_happens_once(world: World, noon: datetime) -> None:
    learning = agreed(world, noon)
    with pytest.raises(NotAllowed):
        services.withdraw(
            learning_id=learning.pk, why="Somebody could be recognised here", by=world.by("Tobias"), at=noon
        )
    assert services.withdraw(
        learning_id=learning.pk, why="Somebody could be recognised here", by=world.by("Morwenna"), at=noon
    )
    assert not services.withdraw(
        learning_id=learning.pk, why="Somebody could be recognised here", by=world.by("Ishani"), at=noon
    )
    assert queries.one(world.viewer("Tobias"), "L-2026-007") is None
    assert queries.one(world.viewer("Morwenna"), "L-2026-007").withdrawn_by == world.by("Morwenna")
    assert LedgerLine.objects.filter(action="learning.withdraw").count() == 1


def test_a_retired_learning_is_no_longer_edited(world: World, noon: datetime) -> None:
    learning = agreed(world, noon)
    assert services.retire(
        learning_id=learning.pk,
        why="The form was replaced",
        on=date(2026, 9, 2),
        by=world.by("Morwenna"),
        at=noon,
    )
    assert not services.retire(
        learning_id=learning.pk,
        why="The form was replaced",
        on=date(2026, 9, 3),
        by=world.by("Morwenna"),
        at=noon,
    )
    with pytest.raises(NotAllowed):
        services.edit(
            learning_id=learning.pk,
            section="story",
            values={"story": "x"},
            seen="",
            by=world.by("Morwenna"),
            at=noon,
        )


def test_the_history_tells_the_story_in_order_to_those_who_may_read_it(world: World, noon: datetime) -> None:
    learning = agreed(world, noon)
    lines = [line.action for line in queries.history(world.viewer("Morwenna"), learning)]
    assert lines[0] == "learning.start"
    assert lines[-1] == "learning.agree"
    assert queries.history(world.viewer("Jo"), learning) == []


@pytest.mark.django_db(transaction=True)
def test_many_people_starting_at_once_get_different_references(noon: datetime) -> None:
    world = build(noon)
    by, got, wrong = world.by("Morwenna"), [], []

    def start() -> None:
        try:
            got.append(services.start(title="Send the blood test", kind="incident", by=by, at=noon).reference)
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert sorted(got) == [f"L-2026-{number:03}" for number in range(1, 7)]
