"""Files of sites and of people with the dirt that real ones have."""

import contextlib
from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everysite.base.problems import FileProblem, Report
from everysite.network.readers import (
    STAFF_GROUPS,
    PeopleFile,
    SitesFile,
    postcode_of,
    read_people,
    read_sites,
    staff_group,
)
from tests.effort import examples
from tests.shared_data import shared

TODAY = date(2026, 3, 2)
SITES = ("BRH", "OGH", "EQG", "SAH", "LLC")
SITE_HEADER = "site_code,site_name,trust_code,trust_name,sector,status,city,postcode,latitude,longitude,opened_on,closed_on,aliases\n"


def sites(*lines: str, header: str = SITE_HEADER) -> tuple[SitesFile, Report]:
    """Read sites from lines."""
    report = Report()
    return read_sites((header + "\n".join(lines)).encode(), report=report), report


def people(
    *lines: str, header: str = "person_id,name,site_code,email,phone", **known: object
) -> tuple[PeopleFile, Report]:
    """Read people of the demonstration network from lines."""
    report = Report()
    arguments = {"site_codes": SITES, "closed_sites": {"FCH": "SAH"}, "today": TODAY} | known
    return read_people("\n".join((header, *lines)).encode(), report=report, **arguments), report  # type: ignore[arg-type]


def said(report: Report, column: str = "") -> list[str]:
    """Return what was said about a column, without the notices about the file."""
    return [one.problem for one in report.problems if one.line and column in ("", one.column)]


def test_a_clean_site_is_read_whole_without_a_word() -> None:
    found, report = sites(
        "OGH,Oakmarsh General,BHG,Brackenvale,NHS Sector,Visible,Oakmarsh,zz11aa,51.5,-0.1,1931-05-01,,Old Oak|OG"
    )
    site = found.rows[0]
    assert (site.code, site.name, site.postcode) == ("OGH", "Oakmarsh General", "ZZ1 1AA")
    assert (site.latitude, site.longitude, site.opened_on) == (51.5, -0.1, date(1931, 5, 1))
    assert (site.aliases, site.closed) == (("Old Oak", "OG"), False)
    assert report.problems == []


def test_a_site_whose_code_repeats_is_merged_and_the_differences_are_named() -> None:
    found, report = sites(
        "OGH,Oakmarsh General,BHG,,,,,ZZ1 1AA,,,,,",
        "EQG,Eastquay,BHG,,,,,,,,,,",
        "ogh,Oakmarsh Hospital,BHG,Brackenvale,,,,ZZ1 1AB,,,,,Oaks",
        "EQG,Eastquay,BHG,,,,,,,,,,",
    )
    site = found.rows[0]
    assert [one.code for one in found.rows] == ["OGH", "EQG"]
    assert (site.name, site.trust_name, site.postcode) == ("Oakmarsh General", "Brackenvale", "ZZ1 1AA")
    assert site.aliases == ("Oaks", "Oakmarsh Hospital")
    assert said(report, "site_code") == [
        "The code stands on line 2 too. The two differ in: name, postcode.",
        "The code stands on line 3 too. The two agree.",
    ]
    assert (report.read, report.same, report.refused) == (4, 2, 0)


def test_two_sites_under_one_postcode_are_reported_and_kept() -> None:
    found, report = sites("OGH,Oakmarsh,,,,,,ZZ1 1AA,,,,,", "EQG,Eastquay,,,,,,zz1 1aa,,,,,")
    assert len(found.rows) == 2
    assert said(report, "postcode") == ["Site OGH (line 2) has this postcode too."]


@pytest.mark.parametrize("written", ["-5.9213317930698395E-2", "-0.059213317930698395"])
def test_positions_in_exponent_form_are_read(written: str) -> None:
    found, report = sites(f"OGH,Oakmarsh,,,,,,,5.15E1,{written},,,")
    assert (found.rows[0].latitude, found.rows[0].longitude) == (51.5, -0.059213317930698395)
    assert report.problems == []


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("95", "0"), ("51,5", "1"), ("north", "1"), ("51.5", ""), ("0", "0")]
)
def test_positions_that_cannot_be_are_left_empty_and_reported(latitude: str, longitude: str) -> None:
    found, report = sites(f'OGH,Oakmarsh,,,,,,,"{latitude}",{longitude},,,')
    assert (found.rows[0].latitude, found.rows[0].longitude) == (None, None)
    assert report.problems
    assert report.refused == 0


@pytest.mark.parametrize("written", ["2024-03-31", "20240331", "31/03/2024"])
def test_a_closed_site_is_kept_and_said_to_receive_nothing(written: str) -> None:
    found, report = sites(f"FCH,Fernhill,,,,,,,,,,{written},")
    assert found.rows[0].closed_on == date(2024, 3, 31)
    assert found.rows[0].closed
    assert [one.done for one in report.problems] == ["kept; it receives nothing"]


