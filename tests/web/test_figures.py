"""Bringing in figures on the web: choose, say which column is which, look, bring in, take back."""

from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from everysite.base import clock
from everysite.measure.models import Measure, Point
from everysite.measure.services import define
from everysite.network.models import ImportFile
from everysite.network.readers import PEOPLE_COLUMNS
from tests.web.test_actions import signed_in

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
OWN = b"measure,site_code,date,numerator,denominator\nM1,EQG,2026-03-02,3,4\nM1,EQG,2026-03-09,x,4\n"
ODD = b"Ward report\nSite,When,Had it,Looked at\nEQG,02/03/2026,3,4\nEQG,09/03/2026,4,4\n"
CHOICES = {
    "date": "c1",
    "site_code": "c0",
    "measure": "none",
    "name2": "none",
    "one_measure": "M1",
    "one_site": "",
    "numerator": "c2",
    "denominator": "c3",
    "value": "none",
    "tally": "row",
    "kind": "see",
    "direction": "increase",
}


@pytest.fixture(autouse=True)
def in_june(clock_at_noon, settings, tmp_path: Path):
    settings.EVERYSITE_FILES_DIR = str(tmp_path / "files")
    with clock.stopped(JUNE):
        yield


def text(answer) -> str:
    return answer.content.decode().replace("&#39;", "'")


def sent(client, data: bytes, name: str = "ward.csv"):
    return client.post("/measures/file/", {"file": SimpleUploadedFile(name, data)})


def test_a_file_with_other_names_is_mapped_looked_at_brought_in_and_taken_back(world) -> None:
    client = signed_in(world, "Ishani")
    columns = sent(client, ODD).url
    page = text(client.get(columns))
    assert "Looked at" in page
    assert "02/03/2026" in page
    where = client.post(columns, CHOICES).url
    page = text(client.get(where))
    assert "2 rows: 2 new, 0 changed, 0 the same, 0 not used" in page
    assert "Nothing has been changed yet" in page
    assert "1 measure is new" in page
    assert Point.objects.count() == 0
    client.post(f"{where}apply/")
    assert "The figures are in" in text(client.get(where))
    assert list(Point.objects.order_by("starts_on").values_list("numerator", "denominator")) == [
        (3, 4),
        (4, 4),
    ]
    assert client.get("/measures/M1/").status_code == 200
    client.post(f"{where}undo/")
    assert "was taken back" in text(client.get(where))
    assert not Point.objects.filter(superseded_at=None).exists()


def test_each_row_that_is_not_used_stands_with_line_column_problem_and_what_to_do(world) -> None:
    client = signed_in(world, "Ishani")
    columns = sent(client, OWN).url
    where = client.post(
        columns,
        {
            **CHOICES,
            "date": "c2",
            "site_code": "c1",
            "measure": "c0",
            "one_measure": "",
            "numerator": "c3",
            "denominator": "c4",
        },
    ).url
    page = text(client.get(where))
    for words in ("Line 3", "numerator", "This is text, not a number", "refused", "bring the file in again"):
        assert words in page
    lines = b"".join(client.get(f"{where}problems.csv").streaming_content).decode()
    assert '"3","numerator","x"' in lines


