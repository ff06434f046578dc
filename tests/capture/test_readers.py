"""Files of learning: reports as data and as PDF, tables of events, and what patients said."""

import contextlib
import io
import json
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everysite.base.problems import FileProblem, Report
from everysite.capture.readers import coroner_form, pdf_text
from everysite.capture.readers.csv_events import read_events
from everysite.capture.readers.feedback import read_feedback
from everysite.capture.readers.jsonl import read_json
from everysite.capture.readers.learning import read_learning
from everysite.capture.readers.pdf import read_pdf
from everysite.capture.readers.record import (
    PHYSICAL_HARM,
    PSYCHOLOGICAL_HARM,
    CapturedRecord,
    harm_code,
    people_of,
)
from tests.effort import examples
from tests.shared_data import shared

STORY = {
    "report_id": "2026-0001",
    "date": "2026-01-20",
    "url": "https://reports.example/one",
    "coroner": "Percival Invented",
    "area": "Vale",
    "receiver": "Brackenvale Hospitals Group; Vale and Shore Integrated Care Board",
    "investigation": "An inquest was held.",
    "circumstances": "He waited.\n\nNobody called.",
    "concerns": "(1) There is no way to call.",
    "themes": ["waiting"],
    "action": None,
    "response": "Within 56 days.",
    "deceased_name": "Emrys Tolliver",
    "categories": "Hospital|Emergency",
    "n_recipients": "2",
    "n_replies": "1",
    "status": "overdue",
    "healthcare": True,
}


def stories(*changes: dict[str, object]) -> tuple[list[CapturedRecord], Report]:
    """Read reports that differ from the story by these changes."""
    report = Report()
    text = "\n".join(json.dumps(STORY | change) for change in changes)
    return read_json(text.encode(), report=report), report


# ---- reports as data


def test_a_report_keeps_its_sections_in_the_order_of_the_form() -> None:
    (record,), report = stories({})
    assert record.narrative == (
        "Inquest\nAn inquest was held.\n\nCircumstances of the death\nHe waited.\n\nNobody called.\n\n"
        "Matters of concern\n(1) There is no way to call.\n\nResponse\nWithin 56 days."
    )
    assert (record.reference, record.kind, record.happened_on) == (
        "2026-0001",
        "coroner_report",
        date(2026, 1, 20),
    )
    assert report.problems == []


def test_a_report_names_the_people_to_take_out_and_its_title_names_nobody() -> None:
    (record,), _ = stories({"coroner_full": "Dr Percival Invented"})
    assert record.people == [
        ("Emrys Tolliver", "deceased"), ("Percival Invented", "coroner"), ("Dr Percival Invented", "coroner"),
    ]  # fmt: skip
    assert record.title == "Prevention of future deaths report 2026-0001"


def test_several_people_in_one_field_are_each_named() -> None:
    (record,), _ = stories(
        {"deceased_name": "Emrys Tolliver and Dawn Hope; Will Day", "coroner": "Not found"}
    )
    assert record.people == [
        ("Emrys Tolliver", "deceased"),
        ("Dawn Hope", "deceased"),
        ("Will Day", "deceased"),
    ]


def test_who_received_a_report_and_what_it_is_about_is_kept() -> None:
    (record,), _ = stories({})
    assert record.extra["receivers"] == [
        "Brackenvale Hospitals Group",
        "Vale and Shore Integrated Care Board",
    ]
    assert record.extra["healthcare"] is True
    assert record.extra["healthcare_categories"] == ["Hospital", "Emergency"]
    assert (record.extra["n_recipients"], record.extra["n_replies"]) == (2, 1)


def test_the_whole_original_is_kept_for_the_vault() -> None:
    (record,), _ = stories({"unheard_of": {"deep": [1, 2]}})
    assert json.loads(record.raw) == STORY | {"unheard_of": {"deep": [1, 2]}}


def test_the_address_is_the_key_where_the_number_is_missing_or_stands_on_two_reports() -> None:
    records, report = stories(
        {"report_id": "", "url": "https://reports.example/none"},
        {"report_id": "2026 – 0002", "url": "https://reports.example/two", "concerns": "a"},
        {"report_id": "2026-0002", "url": "https://reports.example/three", "concerns": "b"},
        {},
    )
    assert [one.reference for one in records] == [
        "https://reports.example/none", "https://reports.example/two", "https://reports.example/three", "2026-0001",
    ]  # fmt: skip
    assert len(report.problems) == 3
    assert report.refused == 0


