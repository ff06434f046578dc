"""An original becomes safe words: found, decided, rewritten, handed in, signed, shared."""

from datetime import date, datetime, timedelta

import pytest

from everysite.base import ledger
from everysite.base.models import LedgerLine
from everysite.capture import queries as events
from everysite.capture import services as capture
from everysite.capture.models import Event
from everysite.deidentify import queries, rules, services, working
from everysite.deidentify.advance import advance
from everysite.deidentify.models import Approval, Contribution, Decision, Draft, SafeText
from everysite.vault import services as vault
from everysite.vault.models import Record
from tests.deidentify.story import FORM, SAFE, TITLE
from tests.world import World

CHECKED = {code: True for code, _ in rules.CHECKLIST} | {
    "intruder": {"who": {code: "no" for code, _ in rules.INTRUDERS}, "looked": ["press", "small"]}
}


@pytest.fixture
def event(world: World, noon: datetime) -> Event:
    made = capture.record(form=FORM, by=world.by("Jo"), at=noon, reference="EV-2025-0412").event
    capture.triage(reference=made.reference, by=world.by("Morwenna"), at=noon)
    for first, part in (("Tobias", "author"), ("Philippa", "reviewer"), ("Gareth", "reviewer")):
        capture.assign(
            reference=made.reference, person_id=world.by(first), part=part, by=world.by("Morwenna"), at=noon
        )
    return made


@pytest.fixture
def draft(world: World, event: Event, noon: datetime) -> Draft:
    return services.start(reference=event.reference, by=world.by("Tobias"), at=noon)


def work_of(draft: Draft) -> working.Working:
    draft.refresh_from_db()
    return working.from_bytes(vault.take_out(draft.working))


def decide_all(world: World, draft: Draft, at: datetime) -> None:
    for one in work_of(draft).undecided:
        services.decide(draft_id=draft.pk, number=one.number, choice="accept", by=world.by("Tobias"), at=at)


@pytest.fixture
def handed(world: World, draft: Draft, noon: datetime) -> SafeText:
    decide_all(world, draft, noon)
    draft.refresh_from_db()
    services.rewrite(draft_id=draft.pk, text=SAFE, seen=draft.revision, by=world.by("Tobias"), at=noon)
    decide_all(world, draft, noon)
    services.answer_candour(
        reference="EV-2025-0412",
        applies="yes",
        by=world.by("Morwenna"),
        at=noon,
        steps={code: date(2025, 10, 17) for code, _ in rules.CANDOUR_STEPS[:-1]},
    )
    return services.submit(draft_id=draft.pk, title=TITLE, by=world.by("Tobias"), at=noon)


def sign(world: World, text: SafeText, first: str, at: datetime, **more: object) -> object:
    return services.approve(
        text_id=text.pk,
        digest=text.digest,
        by=world.viewer(first),
        at=at,
        checklist={**CHECKED, "reason": "Staff there are told first, in person.", **more},
    )


def test_the_engine_finds_the_details_and_nobody_who_is_named_is_left(draft: Draft) -> None:
    work = work_of(draft)
    assert draft.details > 20
    for words in (
        "Tolliver",
        "Delphine",
        "999 204 4179",
        "4471903",
        "ZZ1 4QT",
        "Haddad",
        "Sandpiper",
        "Calgary",
        "14 October",
        "18:40",
        "St Aldwyn",
        "Dawn Hope",
        "Marlowe",
        "900417",
    ):
        assert words not in work.safe_text, words
    for kept in ("Wells score", "NEWS2 was 10", "D-dimer", "89%", "98%", "will always", "before dawn"):
        assert kept in work.safe_text, kept


def test_starting_twice_is_the_same_draft(world: World, event: Event, draft: Draft, noon: datetime) -> None:
    assert services.start(reference=event.reference, by=world.by("Tobias"), at=noon).pk == draft.pk
    assert Record.objects.filter(kind="working").count() == 1


@pytest.mark.parametrize("first", ["Jo", "Grace", "Philippa", "Hester", "Sam", "Renuka"])
def test_people_without_the_right_cannot_start_or_decide(
    world: World, draft: Draft, noon: datetime, first: str
) -> None:
    with pytest.raises(rules.NotAllowed):
        services.start(reference="EV-2025-0412", by=world.by(first), at=noon)
    with pytest.raises(rules.NotAllowed):
        services.decide(draft_id=draft.pk, number=1, choice="accept", by=world.by(first), at=noon)


