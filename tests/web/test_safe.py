"""Making it safe on pages: decide, take out, rewrite, send, approve, share; approvers never see the original."""

import re
from datetime import date, datetime

import pytest
from django.test import Client

from everysite.capture import services as capture
from everysite.capture.models import Event
from everysite.deidentify import rules, services, working
from everysite.deidentify.models import Approval, Draft, SafeText
from everysite.vault import services as vault
from tests.deidentify.story import CANARIES, FORM, SAFE, TITLE
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


def test_the_review_of_a_long_text_takes_few_queries_and_little_time(
    world: World, noon: datetime, django_assert_max_num_queries: object
) -> None:
    from dataclasses import replace

    long = replace(FORM, narrative=" ".join([FORM.narrative] * 35))
    event = capture.record(form=long, by=world.by("Jo"), at=noon).event
    capture.triage(reference=event.reference, by=world.by("Morwenna"), at=noon)
    made = services.start(reference=event.reference, by=world.by("Morwenna"), at=noon)
    client = signed_in("Morwenna")
    client.post(f"/safe/{made.pk}/open/", WHY)
    with django_assert_max_num_queries(32):  # type: ignore[operator]
        shown = page(client, f"/safe/{made.pk}/")
    assert len(re.findall("es-seg--", shown)) > 1000
    assert Event.objects.count() == 1
    assert date(2026, 3, 2) == noon.date()
