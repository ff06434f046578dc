"""Making it safe on pages: decide, take out, rewrite, send, approve, share; approvers never see the original."""

import re
import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from everysite.base import clock
from everysite.base.models import LedgerLine
from everysite.capture import services as capture
from everysite.deidentify import making, rules, services, working
from everysite.deidentify.models import Approval, Draft, SafeText
from everysite.vault import services as vault
from tests.deidentify.story import CANARIES, FORM, SAFE, TITLE
from tests.learn.lessons import master
from tests.web.test_event import signed_in
from tests.world import World

CHECKED = [code for code, _ in rules.CHECKLIST]
SIGNED: dict[str, object] = {
    "checklist": CHECKED,
    "looked": ["press", "small"],
    **{f"who-{code}": "no" for code, _ in rules.INTRUDERS},
}
WHY = {"reason": "write_safe_text", "why": "I write the safe text of this event"}


@pytest.fixture
def draft(world: World, noon: datetime) -> Draft:
    event = capture.record(form=FORM, by=world.by("Jo"), at=noon).event
    capture.triage(reference=event.reference, by=world.by("Morwenna"), at=noon)
    for first, part in (("Tobias", "author"), ("Philippa", "reviewer"), ("Gareth", "reviewer")):
        capture.assign(
            reference=event.reference, person_id=world.by(first), part=part, by=world.by("Morwenna"), at=noon
        )
    services.answer_candour(reference=event.reference, applies="no", by=world.by("Morwenna"), at=noon)
    return services.start(reference=event.reference, by=world.by("Tobias"), at=noon)


def work_of(draft: Draft) -> working.Working:
    draft.refresh_from_db()
    return working.from_bytes(vault.take_out(draft.working))


def accept_all(world: World, draft: Draft, at: datetime) -> None:
    for one in work_of(draft).undecided:
        services.decide(draft_id=draft.pk, number=one.number, choice="accept", by=world.by("Tobias"), at=at)


@pytest.fixture
def text(world: World, draft: Draft, noon: datetime) -> SafeText:
    accept_all(world, draft, noon)
    draft.refresh_from_db()
    services.rewrite(draft_id=draft.pk, text=SAFE, seen=draft.revision, by=world.by("Tobias"), at=noon)
    accept_all(world, draft, noon)
    return services.submit(draft_id=draft.pk, title=TITLE, by=world.by("Tobias"), at=noon)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_review_page_shows_the_safe_side_until_the_original_is_opened(world: World, draft: Draft) -> None:
    client = signed_in("Tobias")
    here = f"/safe/{draft.pk}/"
    closed = page(client, here)
    assert not [word for word in CANARIES if word in closed]
    assert "It is closed" in closed
    assert "details found" in closed
    refused = client.post(here + "open/", {"reason": "", "why": ""})
    assert "Choose why you need the original" in refused.content.decode()
    assert client.post(here + "open/", WHY).status_code == 303
    shown = page(client, here)
    assert "Delphine" in shown
    assert "You opened this at 12pm" in shown
    assert "It closes at 8pm" in shown


@pytest.mark.parametrize("first", ["Jo", "Grace", "Dimitri", "Sam", "Leopold", "Solomon"])
def test_others_do_not_know_the_draft_exists(world: World, draft: Draft, first: str) -> None:
    client = signed_in(first)
    for address in ("", "words/", "send/", "decide/1/"):
        assert client.get(f"/safe/{draft.pk}/{address}").status_code == 404
    for address in ("open/", "decide/", "take-out/", "undo/"):
        assert client.post(f"/safe/{draft.pk}/{address}", WHY).status_code == 404


def test_a_site_lead_reads_the_safe_side_and_can_change_nothing(world: World, draft: Draft) -> None:
    client = signed_in("Hester")
    shown = page(client, f"/safe/{draft.pk}/")
    assert not [word for word in CANARIES if word in shown]
    assert "Send for approval" not in shown
    assert client.post(f"/safe/{draft.pk}/take-out/", {"words": "scan"}).status_code == 404
    assert client.post(f"/safe/{draft.pk}/open/", WHY).status_code == 404