def test_an_event_nobody_sorted_is_not_made_safe_yet(world: World, noon: datetime) -> None:
    made = capture.record(form=FORM, by=world.by("Jo"), at=noon).event
    with pytest.raises(rules.Refused, match="Sort this event first"):
        services.start(reference=made.reference, by=world.by("Morwenna"), at=noon)


def test_each_decision_is_one_line_without_the_words(world: World, draft: Draft, noon: datetime) -> None:
    one = work_of(draft).details[0]
    before = LedgerLine.objects.count()
    services.decide(
        draft_id=draft.pk,
        number=one.number,
        choice="change",
        replacement="somebody",
        by=world.by("Tobias"),
        at=noon,
    )
    line = LedgerLine.objects.latest("pk")
    assert LedgerLine.objects.count() == before + 1
    assert (line.action, line.facts["choice"], line.facts["number"]) == ("safe.decide", "change", one.number)
    assert one.text not in str(line.facts) + line.why
    assert Decision.objects.get(draft=draft).choice == "change"


def test_only_the_newest_working_copy_is_kept(
    world: World, draft: Draft, noon: datetime, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        services.take_out(draft_id=draft.pk, words="low oxygen", by=world.by("Tobias"), at=noon)
    assert Record.objects.filter(kind="working").count() == 1
    assert "low oxygen" not in work_of(draft).safe_text


def test_undo_brings_back_the_state_before(world: World, draft: Draft, noon: datetime) -> None:
    before = work_of(draft)
    services.take_out(draft_id=draft.pk, words="low oxygen", by=world.by("Tobias"), at=noon)
    services.undo(draft_id=draft.pk, by=world.by("Tobias"), at=noon)
    assert work_of(draft).details == before.details
    assert not Decision.objects.filter(undone_at=None).exists()


def test_two_people_never_overwrite_each_other(world: World, draft: Draft, noon: datetime) -> None:
    decide_all(world, draft, noon)
    draft.refresh_from_db()
    seen = draft.revision
    services.rewrite(draft_id=draft.pk, text="My words.", seen=seen, by=world.by("Tobias"), at=noon)
    with pytest.raises(rules.Changed) as theirs:
        services.rewrite(draft_id=draft.pk, text="Other words.", seen=seen, by=world.by("Morwenna"), at=noon)
    assert theirs.value.theirs["text"] == "My words."
    assert work_of(draft).safe_text == "My words."


def test_a_detail_somebody_else_decided_meanwhile_is_not_decided_over(
    world: World, draft: Draft, noon: datetime
) -> None:
    one, other = work_of(draft).details[:2]
    seen = draft.revision
    services.decide(
        draft_id=draft.pk, number=one.number, choice="accept", by=world.by("Tobias"), at=noon, seen=seen
    )
    with pytest.raises(rules.Changed):
        services.decide(
            draft_id=draft.pk,
            number=one.number,
            choice="change",
            replacement="x",
            by=world.by("Morwenna"),
            at=noon,
            seen=seen,
        )
    services.decide(
        draft_id=draft.pk, number=other.number, choice="accept", by=world.by("Morwenna"), at=noon, seen=seen
    )
    assert [d.by for d in work_of(draft).details if d.choice] == [world.by("Tobias"), world.by("Morwenna")]


def test_words_cannot_be_handed_in_while_a_detail_waits(world: World, draft: Draft, noon: datetime) -> None:
    assert draft.undecided > 0
    with pytest.raises(rules.Refused, match="not decided yet"):
        services.submit(draft_id=draft.pk, title=TITLE, by=world.by("Tobias"), at=noon)


def test_a_name_written_by_hand_is_found_and_waits_for_a_decision(
    world: World, draft: Draft, noon: datetime
) -> None:
    decide_all(world, draft, noon)
    draft.refresh_from_db()
    services.rewrite(
        draft_id=draft.pk,
        text="Mr Tolliver had no blood test. Rose Baker rang.",
        seen=draft.revision,
        by=world.by("Tobias"),
        at=noon,
    )
    waiting = {d.text for d in work_of(draft).undecided}
    assert any("Tolliver" in words for words in waiting)
    with pytest.raises(rules.Refused):
        services.submit(draft_id=draft.pk, title=TITLE, by=world.by("Tobias"), at=noon)


@pytest.mark.parametrize(
    "title", ["", "Send Mr Tolliver's test", "What Oakmarsh General Hospital learned", "x" * 161]
)
def test_a_title_without_words_or_with_names_is_refused(
    world: World, draft: Draft, noon: datetime, title: str
) -> None:
    decide_all(world, draft, noon)
    with pytest.raises(rules.Refused) as no:
        services.submit(draft_id=draft.pk, title=title, by=world.by("Tobias"), at=noon)
    assert set(no.value.fields) == {"title"}


def test_the_whole_way_from_original_to_shared(world: World, handed: SafeText, noon: datetime) -> None:
    assert handed.text == SAFE
    assert handed.digest == rules.digest("network", [("title", TITLE), ("body", SAFE)])
    assert handed.risk["reasons"]
    assert set(Contribution.objects.values_list("by", flat=True)) == {world.by("Tobias")}
    first = sign(world, handed, "Philippa", noon)
    assert not first.complete  # type: ignore[attr-defined]
    second = sign(world, handed, "Gareth", noon + timedelta(days=2))
    assert second.complete  # type: ignore[attr-defined]
    handed.refresh_from_db()
    assert services.state_of(handed) == "approved"
    with pytest.raises(rules.Refused, match="sight"):
        services.publish(text_id=handed.pk, by=world.by("Morwenna"), at=noon)
    services.answer_candour(
        reference="EV-2025-0412",
        applies="yes",
        by=world.by("Morwenna"),
        at=noon,
        steps={code: date(2026, 2, 27) for code, _ in rules.CANDOUR_STEPS},
    )
    services.publish(text_id=handed.pk, by=world.by("Morwenna"), at=noon)
    again = services.publish(text_id=handed.pk, by=world.by("Ishani"), at=noon + timedelta(days=1))
    assert again.published_by == world.by("Morwenna")
    assert events.state_of(Event.objects.get()) == "published"
    assert ledger.seal() > 0
    assert ledger.faults() == []


def test_every_line_of_the_checklist_is_asked(world: World, handed: SafeText, noon: datetime) -> None:
    with pytest.raises(rules.Refused, match="Tick each line"):
        sign(world, handed, "Philippa", noon, linking=False)


def test_the_writer_and_the_recorder_cannot_approve(world: World, handed: SafeText, noon: datetime) -> None:
    with pytest.raises(rules.NotAllowed):
        sign(world, handed, "Tobias", noon)
    Event.objects.update(recorded_by=world.by("Morwenna"))
    with pytest.raises(rules.Refused, match="cannot approve"):
        sign(world, handed, "Morwenna", noon)


def test_words_taken_back_lose_every_signature_and_come_again_as_a_new_version(
    world: World, handed: SafeText, draft: Draft, noon: datetime
) -> None:
    sign(world, handed, "Philippa", noon)
    services.take_back(text_id=handed.pk, by=world.by("Tobias"), at=noon)
    assert not Approval.objects.filter(voided_at=None).exists()
    draft.refresh_from_db()
    services.rewrite(
        draft_id=draft.pk,
        text=SAFE.replace("some weeks", "a time"),
        seen=draft.revision,
        by=world.by("Tobias"),
        at=noon,
    )
    decide_all(world, draft, noon)
    new = services.submit(draft_id=draft.pk, title=TITLE, by=world.by("Tobias"), at=noon)
    assert (new.version, new.digest == handed.digest) == (2, False)
    with pytest.raises(rules.NotAllowed):
        sign(world, handed, "Gareth", noon)
    assert queries.ended_approvals(new) == ["Philippa Osei-Lund"]


def test_a_hold_stops_everything_until_its_owner_lifts_it(
    world: World, handed: SafeText, noon: datetime
) -> None:
    hold = services.open_hold(
        reference="EV-2025-0412",
        kind="inquest",
        reason="The coroner has opened a file",
        owner=world.by("Philippa"),
        review_on=date(2026, 4, 1),
        by=world.by("Morwenna"),
        at=noon,
    )
    with pytest.raises(rules.Refused, match="on hold"):
        sign(world, handed, "Gareth", noon)
    with pytest.raises(rules.Refused, match="Only the person"):
        services.lift_hold(hold_id=hold.pk, why="It is over now, I think", by=world.by("Morwenna"), at=noon)
    services.lift_hold(hold_id=hold.pk, why="The inquest has ended", by=world.by("Philippa"), at=noon)
    assert sign(world, handed, "Gareth", noon).given == 1  # type: ignore[attr-defined]


def test_a_hold_says_what_is_missing_and_takes_no_names(world: World, event: Event, noon: datetime) -> None:
    with pytest.raises(rules.Refused) as no:
        services.open_hold(
            reference=event.reference,
            kind="rumour",
            reason="Mr Tolliver went to the police",
            owner="0" * 32,
            review_on=noon.date(),
            by=world.by("Morwenna"),
            at=noon,
        )
    assert set(no.value.fields) == {"kind", "reason", "owner", "review_on"}


def test_withdrawing_words_ends_them_at_once(world: World, handed: SafeText, noon: datetime) -> None:
    with pytest.raises(rules.NotAllowed):
        services.withdraw(
            text_id=handed.pk, why="Somebody may be recognised in it", by=world.by("Tobias"), at=noon
        )
    gone = services.withdraw(
        text_id=handed.pk, why="Somebody may be recognised in it", by=world.by("Gareth"), at=noon
    )
    again = services.withdraw(
        text_id=handed.pk, why="Another reason that is long", by=world.by("Morwenna"), at=noon
    )
    assert again.withdrawn_by == gone.withdrawn_by == world.by("Gareth")


def test_a_withdrawn_event_takes_its_words_in_review_with_it(
    world: World, handed: SafeText, noon: datetime
) -> None:
    sign(world, handed, "Philippa", noon)
    capture.withdraw(reference="EV-2025-0412", reason="contributor", by=world.by("Morwenna"), at=noon)
    with pytest.raises(rules.NotAllowed):
        sign(world, handed, "Gareth", noon)
    assert advance(noon) == 1
    assert advance(noon) == 0
    assert not Approval.objects.filter(voided_at=None).exists()


def test_two_signatures_at_the_same_moment_are_finished_by_the_pull(
    world: World, handed: SafeText, noon: datetime
) -> None:
    sign(world, handed, "Philippa", noon)
    Approval.objects.create(
        kind="safe_text",
        object_id=handed.pk,
        audience="network",
        digest=handed.digest,
        by=world.by("Gareth"),
        at=noon,
    )
    assert advance(noon) == 1
    handed.refresh_from_db()
    assert handed.approved_at == noon
    assert advance(noon) == 0


def test_what_a_killed_run_left_in_the_vault_is_cleared_after_a_day(
    world: World, draft: Draft, noon: datetime
) -> None:
    vault.store(b"{}", kind="working", at=noon)
    assert advance(noon + timedelta(hours=23)) == 0
    assert advance(noon + timedelta(hours=25)) == 1
    assert work_of(draft).original


def test_site_leads_and_reviewers_see_what_the_table_says(
    world: World, handed: SafeText, noon: datetime
) -> None:
    seen = {
        first: queries.text(world.viewer(first), handed.pk) is not None
        for first in ("Tobias", "Morwenna", "Philippa", "Hester", "Jo", "Dimitri", "Sam", "Solomon")
    }
    assert seen == {
        "Tobias": True,
        "Morwenna": True,
        "Philippa": True,
        "Hester": True,
        "Jo": False,
        "Dimitri": False,
        "Sam": False,
        "Solomon": False,
    }


def test_a_long_text_of_ten_thousand_words_goes_the_whole_way(world: World, noon: datetime) -> None:
    long = " ".join(f"{FORM.narrative} Part {n} ends." for n in range(35))
    from dataclasses import replace

    made = capture.record(form=replace(FORM, narrative=long), by=world.by("Jo"), at=noon).event
    capture.triage(reference=made.reference, by=world.by("Morwenna"), at=noon)
    draft = services.start(reference=made.reference, by=world.by("Morwenna"), at=noon)
    work = work_of(draft)
    assert len(work.original.split()) > 10_000
    assert "Tolliver" not in work.safe_text
    assert len(work.details) < 150