def test_a_record_without_number_and_address_has_a_mark_that_stays() -> None:
    first, _ = stories({"report_id": None, "url": None})
    again, _ = stories({"report_id": None, "url": None})
    assert first[0].reference == again[0].reference
    assert first[0].reference.startswith("json-")


def test_the_same_report_twice_is_taken_once_and_another_text_is_kept() -> None:
    records, report = stories({}, {}, {"concerns": "New words."})
    assert [one.reference for one in records] == ["2026-0001", "2026-0001"]
    assert (report.read, report.same) == (3, 1)


def test_a_record_without_text_is_refused_and_the_rest_is_read() -> None:
    records, report = stories(
        {"investigation": "", "circumstances": None, "concerns": " ", "response": ""}, {}
    )
    assert (len(records), report.refused, report.problems[0].line) == (1, 1, 1)


def test_a_day_that_cannot_be_read_is_reported_and_left_empty() -> None:
    records, report = stories({"date": "20/01/26"}, {"date": "", "report_id": "2026-0002"})
    assert [one.happened_on for one in records] == [None, None]
    assert [one.column for one in report.problems] == ["date", "date"]


@pytest.mark.parametrize(
    "wrap", [json.dumps, lambda one: json.dumps(one, indent=2), lambda one: json.dumps([one], indent=1)]
)
def test_one_object_and_a_list_are_read_like_lines(wrap: Callable[[object], str]) -> None:
    report = Report()
    (record,) = read_json(wrap(STORY).encode("utf-8-sig"), report=report)
    assert record.reference == "2026-0001"
    assert json.loads(record.raw) == STORY


def test_a_list_names_the_line_on_which_a_record_begins() -> None:
    report = Report()
    read_json(json.dumps([STORY, {"report_id": "x"}], indent=1).encode(), report=report)
    assert report.problems[0].line == len(json.dumps(STORY, indent=1).splitlines()) + 2


def test_a_broken_line_is_refused_and_the_others_are_read() -> None:
    report = Report()
    content = (
        json.dumps(STORY)
        + '\n{"report_id": \n[1]\n{"a": NaN}\n'
        + json.dumps(STORY | {"report_id": "2026-0009"})
    )
    records = read_json(content.encode(), report=report)
    assert [one.line for one in records] == [1, 5]
    assert (report.read, report.refused) == (5, 3)


@pytest.mark.parametrize("bad", ["\\ud800", "\\u0000"])
def test_characters_that_are_no_characters_refuse_their_record(bad: str) -> None:
    report = Report()
    content = json.dumps(STORY).replace("waited", f"wai{bad}ted") + "\n" + json.dumps(STORY)
    assert len(read_json(content.encode(), report=report)) == 1
    assert report.refused == 1


@pytest.mark.parametrize("content", [b"", b"   \n", b"[", b'[{"a": 1}', b"[" * 100_000, b"hello", b"[1 2]"])
def test_what_is_no_json_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(FileProblem) as caught:
        read_json(content, report=Report())
    assert caught.value.code in ("empty", "not_json")


def test_a_record_that_tells_what_happened_needs_no_sections() -> None:
    report = Report()
    content = json.dumps({"reference": "E1", "happened_on": "2026-01-02", "kind": "incident", "title": "A delay",
                          "what_happened": "A test came late.", "people_involved": ["Jo Quill"]})  # fmt: skip
    (record,) = read_json(content.encode(), report=report)
    assert (record.reference, record.kind, record.title) == ("E1", "incident", "A delay")
    assert record.people == [("Jo Quill", "involved")]


# ---- reports as PDF

FORM = """REGULATION 28 REPORT TO PREVENT FUTURE DEATHS
THIS REPORT IS BEING SENT TO:
1. Brackenvale Hospitals Group, Long Lane
2. Vale and Shore Integrated Care Board
1 CORONER
I am Percival Invented, MBE, Senior Coroner, for the coroner area of Vale
2 CORONER'S LEGAL POWERS
I make this report under paragraph 7.
3 INVESTIGATION and INQUEST
On 1 March 2025 I commenced an investigation into the death of Emrys Garfield Tolliver, aged 54.
4 CIRCUMSTANCES OF THE DEATH
He waited and nobody called.
CORONER'S CONCERNS5
(1) There is no way to call.
6 ACTION SHOULD BE TAKEN
In my opinion action should be taken.
7 YOUR RESPONSE
You are under a duty to respond within 56 days, namely by 17 March 2026. I may extend it.
8 COPIES and PUBLICATION
I have sent a copy to the family.
9 20 January 2026 Signed"""