def test_what_we_know_is_chosen_already(world) -> None:
    client = signed_in(world, "Ishani")
    page = text(client.get(sent(client, OWN).url))
    assert page.count("selected") >= 5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"date": "none"}, "Choose the column that is the date"),
        ({"site_code": "none"}, "Choose the column, or choose one site for the whole file"),
        ({"one_measure": ""}, "Choose the column, or give one measure for the whole file"),
        ({"numerator": "none"}, "Choose the column of the number counted"),
        ({"denominator": "c2"}, "one"),
        ({"date": "c99"}, "Choose one of the answers on this page"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_with_what_to_do(world, change, words) -> None:
    client = signed_in(world, "Ishani")
    answer = client.post(sent(client, ODD).url, {**CHOICES, **change})
    assert answer.status_code == 200
    assert "There is a problem" in text(answer)
    assert words in text(answer)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"x", "Choose a file that ends in"),
        ("a.csv", b"", "The file is empty"),
        ("a.csv", b"\n\n", "The file has no rows"),
        ("a.xlsx", b"PK\x03\x04broken", "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(world, name, data, words) -> None:
    answer = sent(signed_in(world, "Ishani"), data, name)
    assert answer.status_code == 200
    assert words in text(answer)


def test_a_lead_brings_in_the_own_site_and_nobody_else_sees_the_file(world) -> None:
    define(code="M1", name="M1", kind="proportion", by="system", at=JUNE)
    client = signed_in(world, "Dimitri")
    columns = sent(client, ODD).url
    assert "If a measure is new" not in text(client.get(columns))
    where = client.post(columns, CHOICES).url
    assert signed_in(world, "Hester").get(where).status_code == 404
    assert signed_in(world, "Jo").get(where).status_code == 404
    assert signed_in(world, "Ishani").get(where).status_code == 200
    assert signed_in(world, "Ishani").post(f"{where}apply/").status_code == 404
    client.post(f"{where}apply/")
    assert Point.objects.filter(site__code="EQG").count() == 2


def test_stopping_changes_nothing_and_the_old_address_leads_here(world) -> None:
    client = signed_in(world, "Ishani")
    where = client.post(sent(client, ODD).url, CHOICES).url
    client.post(f"{where}stop/")
    assert "Stopped. Nothing was changed" in text(client.get(where))
    client.post(f"{where}apply/", {"once": "x"})
    assert Point.objects.count() == 0
    assert client.get("/setup/import/measures/").url == "/measures/file/"


def test_a_double_click_brings_a_file_in_once(world) -> None:
    client = signed_in(world, "Ishani")
    where = client.post(sent(client, ODD).url, CHOICES).url
    for _ in range(2):
        client.post(f"{where}apply/", {"once": "one"})
    assert Point.objects.count() == 2
    assert Measure.objects.count() == 1


def test_one_row_a_person_is_added_up(world) -> None:
    client = signed_in(world, "Ishani")
    rows = b"day,done\n2026-03-02,yes\n2026-03-03,no\n2026-03-10,yes\n2026-03-11,perhaps\n"
    chosen = {
        **CHOICES,
        "date": "c0",
        "numerator": "c1",
        "denominator": "none",
        "site_code": "none",
        "one_site": "EQG",
        "tally": "week",
    }
    where = client.post(sent(client, rows).url, chosen).url
    client.post(f"{where}apply/")
    assert list(Point.objects.order_by("starts_on").values_list("starts_on", "numerator", "denominator")) == [
        (date(2026, 3, 2), 1, 2),
        (date(2026, 3, 9), 1, 1),
    ]
    assert "Each row must say yes or no" in text(client.get(where))


BYTES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")),
    st.lists(st.lists(st.text(max_size=6), max_size=5), max_size=6).map(
        lambda rows: "\n".join(",".join(row) for row in rows).encode("utf-8", "replace")
    ),
)
PICK = st.sampled_from(["none", "c0", "c1", "c2", "c9", ""])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    BYTES,
    st.fixed_dictionaries(
        dict.fromkeys(("date", "site_code", "measure", "numerator", "denominator", "value", "name2"), PICK)
    ),
)
def test_whatever_is_sent_no_page_breaks(world, data, picks) -> None:
    client = signed_in(world, "Ishani")
    answer = sent(client, data)
    assert answer.status_code in (200, 303)
    if answer.status_code == 303:
        assert client.get(answer.url).status_code == 200
        mapped = client.post(answer.url, {**CHOICES, **picks, "one_site": "EQG"})
        assert mapped.status_code in (200, 303)
        if mapped.status_code == 303:
            page = client.get(urlsplit(mapped.url).path)
            assert page.status_code == 200
            assert ">nan<" not in text(page).lower()
            assert client.post(f"{mapped.url}apply/").status_code == 303
    assert ImportFile.objects.filter(applied_at=None, undone_at__isnull=False).count() == 0


def test_a_staff_file_with_other_names_is_mapped_and_only_by_whoever_sent_it(world) -> None:
    client = signed_in(world, "Ishani")
    data = b"Payroll,Full name,Place\nP0099,Wren Example,EQG\n"
    where = client.post(
        "/setup/import/people/", {"file": SimpleUploadedFile("staff.csv", data), "everyone": "some"}
    ).url
    page = text(client.get(where))
    assert "Which column is which?" in page
    assert "Wren Example" in page
    assert signed_in(world, "Morwenna").get(where).status_code == 404
    assert client.get(where.replace("people", "sites", 1)).status_code == 404
    assert client.get(f"{where}x").status_code == 404
    picks = dict.fromkeys(PEOPLE_COLUMNS, "none")
    refused = client.post(where, picks)
    assert "There is a problem" in text(refused)
    answer = client.post(where, {**picks, "person_id": "c0", "name": "c1", "site_code": "c2"})
    assert "1 row" in text(client.get(answer.url))
    assert ImportFile.objects.get(kind="people").new == 1


def test_whoever_looks_after_the_platform_is_not_led_to_figures(world) -> None:
    page = text(signed_in(world, "Sam").get("/setup/import/"))
    assert "Figures of measures" not in page
    assert signed_in(world, "Sam").get("/measures/file/").status_code == 404
    assert "Figures of measures" in text(signed_in(world, "Ishani").get("/setup/import/"))