def test_accepting_in_the_table_and_changing_on_its_own_page(world: World, draft: Draft) -> None:
    client = signed_in("Tobias")
    waiting = [d.number for d in work_of(draft).undecided]
    assert len(waiting) >= 2
    first, second = waiting[:2]
    answer = client.post(
        f"/safe/{draft.pk}/decide/", {f"detail-{first}": "accept", f"detail-{second}": "change"}
    )
    assert answer["Location"] == f"/safe/{draft.pk}/decide/{second}/?choice=change"
    empty = client.post(answer["Location"], {"choice": "change", "replacement": ""}).content.decode()
    assert "Write the words that should stand there instead" in empty
    assert (
        client.post(answer["Location"], {"choice": "change", "replacement": "the porter"}).status_code == 303
    )
    assert "the porter" in work_of(draft).safe_text
    assert not [d for d in work_of(draft).undecided if d.number in (first, second)]


def test_putting_a_name_back_asks_for_a_reason(world: World, draft: Draft) -> None:
    client = signed_in("Tobias")
    number = work_of(draft).undecided[0].number
    here = f"/safe/{draft.pk}/decide/{number}/"
    assert "Choose why it may stay" in client.post(here, {"choice": "putback"}).content.decode()
    good = {"choice": "putback", "reason": "not_a_person", "note": "It is the name of a form"}
    assert client.post(here, good).status_code == 303


def test_words_are_taken_out_by_hand_and_given_back_by_undo(world: World, draft: Draft) -> None:
    client = signed_in("Tobias")
    here = f"/safe/{draft.pk}/"
    missing = client.post(here + "take-out/", {"words": "no such words"}).content.decode()
    assert "We cannot find these words" in missing
    assert (
        client.post(here + "take-out/", {"words": "because of his weight", "label": "OTHER"}).status_code
        == 303
    )
    assert "his weight" not in work_of(draft).safe_text
    assert client.post(here + "undo/").status_code == 303
    assert "his weight" in work_of(draft).safe_text


def test_sending_with_details_left_leads_to_them(world: World, draft: Draft) -> None:
    client = signed_in("Tobias")
    for answer in (
        client.get(f"/safe/{draft.pk}/send/"),
        client.post(f"/safe/{draft.pk}/send/", {"title": TITLE}),
    ):
        assert answer["Location"] == f"/safe/{draft.pk}/?said=first#decide"


def test_a_name_in_rewritten_words_comes_back_as_a_detail_to_decide(
    world: World, draft: Draft, noon: datetime
) -> None:
    accept_all(world, draft, noon)
    client = signed_in("Tobias")
    here = f"/safe/{draft.pk}/words/"
    draft.refresh_from_db()
    answer = client.post(here, {"text": "Mr Tolliver fainted.", "seen": draft.revision})
    assert answer.status_code == 303
    assert client.get(f"/safe/{draft.pk}/send/")["Location"].endswith("#decide")


def test_two_writers_see_both_texts(world: World, draft: Draft, noon: datetime) -> None:
    accept_all(world, draft, noon)
    draft.refresh_from_db()
    seen = draft.revision
    assert (
        signed_in("Tobias").post(f"/safe/{draft.pk}/words/", {"text": "One text.", "seen": seen}).status_code
        == 303
    )
    both = (
        signed_in("Morwenna")
        .post(f"/safe/{draft.pk}/words/", {"text": "Another text.", "seen": seen})
        .content.decode()
    )
    assert "One text." in both
    assert "Another text." in both
    assert work_of(draft).safe_text == "One text."


def test_a_title_with_a_name_is_refused_and_kept(world: World, draft: Draft, noon: datetime) -> None:
    accept_all(world, draft, noon)
    answer = signed_in("Tobias").post(f"/safe/{draft.pk}/send/", {"title": "What Dr Haddad should read"})
    text = answer.content.decode()
    assert "Take names, places and numbers out of the title" in text
    assert "What Dr Haddad should read" in text