def pdf(*pages: str, stream: bytes | None = None) -> bytes:
    """Return a PDF with these lines of text, or with a content stream of its own."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for page in pages:
        body = "BT /F1 10 Tf 14 TL 40 800 Td\n"
        for line in page.splitlines():
            safe = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            body += f"({safe}) Tj T*\n"
        packed = stream if stream is not None else zlib.compress((body + "ET").encode("cp1252"))
        objects.append(
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
        )
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (
        len(kids),
        b" ".join(b"%d 0 R" % kid for kid in kids),
    )
    out, places = b"%PDF-1.4\n", []
    for number, body_ in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body_)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def locked(content: bytes, password: str) -> bytes:
    """Return the PDF locked with a password."""
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(content)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_form_is_read_by_its_headings() -> None:
    report = Report()
    record = read_pdf(pdf(FORM), report=report, file="2026-0001.pdf")
    assert (record.reference, record.kind, record.happened_on) == (
        "2026-0001",
        "coroner_report",
        date(2026, 1, 20),
    )
    assert record.people == [("Emrys Garfield Tolliver", "deceased"), ("Percival Invented", "coroner")]
    sections = record.extra["sections"]
    assert isinstance(sections, dict)
    assert sections["circumstances"] == "He waited and nobody called."
    assert sections["concerns"] == "(1) There is no way to call."
    assert record.extra["receivers"] == [
        "Brackenvale Hospitals Group, Long Lane",
        "Vale and Shore Integrated Care Board",
    ]
    assert "family" not in record.narrative
    assert report.problems == []


def test_the_whole_pdf_is_kept_for_the_vault() -> None:
    content = pdf(FORM)
    assert read_pdf(content, report=Report()).raw == content


def test_a_text_that_is_no_form_is_taken_as_one_piece_and_said() -> None:
    report = Report()
    record = read_pdf(pdf("A letter about a delay in the clinic, and what we want to change."), report=report)
    assert record.narrative.startswith("A letter")
    assert record.kind == ""
    assert "headings" in report.problems[0].problem


def test_a_page_without_text_is_named() -> None:
    report = Report()
    read_pdf(pdf(FORM, ""), report=report)
    assert report.problems[0].problem == "Page 2 has no text."


def bomb() -> bytes:
    """Return a PDF of a few kilobytes whose page unpacks to hundreds of megabytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(200)) + packer.flush()
    return pdf("x", stream=packed)


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (lambda: pdf(""), "no_text", "no text layer"),
        (lambda: locked(pdf(FORM), "secret"), "encrypted", "locked with a password"),
        (lambda: b"%PDF-1.4\n" + b"x" * 20_000_001, "too_large", "at most 20 MB"),
        (lambda: b"GIF89a", "wrong_kind", "not a PDF"),
        (lambda: b"", "wrong_kind", "not a PDF"),
        (lambda: b"%PDF-1.4 and nothing more", "damaged", "damaged"),
        (bomb, ("damaged", "crash", "no_text"), "PDF|read safely"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_refused_with_its_reason(
    content: Callable[[], bytes], code: str | tuple[str, ...], said: str
) -> None:
    with pytest.raises(FileProblem, match=said) as caught:
        read_pdf(content(), report=Report(), file="report.pdf")
    assert caught.value.code in code
    assert caught.value.mend


def test_a_pdf_that_opens_without_a_password_is_read() -> None:
    assert read_pdf(locked(pdf(FORM), ""), report=Report()).kind == "coroner_report"


@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_no_damage_to_a_pdf_raises_anything_but_a_file_problem(data: st.DataObject) -> None:
    content = bytearray(SMALL_PDF)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(FileProblem):
        assert pdf_text.extract(bytes(content))["pages"]


SMALL_PDF = pdf("A short text about a delay that is long enough to be a text.")


@settings(max_examples=examples(200))
@given(st.text(max_size=300))
def test_no_line_of_a_form_is_lost(text: str) -> None:
    parts = coroner_form.split(f"3 INVESTIGATION\n{text}\n4 CIRCUMSTANCES OF THE DEATH\nx")
    kept = "".join("".join(parts.values()).split())
    for line in text.splitlines():
        if not coroner_form._heading(" ".join(line.split()))[0]:
            assert "".join(line.split()) in kept


# ---- tables of events

EVENT = "reference,happened_on,kind,title,what_happened"


def events(*lines: str, header: str = EVENT, **settings_: object) -> tuple[list[CapturedRecord], Report]:
    """Read a table of events."""
    report = Report()
    content = "\n".join((header, *lines)).encode()
    return list(read_events(content, report=report, **settings_)), report  # type: ignore[arg-type]


def test_an_event_is_read_whole() -> None:
    header = EVENT + (
        ",site_code,team,physical_harm,psychological_harm,action_taken,people_involved,wants_feedback,nhs_number,Weather"
    )
    (record,), report = events(
        "EV-1,14/10/2025,Incident,A test not sent,He waited.,OGH,OGH-01,Moderate physical harm,3,Called back.,"
        "Emrys Tolliver (patient); nurse: Jo Quill|Amara Wells,yes,999 204 4179,rain",
        header=header,
    )
    assert (record.reference, record.kind, record.happened_on) == ("EV-1", "incident", date(2025, 10, 14))
    assert (record.physical_harm, record.psychological_harm) == (3, 3)
    assert record.people == [
        ("Emrys Tolliver", "patient"),
        ("Jo Quill", "nurse"),
        ("Amara Wells", "involved"),
    ]
    assert record.identifiers == [("999 204 4179", "nhs_number")]
    assert (record.wants_feedback, record.action_taken, record.extra) == (
        True,
        "Called back.",
        {"Weather": "rain"},
    )
    assert json.loads(record.raw)["Weather"] == "rain"
    assert [one.column for one in report.problems] == ["Weather"]


@pytest.mark.parametrize(
    ("written", "code"),
    [("Near Miss", "near_miss"), ("good-care", "good_care"), ("NEVER_EVENT", "never_event"), ("Excellence", "good_care"),
     ("PALS", "complaint"), ("research", "research")],
)  # fmt: skip
def test_kinds_are_known_in_common_spellings(written: str, code: str) -> None:
    assert events(f"E1,2026-01-02,{written},t,w")[0][0].kind == code


def test_local_kinds_are_mapped_and_unknown_ones_refused_with_the_list() -> None:
    records, report = events(
        "E1,2026-01-02,Slip,t,w",
        "E2,2026-01-02,Slap,t,w",
        "E3,2026-01-02,,t,w",
        kind_map={"slip": "incident"},
    )
    assert [one.reference for one in records] == ["E1"]
    assert report.refused == 2
    assert "good_care" in report.problems[0].mend


@pytest.mark.parametrize(
    ("written", "physical", "psychological"),
    [
        ("5", 5, None), ("4", 4, 4), ("1", 1, 1), ("0", None, None), ("6", None, None), ("No physical harm", 5, None),
        ("none", 5, 4), ("Low", 4, 3), ("moderate harm", 3, 2), ("SEVERE", 2, 1), ("Fatal", 1, None), ("death", 1, None),
        ("Severe psychological harm", None, 1), ("2.0", 2, 2), ("a bit", None, None), ("", None, None),
    ],
)  # fmt: skip
def test_both_harm_scales_take_codes_and_labels_and_are_never_mixed(
    written: str, physical: int | None, psychological: int | None
) -> None:
    assert harm_code(written, PHYSICAL_HARM) == physical
    assert harm_code(written, PSYCHOLOGICAL_HARM) == psychological


def test_a_harm_that_its_scale_does_not_have_is_reported_with_the_scale() -> None:
    (record,), report = events("E1,2026-01-02,incident,t,w,Fatal", header=EVENT + ",psychological_harm")
    assert record.psychological_harm is None
    assert "4 No psychological harm" in report.problems[0].mend


def test_events_without_reference_title_or_story_are_refused_by_line_without_their_words() -> None:
    records, report = events(
        ",2026-01-02,incident,t,w", "E2,2026-01-02,incident,,w", "E3,2026-01-02,incident,t,"
    )
    assert records == []
    assert [(one.line, one.column, one.value) for one in report.problems] == [
        (2, "reference", ""), (3, "title", ""), (4, "what_happened", ""),
    ]  # fmt: skip


def test_a_day_that_cannot_be_read_does_not_lose_the_event() -> None:
    (record,), report = events("E1,10/14/2025,incident,t,w")
    assert record.happened_on is None
    assert report.problems[0].column == "happened_on"


def test_the_same_event_twice_is_the_same_and_other_words_are_a_revision() -> None:
    records, report = events(
        "E1,2026-01-02,incident,t,w", "E1,2026-01-02,incident,t,w", "E1,2026-01-02,incident,t,new"
    )
    assert [one.narrative for one in records] == ["w", "new"]
    assert (report.read, report.same) == (3, 1)
    assert report.problems[-1].done == "taken in as a newer revision"


def test_columns_of_a_local_system_are_renamed() -> None:
    records, _ = events(
        "E1,2026-01-02,incident,t,w", header="Ref No,When,kind,title,Story",
        renames={"reference": "ref no", "happened_on": "when", "what_happened": "story"},
    )  # fmt: skip
    assert records[0].narrative == "w"


def test_names_are_cut_apart_with_the_part_they_had() -> None:
    assert people_of("Dawn Hope;Will Day (porter)|Dawn Hope; ;12") == [
        ("Dawn Hope", "involved"),
        ("Will Day", "porter"),
    ]


# ---- what patients said


def comments(
    *lines: str, header: str = "comment,date,score,site_code,service"
) -> tuple[list[CapturedRecord], Report]:
    """Read a table of comments."""
    report = Report()
    return list(read_feedback("\n".join((header, *lines)).encode(), report=report)), report


def test_a_comment_is_read_with_its_score() -> None:
    (record,), report = comments("The wait was long.,2026-01-02,Very poor,OGH,Clinic")
    assert (record.kind, record.narrative, record.site_code) == ("fft_theme", "The wait was long.", "OGH")
    assert (record.extra["score"], record.extra["score_label"]) == (5, "Very poor")
    assert record.title == "Patient feedback: Clinic"
    assert report.problems == []


@pytest.mark.parametrize(
    ("written", "score", "label"),
    [
        ("7", None, "unknown"),
        ("6", 6, "Don't know"),
        ("", None, "unknown"),
        ("1.0", 1, "Very good"),
        ("don't know", 6, "Don't know"),
    ],
)
def test_scores_outside_the_scale_become_unknown(written: str, score: int | None, label: str) -> None:
    (record,), report = comments(f"Good.,2026-01-02,{written},OGH,Clinic")
    assert (record.extra["score"], record.extra["score_label"]) == (score, label)
    assert bool(report.problems) is (written == "7")


def test_empty_days_are_counted_once_for_the_file() -> None:
    records, report = comments("a,,1,,", "b,,1,,", "c,2026-01-02,1,,")
    assert [one.happened_on for one in records] == [None, None, date(2026, 1, 2)]
    assert [one.problem for one in report.problems] == ["2 rows have no date."]


def test_the_same_words_from_two_people_are_two_records_with_marks_that_stay() -> None:
    first, _ = comments("Nothing.,2026-01-02,1,OGH,Clinic", "Nothing.,2026-01-02,1,OGH,Clinic")
    again, _ = comments("Nothing.,2026-01-02,1,OGH,Clinic", "Nothing.,2026-01-02,1,OGH,Clinic")
    assert len({one.reference for one in first}) == 2
    assert [one.reference for one in first] == [one.reference for one in again]


def test_a_score_without_words_is_refused_as_there_is_nothing_to_read() -> None:
    records, report = comments(",2026-01-02,1,OGH,Clinic")
    assert (records, report.refused) == ([], 1)


def test_the_two_published_shapes_are_known() -> None:
    header = "comment_id,trust,respondent_id,date,service,subservice,fft_score,question,text,pii_flag,sentiment,labels"
    (record,), _ = comments("C1,VALE,R1,2026-01-02,Clinic,Desk,2,Why?,Friendly.,,1,Staff|Time", header=header)
    assert (record.reference, record.team, record.extra["labels"]) == ("C1", "Desk", ["Staff", "Time"])
    header = "row_index,trust,question,code,label,subcategory,criticality,text"
    records, report = comments(
        "0,Vale,Q1,xn,Calm,None,3,Fine.", "5,Vale,Q1,eq,Noise,Doors,-o,Loud.", header=header
    )
    assert [(one.reference, one.extra["criticality"]) for one in records] == [("Vale-0", 3), ("Vale-5", None)]
    assert report.problems[-1].column == "criticality"


# ---- any file


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(FORM), "coroner_report"),
        (json.dumps(STORY).encode(), "coroner_report"),
        (json.dumps([STORY]).encode("utf-16"), "coroner_report"),
        (f"{EVENT}\nE1,2026-01-02,risk,t,w".encode(), "risk"),
        (b"text;fft_score\nGood;1\n", "fft_theme"),
    ],
)
def test_the_kind_of_file_is_seen_from_its_content(content: bytes, kind: str) -> None:
    assert [one.kind for one in read_learning(content, report=Report())] == [kind]


