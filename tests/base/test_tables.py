"""Tables in every dialect, with every kind of dirt that people send."""

import contextlib
import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everysite.base.formulas import write_csv
from everysite.base.tables import FileProblem, Limits, Report, Row, Table, open_table, read_map
from tests.effort import examples

KNOWN = ("person_id", "name", "site_code")


def read(content: bytes | Path, **settings_: object) -> tuple[Table, list[Row], Report]:
    """Read a table with the three columns of these tests."""
    table = open_table(content, known=KNOWN, required=("name",), **settings_)  # type: ignore[arg-type]
    report = Report()
    return table, list(table.rows(report)), report


def refusal(content: bytes, **settings_: object) -> FileProblem:
    """Read a table that must be refused as a whole."""
    with pytest.raises(FileProblem) as caught:
        read(content, **settings_)
    return caught.value


def workbook(*rows: tuple[object, ...], sheets: int = 1) -> bytes:
    """Return a spreadsheet with these rows on its first sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for _ in range(sheets - 1):
        book.create_sheet().append(["other"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("separator", "said"), [(",", "comma"), (";", "semicolon"), ("\t", "tab")])
def test_each_separator_is_detected_and_said(separator: str, said: str) -> None:
    content = f'name{separator}site_code\n"Hope{separator} Dawn"{separator}OGH\n'.encode()
    table, rows, _ = read(content)
    assert table.separator_name == said
    assert rows[0].values == {"name": f"Hope{separator} Dawn", "site_code": "OGH"}


def test_a_comma_inside_a_header_of_semicolons_does_not_mislead() -> None:
    table, rows, _ = read(b"name;site_code;remarks, if any, please\nDawn Hope;OGH;a\n")
    assert table.separator == ";"
    assert rows[0].extra == {"remarks, if any, please": "a"}


def test_the_separator_line_of_a_spreadsheet_program_is_obeyed() -> None:
    table, rows, report = read(b"sep=;\r\nname;site_code\r\nDawn Hope;OGH\r\n")
    assert (table.separator, table.header_line, rows[0].line, report.read) == (";", 2, 3, 1)


@pytest.mark.parametrize(
    ("encoding", "said", "sure"),
    [
        ("utf-8", "UTF-8", True),
        ("utf-8-sig", "UTF-8 with mark", True),
        ("utf-16", "UTF-16", True),
        ("cp1252", "cp1252 (detected)", False),
    ],
)
def test_each_encoding_is_detected_and_said(encoding: str, said: str, sure: bool) -> None:
    table, rows, report = read("name,site_code\nMårten Ångström’s,OGH\n".encode(encoding))
    assert (table.encoding, table.sure) == (said, sure)
    assert rows[0].get("name") == "Mårten Ångström’s"
    table.announce(report)
    assert any("cp1252" in one.problem for one in report.problems) is not sure


def test_utf16_with_the_big_end_first_is_read() -> None:
    _, rows, _ = read("\ufeffname\nAoife\n".encode("utf-16-be"))
    assert rows[0].get("name") == "Aoife"


def test_utf16_that_breaks_off_inside_a_letter_is_refused() -> None:
    assert refusal("name\nAoife\n".encode("utf-16") + b"\x41").code == "not_text"


def test_utf16_without_its_mark_is_refused_with_what_to_do() -> None:
    problem = refusal("name,site_code\nAoife,OGH\n".encode("utf-16-le"))
    assert "save it as CSV UTF-8" in str(problem)


def test_one_broken_letter_in_a_utf8_file_refuses_its_row_only() -> None:
    content = "name,site_code\nÅsa Ö,OGH\nBad \udcff,OGH\nZoë Ü,EQG\n".encode("utf-8", "surrogateescape")
    table, rows, report = read(content)
    assert table.encoding == "UTF-8"
    assert [row.line for row in rows] == [2, 4]
    assert (report.refused, report.problems[0].line, report.problems[0].column) == (1, 3, "name")


def test_lone_surrogates_are_refused_by_row() -> None:
    content = b"name\nDawn\n\xed\xa0\x80lone\nWill\n"
    table, rows, report = read(content)
    assert table.encoding == "UTF-8"
    assert [row.get("name") for row in rows] == ["Dawn", "Will"]
    assert report.refused == 1
    utf16 = "\ufeffname\nDawn\nlo\ud800ne\n".encode("utf-16-le", "surrogatepass")
    assert read(utf16)[2].refused == 1


def test_nul_is_refused_by_row() -> None:
    _, rows, report = read(b"name,site_code\nDawn,OGH\nWi\0ll,OGH\n")
    assert [row.get("name") for row in rows] == ["Dawn"]
    assert "NUL" in report.problems[0].problem


def test_header_matching_ignores_case_spaces_underscores_and_hyphens() -> None:
    table, _, _ = read(b"NAME , Site-Code,PERSON ID\nDawn,OGH,7\n")
    assert table.columns == {"name": 0, "site_code": 1, "person_id": 2}


def test_unknown_columns_are_kept_and_reported() -> None:
    table, rows, report = read(b"name,Shoe size,,Shoe size\nDawn,5,x,6\n")
    assert list(table.unknown_columns) == ["Shoe size", "column 3", "Shoe size (4)"]
    assert rows[0].extra == {"Shoe size": "5", "column 3": "x", "Shoe size (4)": "6"}
    table.announce(report)
    assert [one.column for one in report.problems] == ["Shoe size", "column 3", "Shoe size (4)"]


def test_map_renames_a_column_and_wins_over_our_own_name() -> None:
    _, rows, _ = read(b"name,Full Name\nx,Dawn Hope\n", renames=read_map(["name=Full name"]))
    assert rows[0].get("name") == "Dawn Hope"
    assert rows[0].extra == {"name": "x"}


@pytest.mark.parametrize("wrong", ["name", "=x", "name=", "shoe=Full name", "name=Nobody"])
def test_a_map_that_fits_nothing_is_refused_kindly(wrong: str) -> None:
    with pytest.raises(FileProblem) as caught:
        read(b"Full name\nDawn\n", renames=read_map([wrong]))
    assert caught.value.code == "map"


def test_a_missing_column_is_named_with_the_columns_found_and_a_suggestion() -> None:
    problem = refusal(b"Names,site_code\nDawn,OGH\n", file="folder/people.csv")
    assert str(problem) == (
        "people.csv, line 1, column name: The column name is missing. The columns found are: Names, site_code. "
        "If one of them has another name, say so: --map name=Names"
    )


def test_one_of_two_sets_of_columns_must_be_whole() -> None:
    either = (("name", "site_code"), ("name", "person_id"))
    assert open_table(b"name,person_id\n", known=KNOWN, either=either).columns
    with pytest.raises(FileProblem, match="name and site_code or name and person_id"):
        open_table(b"name\n", known=KNOWN, either=either)


def test_two_columns_of_one_name_are_refused() -> None:
    assert refusal(b"name,Name\nDawn,Will\n").code == "repeated_column"


@pytest.mark.parametrize("empty", [b"", b"\n\n", b"\xef\xbb\xbf", b" , ,\n", b"sep=;\n"])
def test_an_empty_file_is_said_to_be_empty(empty: bytes) -> None:
    assert refusal(empty).code == "empty"


def test_a_header_alone_has_no_rows_and_no_problem() -> None:
    _, rows, report = read(b"name\n")
    assert (rows, report.one_line()) == ([], "read 0, new 0, changed 0, same 0, refused 0")


@pytest.mark.parametrize("other", [b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1", b"\x89PNG\r\n", b"\x1f\x8b\x08"])
def test_a_file_of_another_kind_is_named(other: bytes) -> None:
    assert refusal(other + b"x" * 50).code == "wrong_kind"


def test_a_file_that_is_not_there_is_said_kindly(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(FileProblem) as caught:
            read(path)
        assert caught.value.code == "missing"
        assert str(tmp_path.parent) not in str(caught.value)


def test_line_numbers_count_the_lines_of_the_file_not_the_rows() -> None:
    _, rows, _ = read(b'name,site_code\n\n"Dawn\nHope",OGH\n,,\nWill Day,OGH\n')
    assert [row.line for row in rows] == [3, 6]


def test_a_short_row_is_taken_in_and_reported() -> None:
    _, rows, report = read(b"name,site_code\nDawn\n")
    assert rows[0].values == {"name": "Dawn", "site_code": ""}
    assert (report.problems[0].line, report.refused) == (2, 0)


def test_a_long_row_is_refused_but_empty_cells_at_its_end_are_not() -> None:
    _, rows, report = read(b"name,site_code\nHope, Dawn,OGH\nWill,OGH,,\n")
    assert [row.get("name") for row in rows] == ["Will"]
    assert (report.refused, report.problems[0].line) == (1, 2)


def test_a_quote_left_open_to_the_end_refuses_its_row() -> None:
    _, rows, report = read(b'name,site_code\nDawn,OGH\n"Will,OGH\nJo,OGH\n')
    assert [row.get("name") for row in rows] == ["Dawn"]
    assert (report.problems[0].line, report.refused) == (3, 1)


def test_a_row_over_many_lines_is_taken_in_with_a_warning() -> None:
    story = "\n".join(f"line {n}" for n in range(30))
    _, rows, report = read(f'name,site_code\n"{story}",OGH\n'.encode())
    assert (len(rows), report.refused) == (1, 0)
    assert "30 lines" in report.problems[0].problem


def test_rows_swallowed_by_a_quote_are_noticed() -> None:
    header = b"name,site_code,person_id,a,b\n"
    _, _, report = read(header + b'"Dawn,OGH,1,,\nWill,OGH,2,,\nJo,OGH,3,,\nAmara",OGH,4,,\n')
    assert any("quote mark" in one.problem for one in report.problems)


def test_a_cell_without_end_is_refused_with_its_line() -> None:
    problem = refusal(b'name\nDawn\n"' + b"x\n" * 600_000)
    assert (problem.code, problem.line) == ("unclosed_quote", 3)


def test_a_cell_over_the_limit_refuses_its_row() -> None:
    _, rows, report = read(b"name\n" + b"x" * 101 + b"\nDawn\n", limits=Limits(characters=100))
    assert [row.get("name") for row in rows] == ["Dawn"]
    assert report.problems[0].value == ""


def test_rows_bytes_and_columns_over_the_limit_refuse_the_file() -> None:
    assert refusal(b"name\na\nb\nc\n", limits=Limits(rows=2)).code == "too_many_rows"
    assert refusal(b"name\n" + b"a\n" * 100, limits=Limits(bytes=50)).code == "too_large"
    assert refusal(b"name,a,b,c\n", limits=Limits(columns=3)).code == "wide"


def test_an_export_of_ours_comes_back_without_the_marks_against_formulas() -> None:
    _, rows, _ = read(write_csv([("name",), ("=1+1",), ("'quoted",), ("-",)]).encode())
    assert [row.get("name") for row in rows] == ["=1+1", "'quoted", "-"]


def test_the_original_row_is_kept_as_written() -> None:
    table, rows, _ = read(b" Name ,odd\n  Dawn ,'=2\n")
    assert table.original(rows[0]) == {"Name": "  Dawn ", "odd": "'=2"}


def test_the_first_rows_are_shown_before_anything_is_written() -> None:
    table, _, _ = read(b"name\n" + b"".join(b"n%d\n" % n for n in range(9)))
    assert table.first_rows == [["n0"], ["n1"], ["n2"], ["n3"], ["n4"]]
    assert table.describe()["separator"] == "comma"


def test_a_table_can_be_read_twice_from_a_stream_that_somebody_else_owns() -> None:
    stream = io.BytesIO(b"name\nDawn\n")
    table = open_table(stream, known=KNOWN, file="people.csv")
    assert [row.get("name") for row in table.rows(Report())] == [
        row.get("name") for row in table.rows(Report())
    ]
    assert not stream.closed


def test_a_spreadsheet_is_read_with_its_row_numbers_and_types() -> None:
    import datetime

    content = workbook(
        ("Name", "site code", "person_id", "when"),
        ("Dawn Hope", "OGH", 7.0, datetime.date(2026, 3, 31)),
        (None, None, None, None),
        ("Will Day", "OGH", 1.5, True),
    )
    table, rows, report = read(content)
    assert table.encoding == "spreadsheet"
    assert [row.line for row in rows] == [2, 4]
    assert rows[0].values == {"name": "Dawn Hope", "site_code": "OGH", "person_id": "7"}
    assert rows[0].extra == {"when": "2026-03-31"}
    assert rows[1].get("person_id") == "1.5"
    assert report.problems == []


def test_other_sheets_are_said_not_to_be_read() -> None:
    table, _, _ = read(workbook(("name",), ("Dawn",), sheets=3))
    assert "3 sheets" in table.notes[0]


def archive(members: dict[str, bytes]) -> bytes:
    """Return a ZIP archive with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "members",
    [
        {"xl/worksheets/sheet1.xml": b"\0" * 20_000_000},  # dense
        {f"a{n}.xml": b"" for n in range(1_001)},  # many
        {"../outside.xml": b"x"},
        {"/outside.xml": b"x"},
        {"inner.zip": b"x"},
        {"inner.bin": archive({"a": b"x"})},
        {"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
    ],
)
def test_an_unsafe_archive_is_refused_before_it_is_opened(members: dict[str, bytes]) -> None:
    assert refusal(archive(members)).code == "unsafe_archive"


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    import random

    content = bytearray(archive({"a.xml": random.Random(1).randbytes(400_000)}))
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = (100).to_bytes(4, "little")  # the declared size in the directory
    assert refusal(bytes(content)).code in ("damaged", "unsafe_archive")