def test_two_people_approve_the_same_words_and_it_is_shared(world: World, text: SafeText) -> None:
    here = f"/safe/{text.pk}/approve/"
    mine = page(signed_in("Tobias"), here)
    assert "You cannot approve this" in mine
    for first, said in (("Philippa", "signed"), ("Gareth", "approved")):
        client = signed_in(first)
        shown = page(client, here)
        assert not [word for word in CANARIES if word in shown]
        sent = {
            **SIGNED,
            "digest": text.digest,
            "reason": "Staff there are told first, in person",
        }
        assert "Tick each line" in client.post(here, {**sent, "checklist": []}).content.decode()
        answer = client.post(here, sent)
        assert answer["Location"].endswith(f"?said={said}")
    done = page(signed_in("Morwenna"), here)
    assert "De-identified for our network. Checked by two people on 2 March 2026." in done
    assert "Philippa Osei-Lund" in done
    assert signed_in("Tobias").post(f"/safe/{text.pk}/share/").status_code == 404
    assert signed_in("Morwenna").post(f"/safe/{text.pk}/share/").status_code == 303
    text.refresh_from_db()
    assert text.published_at


def test_other_words_than_those_on_the_page_are_not_approved(world: World, text: SafeText) -> None:
    answer = signed_in("Gareth").post(f"/safe/{text.pk}/approve/", {**SIGNED, "digest": "0" * 64})
    assert "The words changed after you opened this page" in answer.content.decode()
    assert not Approval.objects.exists()


def test_taking_back_ends_approvals_and_says_so(
    world: World, draft: Draft, text: SafeText, noon: datetime
) -> None:
    signed_in("Philippa").post(f"/safe/{text.pk}/approve/", {**SIGNED, "digest": text.digest})
    answer = signed_in("Tobias").post(f"/safe/{text.pk}/take-back/")
    assert answer["Location"] == f"/safe/{draft.pk}/?said=back"
    draft.refresh_from_db()
    services.rewrite(
        draft_id=draft.pk, text=SAFE + " We learned.", seen=draft.revision, by=world.by("Tobias"), at=noon
    )
    new = services.submit(draft_id=draft.pk, title=TITLE, by=world.by("Tobias"), at=noon)
    assert "after Philippa Osei-Lund approved them. That approval has ended" in page(
        signed_in("Gareth"), f"/safe/{new.pk}/approve/"
    )


def test_withdrawing_needs_a_reason_and_the_right(world: World, text: SafeText) -> None:
    assert signed_in("Tobias").post(f"/safe/{text.pk}/withdraw/", {"why": "x" * 30}).status_code == 404
    client = signed_in("Gareth")
    assert (
        "at least 20 characters" in client.post(f"/safe/{text.pk}/withdraw/", {"why": "no"}).content.decode()
    )
    assert client.post(f"/safe/{text.pk}/withdraw/", {"why": "Somebody may be recognised"}).status_code == 303


@pytest.fixture
def long_draft(world: World, noon: datetime) -> Draft:
    """Ten thousand words and more than a thousand places."""
    long = replace(FORM, narrative=" ".join([FORM.narrative] * 42))
    event = capture.record(form=long, by=world.by("Jo"), at=noon).event
    capture.triage(reference=event.reference, by=world.by("Morwenna"), at=noon)
    return services.start(reference=event.reference, by=world.by("Morwenna"), at=noon)


def test_the_review_of_a_long_text_takes_few_queries_and_little_time(
    world: World, long_draft: Draft, django_assert_max_num_queries: object
) -> None:
    client = signed_in("Morwenna")
    client.post(f"/safe/{long_draft.pk}/open/", WHY)
    with django_assert_max_num_queries(32):  # type: ignore[operator]
        shown = page(client, f"/safe/{long_draft.pk}/")
    assert len(shown.encode()) < 1_500_000
    assert len(re.findall("es-seg--", shown)) > 1000
    begun = time.process_time()
    for _ in range(3):
        page(client, f"/safe/{long_draft.pk}/")
    assert (time.process_time() - begun) / 3 < 0.5