def test_a_site_that_is_closed_without_a_day_is_asked_for_it() -> None:
    found, report = sites("FCH,Fernhill,,,,Closed,,,,,,,")
    assert found.rows[0].closed
    assert "The site is closed but has no closing day." in said(report)


def test_a_site_that_closes_before_it_opens_keeps_the_closing_day() -> None:
    found, _ = sites("FCH,Fernhill,,,,,,,,,2025-01-01,2024-03-31,")
    assert (found.rows[0].opened_on, found.rows[0].closed_on) == (None, date(2024, 3, 31))


def test_a_day_that_cannot_be_read_is_left_empty_with_its_line() -> None:
    found, report = sites("OGH,Oakmarsh,,,,,,,,,03/31/2024,,")
    assert found.rows[0].opened_on is None
    assert (report.problems[0].line, report.problems[0].column) == (2, "opened_on")


def test_an_independent_site_under_an_nhs_body_is_reported() -> None:
    _, report = sites(
        "AAA,One,T1,Vale NHS Trust,NHS Sector,,,,,,,,",
        "BBB,Two,T1,Vale NHS Trust,Independent Sector,,,,,,,,",
        "CCC,Three,T2,Clinic Ltd,Independent Sector,,,,,,,,",
        "DDD,Four,T3,,NHS Sector,,,,,,,,",
        "EEE,Five,T3,,NHS Sector,,,,,,,,",
        "FFF,Six,T3,,Independent Sector,,,,,,,,",
    )
    assert [one.line for one in report.problems if one.column == "sector"] == [3, 7]


def test_a_site_without_code_or_name_is_refused_and_the_rest_is_read() -> None:
    found, report = sites(
        ",Oakmarsh,,,,,,,,,,,",
        "OGH,,,,,,,,,,,,",
        "B\u202eH,Name,,,,,,,,,,,",
        "EQG,East\u202equay,,,,,,,,,,,",
        "BRH,Royal,,,,,,,,,,,",
    )
    assert [one.code for one in found.rows] == ["BRH"]
    assert (report.refused, report.read) == (4, 5)


def test_unknown_columns_of_sites_are_kept_beside_the_row() -> None:
    found, report = sites("OGH,Oakmarsh,x", header="Site Code;Site Name;Heliport\n".replace(";", ","))
    assert found.rows[0].extra == {"Heliport": "x"}
    assert report.problems[0].column == "Heliport"


@pytest.mark.parametrize(
    ("written", "kept"), [("zz11aa", "ZZ1 1AA"), ("ZZ1A  1aa", "ZZ1A 1AA"), ("somewhere", "SOMEWHERE")]
)
def test_postcodes_have_one_form(written: str, kept: str) -> None:
    assert postcode_of(written) == kept


def test_a_clean_person_is_read_whole_without_a_word() -> None:
    header = "person_id,name,site_code,email,phone,team,staff_group,job,roles,lead_of,line_manager_id,starts_on,channel,language"
    found, report = people(
        "p1,Morwenna Adeyemi-Clarke,OGH,Morwenna@Brackenvale.example,01632 960001,GRP-01,Management,Head of quality,"
        "quality|Site lead,GRP-01,p9,2020-01-06,E-mail,en-GB",
        header=header,
    )
    one = found.rows[0]
    assert (one.email, one.phone) == ("morwenna@brackenvale.example", "01632960001")
    assert (one.staff_group, one.roles, one.channel) == (
        "administration and management",
        ("quality", "site_lead"),
        "email",
    )
    assert (one.lead_of, one.line_manager_id, one.starts_on) == (("GRP-01",), "p9", date(2020, 1, 6))
    assert (report.problems, found.proposals) == ([], [])


@pytest.mark.parametrize("wrong", ["nobody", "a@b, evil@x.example", "a@b@c.example"])
def test_a_bad_address_is_left_out_and_never_repeated(wrong: str) -> None:
    found, report = people(f'p1,Jo Quill,OGH,"{wrong}",01632960001')
    assert found.rows[0].email == ""
    assert not found.rows[0].reach_gap
    assert [one.column for one in report.problems] == ["email"]
    assert wrong not in str(report.as_dict())


def test_a_person_without_address_and_number_is_taken_in_as_a_reach_gap() -> None:
    found, report = people("p1,Will Day,OGH,,")
    assert found.reach_gaps == found.rows
    assert report.problems[0].done == "taken in; shows as a reach gap"
    assert report.refused == 0