def test_a_sheet_that_claims_endless_columns_is_refused() -> None:
    plain = workbook(("name",), ("Dawn",))
    with zipfile.ZipFile(io.BytesIO(plain)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    name = "xl/worksheets/sheet1.xml"
    members[name] = members[name].replace(b"</sheetData>", b'<row r="3"><c r="XFD3"/></row></sheetData>')
    assert refusal(archive(members)).code == "wide"


def test_the_report_is_a_safe_table_with_six_columns(tmp_path: Path) -> None:
    report = Report()
    report.refuse(88, "name", "=cmd()", "No name is given.", "Add one, or take the line out.")
    report.write_csv(tmp_path / "report.csv")
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as stream:
        header, row = list(csv.reader(stream))
    assert header == ["row", "column", "value", "problem", "what was done", "how to mend"]
    assert row == ["88", "name", "'=cmd()", "No name is given.", "refused", "Add one, or take the line out."]


def test_a_report_shows_only_the_beginning_of_a_value() -> None:
    report = Report()
    report.notice(2, "story", "word " * 100, "Too long.")
    assert len(report.problems[0].value) <= 41


def test_counts_add_up_when_rows_repeat() -> None:
    report = Report(read=3, new=1)
    report.repeat(3, "name", "", "Stands twice.")
    report.refuse(4, "name", "", "No name.", "Add one.")
    assert report.read == report.new + report.changed + report.same + report.refused


HEADER = st.sampled_from(
    [b"", b"name\n", b"name,site_code\n", b"\xff\xfen\0a\0m\0e\0\n\0", b"\xef\xbb\xbfname;x\n", b"PK\x03\x04"]
)


@settings(max_examples=examples(400), deadline=None)
@given(HEADER, st.binary(max_size=400))
def test_no_bytes_raise_anything_but_a_file_problem(header: bytes, content: bytes) -> None:
    try:
        _, rows, report = read(header + content)
    except FileProblem as problem:
        said = problem
    else:
        said = None
    if said is not None:
        assert said.problem
        assert said.mend
        return
    assert report.read == len(rows) + report.refused
    for row in rows:
        "".join(row.values.values()).encode()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_to_a_spreadsheet_raises_anything_but_a_file_problem(data: st.DataObject) -> None:
    content = bytearray(SPREADSHEET)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(FileProblem):
        assert read(bytes(content))[0].columns["name"] >= 0


SPREADSHEET = workbook(("name", "site_code"), ("Dawn Hope", "OGH"), ("Will Day", "OGH"))
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8), st.sampled_from([",", ";", "\t"]))
def test_every_table_that_is_written_is_read_back(pairs: list[tuple[str, str]], separator: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow(["name", "site_code"])
    writer.writerows(pairs)
    table, rows, report = read(out.getvalue().encode())
    wanted = [list(pair) for pair in pairs if any(map(str.strip, pair))]
    assert table.separator == separator
    assert [row.cells for row in rows] == wanted
    assert report.refused == 0


def test_a_long_table_never_stands_in_memory(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "long.csv"
    path.write_text("name,site_code\n" + "Dawn Hope,OGH\n" * 100_000)
    tracemalloc.start()
    try:
        table = open_table(path, known=KNOWN, limits=Limits(rows=100_000))
        count = sum(1 for _ in table.rows(Report()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 100_000
    assert peak < 2_000_000  # bytes; the file has 1,400,000 and ten times as many take no more