def test_the_risk_of_words_that_did_not_change_is_not_worked_out_again(
    world: World, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("Tobias")
    making._judged.clear()
    first = page(client, f"/safe/{draft.pk}/")
    judged: list[str] = []
    judge = making._judge
    monkeypatch.setattr(
        making, "_judge", lambda text, audience: (judged.append(text), judge(text, audience))[1]
    )
    assert "prompt for judgement, not a probability" in page(client, f"/safe/{draft.pk}/")
    assert "prompt for judgement, not a probability" in first
    assert judged == []
    client.post(f"/safe/{draft.pk}/take-out/", {"words": "because of his weight"})
    page(client, f"/safe/{draft.pk}/")
    assert len(judged) == 1


def test_many_are_accepted_in_one_step_and_progress_is_said_in_numbers(world: World, draft: Draft) -> None:
    client = signed_in("Tobias")
    waiting = [d.number for d in work_of(draft).undecided]
    total = len(work_of(draft).details)
    assert f"{total - len(waiting)} of {total} decided" in page(client, f"/safe/{draft.pk}/")
    before = draft.revision
    answer = client.post(f"/safe/{draft.pk}/decide/", {f"detail-{n}": "accept" for n in waiting})
    assert answer["Location"] == f"/safe/{draft.pk}/?said=decided#decide"
    draft.refresh_from_db()
    assert draft.revision == before + 1
    assert f"{total} of {total} decided, <strong>0 to go" in page(client, f"/safe/{draft.pk}/")
    assert client.post(f"/safe/{draft.pk}/undo/").status_code == 303
    assert [d.number for d in work_of(draft).undecided] == waiting


def test_two_people_deciding_the_same_detail_are_told_and_nothing_is_overwritten(
    world: World, draft: Draft
) -> None:
    numbers = [d.number for d in work_of(draft).undecided]
    first, others = numbers[0], numbers[1:]
    seen = draft.revision
    changed = {"choice": "change", "replacement": "a colleague", "seen": seen}
    assert signed_in("Morwenna").post(f"/safe/{draft.pk}/decide/{first}/", changed).status_code == 303
    tobias = signed_in("Tobias")
    answer = tobias.post(
        f"/safe/{draft.pk}/decide/", {**{f"detail-{n}": "accept" for n in numbers}, "seen": seen}
    )
    assert answer["Location"] == f"/safe/{draft.pk}/?said=clash&clash={first}"
    told = page(tobias, answer["Location"])
    assert "Two people decided at the same time" in told
    assert f"Detail {first}: Morwenna Adeyemi-Clarke chose Changed" in told
    assert "a colleague" in work_of(draft).safe_text
    assert not [d for d in work_of(draft).undecided if d.number in others]


def test_accepting_all_at_once_exists_only_for_the_sure_ones(world: World, draft: Draft) -> None:
    client = signed_in("Tobias")
    waiting = [d.number for d in work_of(draft).undecided]
    assert "I have looked at the" in page(client, f"/safe/{draft.pk}/")
    assert client.post(f"/safe/{draft.pk}/sure/").status_code == 303
    assert [d.number for d in work_of(draft).undecided] == waiting
    assert not [d for d in work_of(draft).details if d.unlooked]
    assert "I have looked at the" not in page(client, f"/safe/{draft.pk}/")
    lines = LedgerLine.objects.filter(action="safe.decide", by=world.by("Tobias"))
    assert lines.count() == len([d for d in work_of(draft).details if d.choice == "accept"])


def test_the_list_is_narrowed_to_one_kind_and_stays_narrowed_after_saving(world: World, draft: Draft) -> None:
    client = signed_in("Tobias")
    shown = page(client, f"/safe/{draft.pk}/?kind=dates")
    decided = shown[shown.index('id="decided"') :]
    assert "Dates and ages (" in shown
    assert "a name" not in re.sub("<[^>]+>", "", decided[: decided.index("</table>")])
    answer = client.post(f"/safe/{draft.pk}/decide/", {"kind": "dates"})
    assert answer["Location"] == f"/safe/{draft.pk}/?said=nothing&kind=dates#decide"
    assert client.get(f"/safe/{draft.pk}/?kind=%27&page=-1&clash=x&clash=99").status_code == 200


def test_the_original_is_closed_by_hand_and_asks_for_a_reason_again(world: World, draft: Draft) -> None:
    client = signed_in("Tobias")
    client.post(f"/safe/{draft.pk}/open/", WHY)
    assert "Delphine" in page(client, f"/safe/{draft.pk}/")
    assert client.post(f"/safe/{draft.pk}/close/").status_code == 303
    assert "Delphine" not in page(client, f"/safe/{draft.pk}/")
    assert client.post(f"/safe/{draft.pk}/open/", {"reason": "", "why": ""}).status_code == 200
    assert LedgerLine.objects.filter(action="original.close", by=world.by("Tobias")).count() == 1


def test_the_original_closes_by_itself_after_eight_hours(world: World, draft: Draft, noon: datetime) -> None:
    signed_in("Tobias").post(f"/safe/{draft.pk}/open/", WHY)
    with clock.stopped(noon + timedelta(hours=7, minutes=59)):
        assert "Delphine" in page(signed_in("Tobias"), f"/safe/{draft.pk}/")
    with clock.stopped(noon + timedelta(hours=8, minutes=1)):
        assert "Delphine" not in page(signed_in("Tobias"), f"/safe/{draft.pk}/")


@pytest.mark.parametrize("table", ["base_ledgerline", "base_seal"])
@pytest.mark.parametrize("door", ["/safe/{draft}/open/", "/event/{event}/original/"])
def test_when_the_ledger_cannot_be_written_no_original_is_shown(
    world: World, draft: Draft, table: str, door: str
) -> None:
    client = signed_in("Tobias")
    address = door.format(draft=draft.pk, event=draft.event.reference)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER no_more BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    answer = client.post(address, WHY)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "We could not write in the ledger, so the original stays closed" in shown
    assert not [word for word in CANARIES if word in shown]
    assert "Delphine" not in page(client, f"/safe/{draft.pk}/")


def test_words_are_looked_at_while_they_are_written_and_nothing_is_saved(
    world: World, draft: Draft, noon: datetime
) -> None:
    accept_all(world, draft, noon)
    before = work_of(draft).safe_text
    shown = (
        signed_in("Tobias")
        .post(f"/safe/{draft.pk}/words/", {"text": "Nurse B failed to check the log.", "do": "look"})
        .content.decode()
    )
    assert "Words that may blame a person" in shown
    assert "Nothing is saved yet." in shown
    assert "Nurse B failed to check the log." in shown
    assert work_of(draft).safe_text == before


def test_what_the_approvers_answered_is_kept_and_shown_on_the_page_and_with_the_case(
    world: World, text: SafeText
) -> None:
    sent = {
        **SIGNED,
        "digest": text.digest,
        "who-colleague": "perhaps",
        "note": "Staff at the site are told first",
        "reason": "Staff there are told first, in person",
    }
    short = signed_in("Philippa").post(f"/safe/{text.pk}/approve/", {**sent, "note": ""}).content.decode()
    assert "Write what you do about it, in at least 20 characters" in short
    assert signed_in("Philippa").post(f"/safe/{text.pk}/approve/", sent).status_code == 303
    for address in (f"/safe/{text.pk}/approve/", f"/event/{text.event.reference}/"):
        shown = page(signed_in("Morwenna"), address)
        assert "Philippa Osei-Lund, as Caldicott Guardian, on 2 March 2026" in shown
        assert "A colleague who was there, or who works there: perhaps could" in shown
        assert "Staff at the site are told first" in shown
        assert "Look at it again by 2 March 2027" in shown


def test_every_page_of_the_review_says_that_a_person_must_read_it(
    world: World, draft: Draft, text: SafeText
) -> None:
    for address in (f"/safe/{draft.pk}/", f"/safe/{text.pk}/approve/"):
        shown = page(signed_in("Morwenna"), address).lower()
        assert "de-identified" in shown or "names and personal details" in shown or "taken out" in shown
        assert "a person must always read" in shown


def test_withdrawn_words_name_the_learning_that_still_uses_them(
    world: World, text: SafeText, noon: datetime
) -> None:
    made = master(world, noon)
    made.sources.create(event=text.event, reference=text.event.reference, relation="from")
    client = signed_in("Morwenna")
    assert "Still in use" not in page(client, f"/safe/{text.pk}/approve/")
    services.withdraw(text_id=text.pk, why="Somebody may be recognised", by=world.by("Gareth"), at=noon)
    assert f"{made.reference}: " in page(client, f"/safe/{text.pk}/approve/")
    assert "Still in use. Call it back too" in page(client, f"/safe/{text.pk}/approve/")