def test_one_address_on_two_rows_is_proposed_as_one_person_and_both_are_kept() -> None:
    found, _ = people(
        "p1,Aoife Ní Dhálaigh,EQG,aoife@brackenvale.example,",
        "p2,Aoife Ni\u0301 Dha\u0301laigh,OGH,AOIFE@brackenvale.EXAMPLE,",
    )
    assert len(found.rows) == 2
    assert [(one.kind, one.line, one.other_line, one.other_person_id) for one in found.proposals] == [
        ("same_person", 3, 2, "p1")
    ]
    assert found.proposals[0].why == "email; one name"


def test_a_swapped_name_in_one_team_is_proposed_but_not_across_sites() -> None:
    header = "person_id,name,site_code,phone,team"
    found, _ = people(
        'p1,Dawn Hope,OGH,01632960001,OGH-03', 'p2,"Hope, Dawn",OGH,01632960002,OGH-03', "p3,Dawn Hope,EQG,01632960003,EQG-01",
        header=header,
    )  # fmt: skip
    assert [(one.kind, one.line) for one in found.proposals] == [("same_person", 3)]


def test_an_unknown_site_code_is_a_question_with_a_suggestion() -> None:
    found, report = people("p1,Jo Quill,OGHH,jo@brackenvale.example,")
    assert (found.rows[0].site_code, found.rows[0].site_as_written) == ("", "OGHH")
    assert (found.proposals[0].kind, found.proposals[0].suggestion) == ("unknown_site", "OGH")
    assert said(report) == ["There is no site with this code."]


def test_a_closed_site_is_a_question_with_its_successor() -> None:
    found, _ = people("p1,Jo Quill,FCH,jo@brackenvale.example,")
    assert found.rows[0].site_code == "FCH"
    assert (found.proposals[0].kind, found.proposals[0].suggestion) == ("closed_site", "SAH")


def test_a_site_is_known_by_its_other_name_and_in_small_letters() -> None:
    found, report = people(
        "p1,Jo Quill,eqg,jo@brackenvale.example,", "p2,Will Day,Eastquay  hospitals,will@brackenvale.example,",
        site_aliases={"Eastquay Hospitals": "EQG"},
    )  # fmt: skip
    assert [one.site_code for one in found.rows] == ["EQG", "EQG"]
    assert report.problems == []


def test_people_without_a_site_belong_to_the_group_office() -> None:
    found, report = people("p1,Ravi Umber,,ravi@brackenvale.example,")
    assert found.rows[0].site_code == ""
    assert (report.problems, found.proposals) == ([], [])


@pytest.mark.parametrize(
    ("written", "group"),
    [
        ("Medical and Dental", "doctors"), ("Consultant", "doctors"), ("RESIDENT DOCTORS", "doctors"),
        ("Nursing & Midwifery Registered", "nurses and midwives"), ("Nurse or midwife", "nurses and midwives"),
        ("HCA", "support workers"), ("Additional Clinical Services", "support workers"), ("porter", "support workers"),
        ("Allied Health Professionals", "other professionals"), ("Add Prof Scientific and Technic", "other professionals"),
        ("Healthcare Scientists", "other professionals"), ("Admin & Clerical", "administration and management"),
        ("Administrative and Clerical", "administration and management"), ("wizards", ""), ("", ""),
        *[(group, group) for group in STAFF_GROUPS],
    ],
)  # fmt: skip
def test_common_spellings_of_staff_groups_are_known(written: str, group: str) -> None:
    assert staff_group(written) == group


def test_an_unknown_staff_group_role_channel_and_language_are_reported_and_left_out() -> None:
    found, report = people(
        "p1,Jo Quill,OGH,jo@brackenvale.example,Wizards,reporter|emperor,pigeon,Welsh please",
        header="person_id,name,site_code,email,staff_group,roles,channel,language",
    )
    one = found.rows[0]
    assert (one.staff_group, one.roles, one.channel, one.language) == ("", ("reporter",), "", "")
    assert one.staff_group_as_written == "Wizards"
    assert [problem.column for problem in report.problems] == ["staff_group", "roles", "channel", "language"]


@pytest.mark.parametrize("role", ["public", "service", "sysadmin; author"])
def test_only_roles_of_people_can_be_asked_for(role: str) -> None:
    found, _ = people(f"p1,Jo Quill,OGH,jo@b.example,{role}", header="person_id,name,site_code,email,roles")
    assert found.rows[0].roles == (("sysadmin", "author") if ";" in role else ())


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+44 7700 900123", "07700900123"),
        ("0044 (0)7700 900123", "07700900123"),
        ("7700900123", "07700900123"),
        ("call me", ""),
    ],
)
def test_telephone_numbers_have_one_form(written: str, kept: str) -> None:
    found, _ = people(f"p1,Jo Quill,OGH,,{written}")
    assert found.rows[0].phone == kept


