"""Events come in once, their words go to the vault, and nobody reads them without a sealed line."""

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connections

from everysite.base import ledger
from everysite.base.models import LedgerLine, Seal
from everysite.base.problems import Report
from everysite.base.rate import TooOften
from everysite.capture import queries, services
from everysite.capture.form import Form, of_record
from everysite.capture.models import Event, Original
from everysite.capture.readers.learning import read_learning
from everysite.capture.readers.record import CapturedRecord
from everysite.capture.rules import Involved, NotAllowed, Refused, lines_of, people_typed
from everysite.network.models import Grant, ImportFile, ImportProblem
from everysite.vault.models import Record
from tests.world import World

STORY = "Mr Emrys Tolliver waited for a scan while Dawn O'Hara rang 李小龙 twice."
FORM = Form(
    kind="incident",
    narrative=STORY,
    title="A scan came late",
    happened_on=date(2026, 2, 27),
    site_code="OGH",
    team_code="OGH-01",
    physical_harm=3,
    psychological_harm=2,
    wants_feedback=True,
    involved=(Involved("Emrys Tolliver", "patient", ("Em",)),),
)
WHY = "Sorting the new events of this week"


def record(world: World, at: datetime, form: Form = FORM, first: str = "Jo") -> Event:
    return services.record(form=form, by=world.by(first), at=at).event


def test_words_are_in_the_vault_and_codes_in_the_main_store(world: World, noon: datetime) -> None:
    event = record(world, noon)
    assert (event.reference, event.site, event.team) == (
        "EV-2026-0001",
        world.sites["OGH"],
        world.teams["OGH-01"],
    )
    row = Original.objects.get(event=event)
    assert row.words == 13
    assert set(Record.objects.values_list("kind", flat=True)) == {"narrative", "identity"}
    line = LedgerLine.objects.get(action="event.record")
    assert (line.subject, line.site_code, line.by) == ("EV-2026-0001", "OGH", world.by("Jo"))


def test_numbers_go_up_within_a_year_and_past_ten_thousand(world: World, noon: datetime) -> None:
    record(world, noon)
    Event.objects.update(reference="EV-2026-9999")
    assert record(world, noon).reference == "EV-2026-10000"
    assert record(world, noon).reference == "EV-2026-10001"
    assert record(world, datetime.fromisoformat("2027-01-01T09:00+00:00")).reference == "EV-2027-0001"