def test_a_table_of_neither_kind_names_the_columns_of_events() -> None:
    with pytest.raises(FileProblem, match="reference, happened_on, kind, title, what_happened"):
        list(read_learning(b"a,b\n1,2\n", report=Report()))


START = st.sampled_from(
    [b"", b"{", b'[{"concerns":"x"},', EVENT.encode() + b"\n", b"comment,date\n", b"\xff\xfe", b'{"url":']
)


@settings(max_examples=examples(300), deadline=None)
@given(START, st.binary(max_size=200).filter(lambda one: b"%PDF-" not in one))
def test_no_bytes_break_the_readers(start: bytes, content: bytes) -> None:
    with contextlib.suppress(FileProblem):
        for one in read_learning(start + content, report=Report()):
            assert one.reference
            one.narrative.encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=examples(200), deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(STORY)), JSON))
def test_every_record_of_data_is_counted_and_kept_whole(change: dict[str, object]) -> None:
    report = Report()
    record = STORY | change
    with contextlib.suppress(FileProblem):
        found = read_json(json.dumps(record).encode(), report=report)
        assert report.read == len(found) + report.refused
        for one in found:
            assert json.loads(one.raw) == record


# ---- the real records, counted and never shown


def test_all_real_reports_are_taken_in_with_nothing_lost() -> None:
    path = shared("pfd_fulltext/reports.jsonl")
    report = Report()
    records = read_json(path, report=report)
    lines = path.read_bytes().splitlines()
    assert (len(records), report.read, report.refused, report.same) == (613, 613, 0, 0)
    assert len({one.reference for one in records}) == 613
    assert sum(one.reference.startswith("http") for one in records) == 21
    assert sum(one.raw == line for one, line in zip(records, lines, strict=True)) == 613
    assert sum(one.extra["healthcare"] is True for one in records) == 286
    assert sum(any(part == "deceased" for _, part in one.people) for one in records) == 612  # one is withheld
    assert sum(one.happened_on is None for one in records) == 0


