"""A file of sites read into rows; nothing here knows the database."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from everysite.base import cells
from everysite.base.decoding import Source
from everysite.base.problems import Report
from everysite.base.tables import Limits, Row, Table, open_table
from everysite.base.text import TextProblem, one_line

SITE_COLUMNS = (
    "site_code", "site_name", "trust_code", "trust_name", "subtype", "sector", "status", "address", "city",
    "county", "postcode", "latitude", "longitude", "opened_on", "closed_on", "host_code", "aliases",
)  # fmt: skip
SITE_ALIASES = {"open_date": "opened_on", "close_date": "closed_on"}
_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9._/ -]{0,18}[A-Z0-9])?")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2})")
_CLOSED_WORDS = frozenset(
    ["closed", "inactive", "shut", "merged", "dissolved", "ceased", "notvisible", "hidden"]
)
_AGAIN = "Then bring the file in again."


@dataclass(slots=True)
class SiteRow:
    """One site as its file describes it; a closed site is kept and receives nothing."""

    line: int
    code: str
    name: str
    trust_code: str = ""
    trust_name: str = ""
    subtype: str = ""
    sector: str = ""
    status: str = ""
    address: str = ""
    city: str = ""
    county: str = ""
    postcode: str = ""
    latitude: float | None = None  # degrees, WGS84
    longitude: float | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    host_code: str = ""
    aliases: tuple[str, ...] = ()
    closed: bool = False  # the file says so, with or without a day
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class SitesFile:
    """The rows of a file of sites, with what was detected about the file."""

    table: Table
    rows: list[SiteRow]


def code_of(written: str) -> str:
    """Return a site or organisation code as it is compared, "" when it cannot be one."""
    code = " ".join(written.upper().split())
    return code if _CODE.fullmatch(code) else ""


def postcode_of(written: str) -> str:
    """Return a postcode with one space before its last three characters, else what was written."""
    found = _POSTCODE.fullmatch(" ".join(written.upper().split()))
    return f"{found[1]} {found[2]}" if found else " ".join(written.upper().split())


def read_sites(
    source: Source,
    *,
    report: Report,
    file: str = "",
    renames: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> SitesFile:
    """Read a file of sites: repeated codes are merged, and all that looks odd is reported, nothing dropped silently."""
    table = open_table(
        source, known=SITE_COLUMNS, required=("site_code", "site_name"), aliases=SITE_ALIASES, renames=renames,
        limits=limits, file=file,
    )  # fmt: skip
    table.announce(report)
    found: dict[str, SiteRow] = {}
    for row in table.rows(report):
        site = _site(row, report)
        if site is None:
            continue
        if site.code in found:
            found[site.code] = _merged(found[site.code], site, report)
        else:
            found[site.code] = site
    rows = list(found.values())
    _shared_postcodes(rows, report)
    _odd_sectors(rows, report)
    return SitesFile(table, rows)


def _site(row: Row, report: Report) -> SiteRow | None:
    code = code_of(row.get("site_code"))
    if not code:
        problem = (
            "No site code."
            if not row.get("site_code")
            else "The site code holds characters a code cannot have."
        )
        report.refuse(
            row.line,
            "site_code",
            row.get("site_code"),
            problem,
            "Add a code of letters and digits, at most 20.",
        )
        return None
    try:
        name = one_line(row.get("site_name"), what="site name", longest=160)
    except TextProblem as problem_:
        report.refuse(row.line, "site_name", "", str(problem_), "Or take the line out.")
        return None
    site = SiteRow(
        row.line, code, name,
        trust_code=_other_code(row, "trust_code", report),
        trust_name=cells.words(row, "trust_name", report, longest=160),
        subtype=cells.words(row, "subtype", report, longest=80),
        sector=cells.words(row, "sector", report, longest=60),
        status=cells.words(row, "status", report, longest=40),
        address=cells.words(row, "address", report, longest=240),
        city=cells.words(row, "city", report, longest=80),
        county=cells.words(row, "county", report, longest=80),
        postcode=_postcode(row, report),
        latitude=cells.position(row, "latitude", 90, report),
        longitude=cells.position(row, "longitude", 180, report),
        opened_on=cells.day(row, "opened_on", report),
        closed_on=cells.day(row, "closed_on", report),
        host_code=_other_code(row, "host_code", report),
        aliases=tuple(part[:160] for part in cells.several(row.get("aliases"))),
        extra=row.extra,
    )  # fmt: skip
    _check_place_and_days(site, report)
    return site


def _other_code(row: Row, column: str, report: Report) -> str:
    written = row.get(column)
    code = code_of(written)
    if written and not code:
        report.notice(
            row.line, column, written, "This cannot be a code.", "Use letters and digits.", "left empty"
        )
    return code


def _postcode(row: Row, report: Report) -> str:
    written = row.get("postcode")
    if not written:
        return ""
    postcode = postcode_of(written)[:12]
    if not _POSTCODE.fullmatch(postcode):
        report.notice(row.line, "postcode", written, "This does not look like a postcode.", "Check it.")
    return postcode


def _check_place_and_days(site: SiteRow, report: Report) -> None:
    if (site.latitude is None) != (site.longitude is None):
        report.notice(
            site.line, "latitude", "", "Half of the position is missing.", "Give both numbers.", "left empty"
        )
        site.latitude = site.longitude = None
    if site.latitude == 0 and site.longitude == 0:
        report.notice(
            site.line, "latitude", "0", "The position 0, 0 lies in the sea.", "Check it.", "left empty"
        )
        site.latitude = site.longitude = None
    if site.opened_on and site.closed_on and site.closed_on < site.opened_on:
        report.notice(
            site.line, "opened_on", site.opened_on.isoformat(), "The site closes before it opens.",
            f"Check both days. {_AGAIN}", "opening day left empty",
        )  # fmt: skip
        site.opened_on = None
    site.closed = site.closed_on is not None or re.sub(r"\W", "", site.status.lower()) in _CLOSED_WORDS
    if site.closed:
        report.notice(
            site.line, "closed_on", site.code, "The site is closed.", "Nothing, if this is right.",
            "kept; it receives nothing",
        )  # fmt: skip
    if site.closed and site.closed_on is None:
        report.notice(
            site.line, "closed_on", site.code, "The site is closed but has no closing day.", "Add the day."
        )


def _merged(first: SiteRow, later: SiteRow, report: Report) -> SiteRow:
    """Fill what the first row leaves empty from the later one and name what differs."""
    filled: dict[str, object] = {}
    differing = []
    for name in SiteRow.__dataclass_fields__:
        if name in ("line", "extra", "aliases", "closed"):
            continue
        mine, theirs = getattr(first, name), getattr(later, name)
        if mine in ("", None) and theirs not in ("", None):
            filled[name] = theirs
        elif theirs not in ("", None) and mine != theirs:
            differing.append(name)
    if later.name != first.name:
        filled["aliases"] = tuple(dict.fromkeys((*first.aliases, *later.aliases, later.name)))
    else:
        filled["aliases"] = tuple(dict.fromkeys((*first.aliases, *later.aliases)))
    filled["closed"] = first.closed or later.closed
    said = f"The code stands on line {first.line} too."
    if differing:
        report.repeat(
            later.line, "site_code", later.code, f"{said} The two differ in: {', '.join(differing)}.",
            f"Check the line. What line {first.line} says was kept.",
        )  # fmt: skip
    else:
        report.repeat(later.line, "site_code", later.code, f"{said} The two agree.", "Take one out.")
    return replace(first, extra=later.extra | first.extra, **filled)  # type: ignore[arg-type]


def _shared_postcodes(rows: Iterable[SiteRow], report: Report) -> None:
    first: dict[str, SiteRow] = {}
    for site in rows:
        if not site.postcode:
            continue
        other = first.setdefault(site.postcode, site)
        if other is not site:
            report.notice(
                site.line, "postcode", site.postcode, f"Site {other.code} (line {other.line}) has this postcode too.",
                "Check that these are two sites, not one under two codes.",
            )  # fmt: skip


def _is_independent(site: SiteRow) -> bool:
    return "independent" in site.sector.lower() or "private" in site.sector.lower()


def _odd_sectors(rows: list[SiteRow], report: Report) -> None:
    """Report independent sites under a body whose name says NHS or, without a name, whose sites mostly do."""
    leaning: dict[str, int] = {}
    for site in rows:
        leaning[site.trust_code] = leaning.get(site.trust_code, 0) + (-1 if _is_independent(site) else 1)
    for site in rows:
        named = re.search(r"\bnhs\b", site.trust_name, re.IGNORECASE) is not None
        under_nhs = named or (not site.trust_name and site.trust_code != "" and leaning[site.trust_code] > 0)
        if _is_independent(site) and under_nhs:
            report.notice(
                site.line, "sector", site.sector, f"An independent site stands under the NHS body {site.trust_code}.",
                "Check who runs it; name its host in host_code.",
            )  # fmt: skip