def test_same_reference_same_words_is_the_same_event_and_other_words_a_revision(
    world: World, noon: datetime
) -> None:
    form = replace(FORM, source_system="local", source_reference="W-17")
    first = services.record(form=form, by=world.by("Jo"), at=noon)
    again = services.record(form=form, by=world.by("Jo"), at=noon)
    other = services.record(form=replace(form, narrative=STORY + " Later."), by=world.by("Jo"), at=noon)
    assert [t.verb for t in (first, again, other)] == ["new", "same", "changed"]
    assert {t.event.pk for t in (first, again, other)} == {first.event.pk}
    assert list(Original.objects.values_list("revision", flat=True)) == [1, 2]
    assert LedgerLine.objects.filter(action__in=["event.record", "event.revise"]).count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"narrative": "  \n"}, "narrative"),
        ({"kind": "gossip"}, "kind"),
        ({"site_code": "XYZ"}, "site_code"),
        ({"happened_on": date(2026, 3, 3)}, "happened_on"),
        ({"physical_harm": 6}, "physical_harm"),
        ({"psychological_harm": 5}, "psychological_harm"),
        ({"narrative": "a\0b"}, "narrative"),
        ({"narrative": "x" * 500_001}, "narrative"),
    ],
)
def test_a_form_that_lacks_something_says_which_field(
    world: World, noon: datetime, change: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as no:
        record(world, noon, replace(FORM, **change))  # type: ignore[arg-type]
    assert field in no.value.fields
    assert not Event.objects.exists()
    assert not Record.objects.exists()


def test_people_without_the_right_cannot_record(world: World, noon: datetime) -> None:
    with pytest.raises(NotAllowed):
        record(world, noon, first="Sam")


def test_who_was_involved_is_read_line_by_line_and_written_back(world: World) -> None:
    typed = "Emrys Tolliver, patient, also Em\nDelphine Tolliver, wife\nDawn Hope, ward sister\n\n李小龙"
    people = people_typed(typed)
    assert [(p.kind, p.aka, p.role, p.relation) for p in people] == [
        ("patient", ("Em",), "", ""),
        ("relative", (), "", "wife"),
        ("staff", (), "ward sister", ""),
        ("other", (), "", ""),
    ]
    assert people_typed(lines_of(people)) == people


def rows(*texts: str, system: str = "local") -> list[CapturedRecord]:
    return [
        CapturedRecord(
            f"R{number}",
            "incident",
            date(2026, 1, 5),
            "",
            text,
            site_code="OGH",
            source_system=system,
            line=number,
        )
        for number, text in enumerate(texts, 2)
    ]


def test_a_file_taken_in_twice_is_the_same_and_counts_add_up(world: World, noon: datetime) -> None:
    seen: list[int] = []
    many = rows(*(f"Text {n} about O’Neill" for n in range(450)))
    report = Report(read=450)
    done = services.record_many(many, by=world.by("Morwenna"), at=noon, report=report, progress=seen.append)
    assert (report.new, report.same, report.refused, seen) == (450, 0, 0, [200, 400, 450])
    assert done is not None
    assert ImportFile.objects.get().new == 450
    again = Report(read=450)
    services.record_many(many[:-1] + rows("changed")[:1], by=world.by("Morwenna"), at=noon, report=again)
    assert (again.new, again.same, again.changed) == (0, 449, 1)
    assert Original.objects.count() == 451


def test_a_reference_that_stands_twice_in_a_file_becomes_one_event(world: World, noon: datetime) -> None:
    one, other = rows("First words", "Second words")
    other.reference = one.reference
    report = Report(read=3)
    services.record_many([one, one, other], by=world.by("Morwenna"), at=noon, report=report)
    assert (report.new, report.same, report.changed) == (1, 1, 1)
    assert Event.objects.count() == 1


def test_a_bad_row_is_refused_with_its_line_and_nothing_of_its_words(world: World, noon: datetime) -> None:
    good, bad, empty = rows("Fine", "Mr Emrys Tolliver fell", "")
    bad.site_code = "NOPE"
    report = Report(read=3)
    services.record_many([good, bad, empty], by=world.by("Morwenna"), at=noon, report=report)
    assert (report.new, report.refused) == (1, 2)
    problems = list(ImportProblem.objects.order_by("line").values_list("line", "column", "value"))
    assert problems == [(3, "site_code", "NOPE"), (4, "narrative", "")]


def test_a_dry_run_counts_and_writes_nothing(world: World, noon: datetime) -> None:
    report = Report(read=2)
    assert services.record_many(rows("a", "b"), by="system", at=noon, report=report, dry_run=True) is None
    assert report.new == 2
    assert not Event.objects.exists()
    assert not Record.objects.exists()
    assert not ImportFile.objects.exists()


def test_events_brought_in_by_file_are_nobodys_own(world: World, noon: datetime) -> None:
    services.record_many(rows("Words"), by=world.by("Tobias"), at=noon, report=Report(read=1))
    event = Event.objects.get()
    assert not queries.is_own(world.viewer("Tobias"), event)
    assert queries.case(world.viewer("Tobias"), event.reference) is None


def test_one_import_takes_the_same_number_of_queries_for_many_rows(
    world: World, noon: datetime, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        services.record_many(
            rows(*(f"Text {n}" for n in range(190))), by="system", at=noon, report=Report(read=190)
        )


def test_a_csv_in_another_encoding_and_an_empty_file_say_what_to_do(world: World, noon: datetime) -> None:
    from everysite.base.problems import FileProblem

    report = Report()
    text = "reference;happened_on;kind;title;what_happened\n1;2026-01-05;incident;Slip;Dvořák fell at café\n"
    services.record_many(
        read_learning(text.replace("ř", "r").encode("cp1252"), report=report, file="a.csv"),
        by="system",
        at=noon,
        report=report,
        ending=".csv",
    )
    assert report.new == 1
    for content in (b"", b"\x89PNG\r\n", b"%PDF-1.4\nnot really"):
        with pytest.raises(FileProblem):
            list(read_learning(content, report=Report(), file="b"))


def test_people_of_a_record_keep_their_part() -> None:
    form = of_record(
        CapturedRecord("1", "incident", None, "", "t", people=[("A B", "deceased"), ("C D", "nurse")])
    )
    assert [(p.kind, p.role) for p in form.involved] == [("patient", ""), ("staff", "nurse")]


def test_showing_an_original_needs_a_reason_and_seals_it_first(world: World, noon: datetime) -> None:
    event = record(world, noon)
    boss = world.viewer("Morwenna")
    with pytest.raises(Refused) as no:
        services.show_original(
            viewer=boss, reference=event.reference, reason_code="", reason_text="short", at=noon
        )
    assert set(no.value.fields) == {"reason", "why"}
    with pytest.raises(Refused, match="without a name"):
        services.show_original(
            viewer=boss,
            reference=event.reference,
            reason_code="triage",
            reason_text="Because Tolliver asked us for it",
            at=noon,
        )
    assert services.read_open_original(viewer=boss, reference=event.reference, at=noon) is None
    shown = services.show_original(
        viewer=boss, reference=event.reference, reason_code="triage", reason_text=WHY, at=noon
    )
    assert shown.narrative == STORY
    line = LedgerLine.objects.get(action="original.show")
    assert (line.why, line.facts["reason"]) == (WHY, "triage")
    assert Seal.objects.filter(line=line).exists()
    assert ledger.faults() == []


def test_the_reason_is_asked_again_after_eight_hours(world: World, noon: datetime) -> None:
    event = record(world, noon)
    boss = world.viewer("Morwenna")
    ask = {"viewer": boss, "reference": event.reference}
    services.show_original(**ask, reason_code="triage", reason_text=WHY, at=noon)
    later = noon + timedelta(hours=7, minutes=59)
    assert services.show_original(**ask, at=later).closes_at == noon + timedelta(hours=8)
    assert services.read_open_original(**ask, at=later) is not None
    after = noon + timedelta(hours=8, minutes=1)
    assert services.read_open_original(**ask, at=after) is None
    with pytest.raises(Refused):
        services.show_original(**ask, at=after)
    assert LedgerLine.objects.filter(action="original.show").count() == 2


def test_own_words_need_no_reason_but_a_line(world: World, noon: datetime) -> None:
    event = record(world, noon)
    shown = services.show_original(viewer=world.viewer("Jo"), reference=event.reference, at=noon)
    assert shown.title == "A scan came late"
    assert LedgerLine.objects.get(action="original.show").facts["reason"] == "own"


@pytest.mark.parametrize(
    "first", ["Amara", "Tobias", "Philippa", "Renuka", "Sam", "Hester", "Solomon", "Leopold"]
)
def test_nobody_else_can_open_it(world: World, noon: datetime, first: str) -> None:
    event = record(world, noon)
    with pytest.raises(NotAllowed):
        services.show_original(
            viewer=world.viewer(first),
            reference=event.reference,
            reason_code="triage",
            reason_text=WHY,
            at=noon,
        )
    assert not LedgerLine.objects.filter(action="original.show").exists()


def test_the_author_may_read_while_writing_and_no_longer_after_approval(world: World, noon: datetime) -> None:
    event = record(world, noon)
    services.triage(reference=event.reference, by=world.by("Morwenna"), at=noon)
    services.assign(
        reference=event.reference,
        person_id=world.by("Tobias"),
        part="author",
        by=world.by("Morwenna"),
        at=noon,
    )
    ask = {"viewer": world.viewer("Tobias"), "reference": event.reference, "at": noon}
    assert services.show_original(**ask, reason_code="write_safe_text", reason_text=WHY)
    services.reached(event_id=event.pk, step="approved", at=noon)
    with pytest.raises(NotAllowed):
        services.show_original(**ask, reason_code="write_safe_text", reason_text=WHY)
    assert (
        services.read_open_original(viewer=world.viewer("Tobias"), reference=event.reference, at=noon) is None
    )


def test_more_than_thirty_looks_in_an_hour_are_too_many(world: World, noon: datetime) -> None:
    event = record(world, noon)
    for _ in range(30):
        services.show_original(viewer=world.viewer("Jo"), reference=event.reference, at=noon)
    with pytest.raises(TooOften):
        services.show_original(viewer=world.viewer("Jo"), reference=event.reference, at=noon)


def test_the_words_stay_closed_when_the_ledger_cannot_seal(
    world: World, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = record(world, noon)
    monkeypatch.setattr(ledger, "seal", lambda: 0)
    with pytest.raises(services.NotSealed):
        services.show_original(viewer=world.viewer("Jo"), reference=event.reference, at=noon)


def test_names_are_an_act_of_their_own(world: World, noon: datetime) -> None:
    event = record(world, noon)
    who = services.show_identity(
        viewer=world.viewer("Morwenna"),
        reference=event.reference,
        reason_code="answer_family",
        reason_text=WHY,
        at=noon,
    )
    assert who.people[0].name == "Emrys Tolliver"
    assert LedgerLine.objects.filter(action="identity.show").count() == 1
    assert not LedgerLine.objects.filter(action="original.show").exists()


def test_triage_twice_keeps_the_first_and_withdrawal_ends_it(world: World, noon: datetime) -> None:
    event = record(world, noon)
    services.triage(reference=event.reference, by=world.by("Morwenna"), at=noon, kind="near_miss")
    again = services.triage(reference=event.reference, by=world.by("Ishani"), at=noon)
    assert (again.triaged_by, again.kind) == (world.by("Morwenna"), "near_miss")
    with pytest.raises(NotAllowed):
        services.triage(reference=event.reference, by=world.by("Hester"), at=noon)
    gone = services.withdraw(reference=event.reference, reason="contributor", by=world.by("Jo"), at=noon)
    assert queries.state_of(gone) == "withdrawn"
    with pytest.raises(NotAllowed):
        services.triage(reference=event.reference, by=world.by("Morwenna"), at=noon)


def test_only_somebody_who_may_do_a_part_is_named_for_it(world: World, noon: datetime) -> None:
    event = record(world, noon)
    services.triage(reference=event.reference, by=world.by("Morwenna"), at=noon)
    ask = {"reference": event.reference, "by": world.by("Morwenna"), "at": noon}
    with pytest.raises(Refused):
        services.assign(person_id=world.by("Jo"), part="author", **ask)
    first = services.assign(person_id=world.by("Tobias"), part="author", **ask)
    assert services.assign(person_id=world.by("Tobias"), part="author", **ask).pk == first.pk
    assert services.unassign(person_id=world.by("Tobias"), part="author", **ask)
    assert not services.unassign(person_id=world.by("Tobias"), part="author", **ask)


def test_files_go_to_the_vault_with_their_name(world: World, noon: datetime) -> None:
    event = record(world, noon)
    row = services.attach(
        reference=event.reference,
        data=b"%PDF-1.7 x",
        file_name="Tolliver letter.pdf",
        viewer=world.viewer("Jo"),
        at=noon,
    )
    assert (row.revision, row.attachment_type) == (2, "pdf")
    for data in (b"", b"\xff\xfe\x00bad\x00", b"x" * 30_000_000):
        with pytest.raises(Refused):
            services.attach(
                reference=event.reference, data=data, file_name="n", viewer=world.viewer("Jo"), at=noon
            )
    with pytest.raises(NotAllowed):
        services.attach(
            reference=event.reference, data=b"x", file_name="n", viewer=world.viewer("Grace"), at=noon
        )


def test_lists_hold_what_the_table_allows(world: World, noon: datetime) -> None:
    event = record(world, noon)
    seen = {
        first: queries.cases(world.viewer(first)).filter(pk=event.pk).exists()
        for first in ("Jo", "Morwenna", "Hester", "Dimitri", "Grace", "Sam", "Leopold", "Philippa")
    }
    assert seen == {
        "Jo": True,
        "Morwenna": True,
        "Hester": True,
        "Dimitri": False,
        "Grace": False,
        "Sam": False,
        "Leopold": False,
        "Philippa": False,
    }


def test_sql_and_rule_agree_for_everyone_in_every_state(world: World, noon: datetime) -> None:
    event = record(world, noon)
    services.triage(reference=event.reference, by=world.by("Morwenna"), at=noon)
    services.assign(
        reference=event.reference,
        person_id=world.by("Tobias"),
        part="author",
        by=world.by("Morwenna"),
        at=noon,
    )
    for step in ("", "deidentifying", "in_review", "approved", "published", "superseded"):
        if step:
            services.reached(event_id=event.pk, step=step, at=noon)
        event.refresh_from_db()
        assert queries.STATES[queries.state_of(event)]
        for name in world.people:
            viewer = queries_viewer(world, name)
            for kind in ("case", "original", "identity"):
                in_sql = (
                    queries.case(viewer, event.reference)
                    if kind == "case"
                    else queries.readable(viewer, kind, event.reference)
                )
                assert (in_sql is not None) is queries.event_allows(viewer, "read", kind, event), (
                    name,
                    kind,
                    step,
                )


def queries_viewer(world: World, name: str) -> object:
    from everysite.network import queries as network

    return network.viewer(str(world.people[name].pk), date(2026, 3, 2))


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_two_people_recording_at_once_get_two_numbers(noon: datetime) -> None:
    from tests.world import build

    world = build(noon)
    found: list[str] = []

    def work() -> None:
        found.append(services.record(form=FORM, by=world.by("Jo"), at=noon).event.reference)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [f"EV-2026-{n:04}" for n in range(1, 5)]
    assert Grant.objects.exists()
