"""Versions for each kind of reader: made, written, signed, published, and out of date when the main text changes."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.base import mail
from everysite.base.models import LedgerLine
from everysite.capture.models import Event
from everysite.deidentify.models import Approval, Hold
from everysite.learn import queries as learn_queries
from everysite.learn import services as learn
from everysite.learn.models import Learning, Source
from everysite.learn.rules import Changed, NotAllowed, Refused
from everysite.tailor import queries, rules, services
from everysite.tailor.models import Version
from tests.learn.lessons import agreed, master
from tests.world import World


def accept_all(world: World, version: Version, at: datetime) -> Version:
    """Accept every proposal and write every part that only a person can write."""
    by = world.by("Tobias")
    for section in list(version.sections):
        mark = queries.section_mark(version, section["code"])
        if section["source"] == "S" and rules.body(section) and not section["accepted"]:
            version = services.accept(version_id=version.pk, code=section["code"], seen=mark, by=by, at=at)
        elif section["source"] == "P" and not rules.body(section):
            version = services.edit(
                version_id=version.pk,
                code=section["code"],
                text="A test comes next.",
                seen=mark,
                by=by,
                at=at,
            )
    return version


def sign(world: World, version: Version, at: datetime, *names: str) -> Version:
    """Let people approve the words as they stand."""
    for name in names or ("Philippa", "Gareth"):
        services.approve(version_id=version.pk, digest=version.digest, by=world.by(name), at=at)
    return Version.objects.get(pk=version.pk)


def published(world: World, at: datetime, readers: str = "frontline") -> Version:
    """The version for some readers, in force."""
    learning = Learning.objects.filter(reference="L-2026-007").first() or agreed(world, at)
    version = accept_all(
        world, services.make(learning_id=learning.pk, readers=readers, by=world.by("Tobias"), at=at), at
    )
    version = sign(world, services.submit(version_id=version.pk, by=world.by("Tobias"), at=at), at)
    return services.publish(version_id=version.pk, by=world.by("Morwenna"), at=at)


def test_six_versions_are_made_from_one_agreed_text(world: World, noon: datetime) -> None:
    learning = agreed(world, noon)
    made = services.make_all(learning_id=learning.pk, by=world.by("Tobias"), at=noon)
    assert {version.readers: version.audience for version in made} == rules.AUDIENCE
    assert {version.master_version for version in made} == {1}
    again = services.make_all(learning_id=learning.pk, by=world.by("Tobias"), at=noon)
    assert [version.pk for version in again] == [version.pk for version in made]


def test_nothing_is_made_before_the_main_text_is_agreed(world: World, noon: datetime) -> None:
    learning = master(world, noon)
    with pytest.raises(Refused, match="Agree the main text first"):
        services.make(learning_id=learning.pk, readers="frontline", by=world.by("Tobias"), at=noon)


def test_a_proposal_that_nobody_accepted_blocks_the_way_to_the_approvers(
    world: World, noon: datetime
) -> None:
    learning = agreed(world, noon)
    version = services.make(learning_id=learning.pk, readers="frontline", by=world.by("Tobias"), at=noon)
    with pytest.raises(Refused, match="Accept or change “What happened”"):
        services.submit(version_id=version.pk, by=world.by("Tobias"), at=noon)


def test_two_people_sign_then_it_is_published_with_its_email(world: World, noon: datetime) -> None:
    version = published(world, noon)
    assert version.published_by == world.by("Morwenna")
    assert version.email_sha256 == mail.approved_sha256(version.email)
    assert mail.problems(version.email) == []
    assert "Send the D-dimer" in version.email["text"]
    assert version.short
    assert queries.released(world.viewer("Grace"), "L-2026-007") == version
    assert queries.released(world.viewer("Leopold"), "L-2026-007") is None


def test_the_author_never_approves_and_one_signature_is_not_enough(world: World, noon: datetime) -> None:
    learning = agreed(world, noon)
    version = accept_all(
        world,
        services.make(learning_id=learning.pk, readers="frontline", by=world.by("Morwenna"), at=noon),
        noon,
    )
    version = services.submit(version_id=version.pk, by=world.by("Tobias"), at=noon)
    with pytest.raises(Refused):
        services.approve(version_id=version.pk, digest=version.digest, by=world.by("Morwenna"), at=noon)
    with pytest.raises(NotAllowed):
        services.approve(version_id=version.pk, digest=version.digest, by=world.by("Jo"), at=noon)
    version = sign(world, version, noon, "Philippa")
    assert version.approved_at is None
    with pytest.raises(NotAllowed):
        services.publish(version_id=version.pk, by=world.by("Morwenna"), at=noon)


def test_taking_a_version_back_ends_every_approval(world: World, noon: datetime) -> None:
    learning = agreed(world, noon)
    version = accept_all(
        world,
        services.make(learning_id=learning.pk, readers="managers", by=world.by("Tobias"), at=noon),
        noon,
    )
    version = sign(
        world, services.submit(version_id=version.pk, by=world.by("Tobias"), at=noon), noon, "Philippa"
    )
    with pytest.raises(Refused, match="Take it back first"):
        services.edit(
            version_id=version.pk, code="assessment", text="Other", seen="", by=world.by("Tobias"), at=noon
        )
    version = services.take_back(version_id=version.pk, by=world.by("Tobias"), at=noon)
    assert Approval.objects.filter(object_id=version.pk, voided_at=None).count() == 0
    services.edit(
        version_id=version.pk,
        code="assessment",
        text="Other words",
        by=world.by("Tobias"),
        at=noon,
        seen=queries.section_mark(version, "assessment"),
    )


def test_approving_words_that_changed_meanwhile_is_refused(world: World, noon: datetime) -> None:
    learning = agreed(world, noon)
    version = accept_all(
        world,
        services.make(learning_id=learning.pk, readers="managers", by=world.by("Tobias"), at=noon),
        noon,
    )
    version = services.submit(version_id=version.pk, by=world.by("Tobias"), at=noon)
    old = version.digest
    services.take_back(version_id=version.pk, by=world.by("Tobias"), at=noon)
    version = Version.objects.get(pk=version.pk)
    version = services.edit(
        version_id=version.pk,
        code="assessment",
        text="Other words",
        by=world.by("Tobias"),
        at=noon,
        seen=queries.section_mark(version, "assessment"),
    )
    services.submit(version_id=version.pk, by=world.by("Tobias"), at=noon)
    with pytest.raises(Refused, match="The words changed"):
        services.approve(version_id=version.pk, digest=old, by=world.by("Philippa"), at=noon)


def test_a_hold_stops_publication(world: World, noon: datetime) -> None:
    learning = agreed(world, noon)
    event = Event.objects.create(
        reference="EV-2025-0412", kind="good_care", recorded_at=noon, recorded_by=world.by("Jo")
    )
    Source.objects.create(learning=learning, event=event, reference=event.reference)
    version = accept_all(
        world,
        services.make(learning_id=learning.pk, readers="managers", by=world.by("Tobias"), at=noon),
        noon,
    )
    version = sign(world, services.submit(version_id=version.pk, by=world.by("Tobias"), at=noon), noon)
    hold = Hold.objects.create(
        event=event,
        kind="inquest",
        reason="Inquest",
        owner="x",
        review_on=noon.date(),
        opened_at=noon,
        opened_by="x",
    )
    with pytest.raises(Refused, match="inquest"):
        services.publish(version_id=version.pk, by=world.by("Morwenna"), at=noon)
    Hold.objects.filter(pk=hold.pk).update(lifted_at=noon, lifted_by="x")
    assert services.publish(version_id=version.pk, by=world.by("Morwenna"), at=noon).published_at == noon


def test_publishing_the_next_number_ends_the_one_before(world: World, noon: datetime) -> None:
    one = published(world, noon)
    two = published(world, noon + timedelta(days=1))
    assert (one.number, two.number) == (1, 2)
    assert Version.objects.get(pk=one.pk).superseded_at is not None
    assert services.publish(version_id=two.pk, by=world.by("Morwenna"), at=noon).pk == two.pk
    assert LedgerLine.objects.filter(action="version.publish").count() == 2


def test_the_second_version_for_the_same_audience_needs_one_signature(world: World, noon: datetime) -> None:
    published(world, noon)
    learning = Learning.objects.get()
    version = accept_all(
        world,
        services.make(learning_id=learning.pk, readers="managers", by=world.by("Tobias"), at=noon),
        noon,
    )
    version = sign(
        world, services.submit(version_id=version.pk, by=world.by("Tobias"), at=noon), noon, "Gareth"
    )
    assert version.approved_at is not None


def test_a_changed_lesson_marks_exactly_the_parts_that_carry_it(world: World, noon: datetime) -> None:
    learning = agreed(world, noon)
    services.make_all(learning_id=learning.pk, by=world.by("Tobias"), at=noon)
    viewer = world.viewer("Tobias")
    assert queries.stale(viewer, learning) == {}
    view = learn_queries.section(viewer, learning, "questions")
    learn.edit(
        learning_id=learning.pk,
        section="questions",
        values={"questions": ["Whom would you ring?"]},
        seen=view.seen,
        by=world.by("Tobias"),
        at=noon,
    )
    learn.agree(learning_id=learning.pk, by=world.by("Tobias"), at=noon)
    learning.refresh_from_db()
    assert queries.stale(viewer, learning) == {"frontline": ["question"]}


def test_a_stale_version_is_not_sent_and_a_person_is_asked_again(world: World, noon: datetime) -> None:
    learning = agreed(world, noon)
    version = accept_all(
        world,
        services.make(learning_id=learning.pk, readers="managers", by=world.by("Tobias"), at=noon),
        noon,
    )
    view = learn_queries.section(world.viewer("Tobias"), learning, "lesson")
    learn.edit(
        learning_id=learning.pk,
        section="lesson",
        seen=view.seen,
        by=world.by("Tobias"),
        at=noon,
        values={**view.values, "lesson": "When NEWS2 is 7 or more, call the number on the night card."},
    )
    learn.agree(learning_id=learning.pk, by=world.by("Tobias"), at=noon)
    with pytest.raises(Refused, match="does not match the main text"):
        services.submit(version_id=version.pk, by=world.by("Tobias"), at=noon)
    version = services.make(learning_id=learning.pk, readers="managers", by=world.by("Tobias"), at=noon)
    sections = {section["code"]: section for section in version.sections}
    assert sections["assessment"]["text"] == "A test comes next."
    assert not sections["assessment"]["accepted"]
    assert "7 or more" in sections["situation"]["text"]
    assert not sections["situation"]["accepted"]
    assert sections["background"]["accepted"]


def test_a_personal_detail_blocks_until_it_is_gone_or_explained(world: World, noon: datetime) -> None:
    learning = agreed(world, noon)
    version = accept_all(
        world,
        services.make(learning_id=learning.pk, readers="managers", by=world.by("Tobias"), at=noon),
        noon,
    )
    version = services.edit(
        version_id=version.pk,
        code="assessment",
        text="Ring 999 204 4179 about it.",
        by=world.by("Tobias"),
        at=noon,
        seen=queries.section_mark(version, "assessment"),
    )
    with pytest.raises(Refused, match="looks like a personal detail"):
        services.submit(version_id=version.pk, by=world.by("Tobias"), at=noon)
    version = services.edit(
        version_id=version.pk,
        code="assessment",
        text="Ring the lab about it.",
        by=world.by("Tobias"),
        at=noon,
        seen=queries.section_mark(version, "assessment"),
    )
    assert services.submit(version_id=version.pk, by=world.by("Tobias"), at=noon).submitted_at == noon


def test_two_people_writing_one_part_both_see_both_texts(world: World, noon: datetime) -> None:
    learning = agreed(world, noon)
    version = services.make(learning_id=learning.pk, readers="managers", by=world.by("Tobias"), at=noon)
    mark = queries.section_mark(version, "assessment")
    services.edit(
        version_id=version.pk, code="assessment", text="First", seen=mark, by=world.by("Tobias"), at=noon
    )
    with pytest.raises(Changed) as changed:
        services.edit(
            version_id=version.pk,
            code="assessment",
            text="Second",
            seen=mark,
            by=world.by("Morwenna"),
            at=noon,
        )
    assert changed.value.theirs == {"text": "First"}


def test_a_kept_warning_is_remembered_once_with_its_name(world: World, noon: datetime) -> None:
    learning = agreed(world, noon)
    version = services.make(learning_id=learning.pk, readers="managers", by=world.by("Tobias"), at=noon)
    say = {
        "version_id": version.pk,
        "check": "RD",
        "section": "situation",
        "text": "D-dimer",
        "by": world.by("Tobias"),
        "at": noon,
    }
    assert services.keep_warning(**say)
    assert not services.keep_warning(**say)
    assert Version.objects.get(pk=version.pk).kept_warnings[0]["by"] == world.by("Tobias")


def test_calling_a_learning_back_hides_its_versions_at_once_and_marks_them_later(
    world: World, noon: datetime
) -> None:
    version = published(world, noon)
    learn.withdraw(
        learning_id=version.learning_id,
        why="Somebody could be recognised here",
        by=world.by("Morwenna"),
        at=noon,
    )
    assert queries.released(world.viewer("Grace"), "L-2026-007") is None
    assert services.advance(noon) == 1
    assert services.advance(noon) == 0
    assert Version.objects.get(pk=version.pk).withdrawn_at == noon


def test_why_it_matters_at_a_site_is_written_with_a_source_and_checked_there(
    world: World, noon: datetime
) -> None:
    learning = agreed(world, noon)
    sah = world.sites["SAH"]
    with pytest.raises(Refused, match="where each reason comes from"):
        services.set_relevance(
            learning_id=learning.pk,
            site_id=sah.pk,
            lines=[("A score was high", "")],
            by=world.by("Tobias"),
            at=noon,
        )
    services.set_relevance(
        learning_id=learning.pk,
        site_id=sah.pk,
        lines=[("A high score was not answered for hours", "Event here, 2026")],
        by=world.by("Tobias"),
        at=noon,
    )
    with pytest.raises(NotAllowed):
        services.check_relevance(learning_id=learning.pk, site_id=sah.pk, by=world.by("Dimitri"), at=noon)
    assert services.check_relevance(learning_id=learning.pk, site_id=sah.pk, by=world.by("Orla"), at=noon)
    row = next(one for one in queries.relevance(world.viewer("Morwenna"), learning) if one.site == sah)
    assert (row.match, row.checked_by) == ("strong", world.by("Orla"))
    services.set_relevance(
        learning_id=learning.pk,
        site_id=sah.pk,
        lines=[("Night cover is unclear", "Told by staff here")],
        by=world.by("Orla"),
        at=noon,
    )
    row = next(one for one in queries.relevance(world.viewer("Morwenna"), learning) if one.site == sah)
    assert (row.match, row.checked_at) == ("some", None)


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_every_set_of_facts_has_one_state_and_withdrawn_always_wins(
    submitted: bool, approved: bool, sent: bool, superseded: bool, withdrawn: bool
) -> None:
    state = rules.state(rules.Facts(submitted, approved, sent, superseded, withdrawn))
    assert (state == "withdrawn") == withdrawn
    assert state in ("deidentifying", "in_review", "approved", "published", "superseded", "withdrawn")


section = st.builds(
    lambda code, source, text, accepted, written: {
        "code": code,
        "label": code,
        "source": source,
        "text": text,
        "lines": [],
        "accepted": accepted,
        "written": written and source != "G",
    },
    st.sampled_from("abc"),
    st.sampled_from("GSP"),
    st.text(max_size=5),
    st.booleans(),
    st.booleans(),
)


@given(
    st.lists(section, max_size=3, unique_by=lambda one: one["code"]),
    st.lists(section, max_size=3, unique_by=lambda one: one["code"]),
    st.sets(st.sampled_from("abc")),
)
def test_what_a_person_wrote_is_never_lost_and_changed_sources_are_asked_again(
    fresh: list, before: list, moved: set
) -> None:
    kept = {one["code"]: one for one in rules.carry(fresh, before, moved)}
    old = {one["code"]: one for one in before}
    for code, now in kept.items():
        was = old.get(code)
        if was and was["written"] and now["source"] != "G":
            assert now["text"] == was["text"]
            assert not (now["accepted"] and code in moved)