def test_leavers_are_counted_and_are_no_reach_gap() -> None:
    header = "person_id,name,site_code,email,starts_on,ends_on"
    found, report = people(
        "p1,Colm Featherstone,OGH,,01/02/2020,20/02/2026",
        "p2,Jo Quill,OGH,jo@b.example,,20260420",
        "p3,Will Day,OGH,will@b.example,2026-01-01,2025-01-01",
        header=header,
    )
    assert [one.person_id for one in found.leavers] == ["p1"]
    assert found.reach_gaps == []
    assert found.rows[1].ends_on == date(2026, 4, 20)
    assert found.rows[2].ends_on is None
    assert report.refused == 0


def test_one_number_in_two_teams_is_one_person_with_two_places() -> None:
    found, report = people(
        "p1,Tunde Bakare-Smith,EQG,t@b.example,EQG-01", "p1,Tunde Bakare-Smith,OGH,t@b.example,OGH-02",
        "p1,Tunde Bakare-Smith,OGH,t@b.example,OGH-02",
        header="person_id,name,site_code,email,team",
    )  # fmt: skip
    assert [(one.site_code, one.other_places) for one in found.rows] == [("EQG", (("OGH", "OGH-02"),))]
    assert (report.read, report.same, report.refused) == (3, 2, 0)


def test_one_number_for_two_people_refuses_the_second() -> None:
    found, report = people("p1,Jo Quill,OGH,jo@b.example,", "p1,Will Day,OGH,will@b.example,")
    assert [one.name for one in found.rows] == ["Jo Quill"]
    assert (report.refused, report.problems[0].line) == (1, 3)


def test_a_person_without_name_or_with_a_hidden_character_is_refused() -> None:
    found, report = people(
        "p1,,OGH,a@b.example,", ",Jo,OGH,a@b.example,", "p3,Jo\u202eQuill,OGH,a@b.example,"
    )
    assert (found.rows, report.refused) == ([], 3)
    assert report.problems[0].problem == "No name is given. Add one."


def test_nobody_is_their_own_manager() -> None:
    found, report = people(
        "p1,Jo Quill,OGH,a@b.example,p1", header="person_id,name,site_code,email,line_manager_id"
    )
    assert found.rows[0].line_manager_id == ""
    assert len(report.problems) == 1


def test_no_name_or_address_of_a_person_stands_in_the_report() -> None:
    _, report = people("p1,Jo Quill,XXX,jo@@b.example,call me", "p1,Will Day,OGH,will@b.example,")
    text = str(report.as_dict())
    assert not [word for word in ("Quill", "Will Day", "jo@@", "will@") if word in text]


CELL = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["OGH", "FCH", "a@b.example", "2026-03-02", "quality|x", "p1"]
)


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(st.lists(CELL, min_size=6, max_size=6), max_size=6))
def test_every_row_of_people_is_counted_once(rows: list[list[str]]) -> None:
    import csv
    import io

    out = io.StringIO()
    csv.writer(out).writerows([["person_id", "name", "site_code", "email", "roles", "ends_on"], *rows])
    report = Report()
    found = read_people(out.getvalue().encode(), report=report, site_codes=SITES, today=TODAY)
    assert report.read == len(found.rows) + report.same + report.refused
    assert len({one.person_id for one in found.rows}) == len(found.rows)


@settings(max_examples=examples(200), deadline=None)
@given(
    st.sampled_from([b"", b"site_code,site_name,latitude\n", b"person_id;name;site_code;email\n"]),
    st.binary(max_size=300),
)
def test_no_bytes_break_the_readers(header: bytes, content: bytes) -> None:
    with contextlib.suppress(FileProblem):
        read_sites(header + content, report=Report())
    with contextlib.suppress(FileProblem):
        read_people(header + content, report=Report(), site_codes=SITES)


def test_the_real_file_of_sites_is_taken_in_with_its_dirt_reported() -> None:
    report = Report()
    found = read_sites(shared("nhs_orgs/sites_2018.csv"), report=report)
    columns = Counter(one.column for one in report.problems)
    assert (report.read, len(found.rows), report.same, report.refused) == (741, 736, 5, 0)
    assert columns["site_code"] == 5
    assert columns["postcode"] >= 32
    assert columns["sector"] > 0
    assert all(site.latitude is not None for site in found.rows)


def test_the_real_network_of_the_rehearsal_is_taken_in() -> None:
    report = Report()
    found = read_sites(shared("demo_scenario/sites.csv"), report=report)
    assert (len(found.rows), report.refused) == (7, 0)
    assert any(one.column == "sector" for one in report.problems)