def test_no_section_of_a_real_report_is_missing_from_its_narrative() -> None:
    path = shared("pfd_fulltext/reports.jsonl")
    records = read_json(path, report=Report())
    lost = 0
    for record in records:
        original = json.loads(record.raw)
        kept = "".join(record.narrative.split())
        for name in coroner_form.SECTIONS:
            plain = "".join(coroner_form_text(original[name]).split())
            lost += plain not in kept
    assert lost == 0


def coroner_form_text(section: str | None) -> str:
    """Return a section in the written form of narratives."""
    from everysite.base.text import paragraphs

    return paragraphs(section or "")


@pytest.mark.parametrize("number", ["2023-0130", "2023-0131", "2023-0132"])
def test_a_real_form_gives_the_same_sections_as_its_data(number: str) -> None:
    from difflib import SequenceMatcher

    path = shared(f"pfd_pdf/{number}.pdf")
    wanted = next(
        one
        for one in read_json(shared("pfd_fulltext/reports.jsonl"), report=Report())
        if one.reference == number
    )
    record = read_pdf(path, report=Report())
    mine, theirs = record.extra["sections"], wanted.extra["sections"]
    assert isinstance(mine, dict)
    assert isinstance(theirs, dict)
    for name in ("investigation", "circumstances", "concerns"):
        a, b = (str(one[name]).split() for one in (mine, theirs))
        assert SequenceMatcher(None, a, b).ratio() > 0.8, (number, name, len(a), len(b))
    assert (record.reference, len(record.people)) == (number, 2)
    assert record.happened_on in (wanted.happened_on, None)


def test_the_real_feedback_is_taken_in() -> None:
    for name, rows in (("fft_comments_v6", 4304), ("feedback_phase1", 6059)):
        report = Report()
        records = list(read_learning(shared(f"patient_feedback/{name}.csv"), report=report))
        assert (len(records), report.read, report.refused) == (rows, rows, 0)
        if name == "fft_comments_v6":
            assert sum(one.extra["score_label"] == "unknown" for one in records) == 206
            assert sum(one.happened_on is None for one in records) == 175
        else:
            assert sum(one.extra["criticality"] is None for one in records) == 22


def test_the_real_case_of_the_rehearsal_is_one_record(tmp_path: Path) -> None:
    records = list(read_learning(shared("demo_scenario/learning.json"), report=Report()))
    assert len(records) == 1
    assert records[0].people
