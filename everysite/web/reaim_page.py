"""Did it reach, take hold and last? The five parts in words and tables; every figure with its three counts."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from everysite.base.suppress import HIDDEN
from everysite.measure import rules as charts
from everysite.measure.difference import plan_line
from everysite.measure.fading import Line, Listed
from everysite.measure.reaim import Part
from everysite.measure.reaim_facts_shapes import Report
from everysite.measure.services.hours import WHAT
from everysite.web.actions_page import reason_words
from everysite.web.effect_page import and_, verdict_tag
from everysite.web.measures_page import day
from everysite.web.parts import Cell, Column, Tag
from everysite.web.reaim_site_page import KEEPS, PLANNED, STANDING, found_words, hours

PART_COLUMNS = [
    Column("Question"),
    Column("Yes", number=True),
    Column("No", number=True),
    Column("Not known", number=True),
    Column("Out of", number=True),
    Column("Furthest behind"),
]
REACH_COLUMNS = [
    Column("Yes, they confirmed", "Confirmed", number=True),
    Column("Not yet", number=True),
    Column("Not known", number=True),
    Column("Out of", number=True),
    Column("In 100", number=True),
    Column("Fair share?"),
]
SHIFTS = {"early": "Early shift", "late": "Late shift", "night": "Night shift", "day": "Day shift"}
QUESTIONS = {
    "reach": ("Did it reach people?", "People on the list who confirmed"),
    "effectiveness": ("Did it help?", "Sites where it got better, of those we can judge"),
    "adoption": ("Did sites begin?", "Sites with an action started, of those it is for"),
    "implementation": ("Is it done in full?", "Sites with every action checked, of those that began"),
    "maintenance": ("Does it last?", "Checks after 3, 6 and 12 months that met the standard, of those due"),
}


def number(value: Any) -> Any:
    """A count for a table: a number, a star for a hidden one, or a dash for one that is not known."""
    if value == HIDDEN:
        return Cell("", suppressed=True)
    return "–" if value is None else f"{value:,}"


def said(value: Any) -> str:
    """A count in a sentence."""
    return "a few" if value == HIDDEN else "–" if value is None else f"{value:,}"


@dataclass(frozen=True)
class Chart:
    """The audits of one site, drawn."""

    name: str
    wide: Markup
    narrow: Markup
    sentence: str
    rows: list[list[str]]


def headline(found: Report) -> str:
    """What the page says, part by part, in one breath."""
    reach, helped = found.reach, found.effectiveness
    parts = []
    if reach["denominator"]:
        parts.append(f"{said(reach['yes'])} of {said(reach['denominator'])} people confirmed.")
    else:
        parts.append("Nobody has been asked to know it yet.")
    if helped["denominator"]:
        better = [one for one in found.sites if one.verdict == "improved" and one.cost]
        cost = f" At {and_([one.name for one in better])} something else got worse." if better else ""
        parts.append(f"It got better at {_of(helped, 'site')} that we can judge.{cost}")
    else:
        parts.append("We cannot judge yet whether it helped.")
    if found.adoption["denominator"]:
        parts.append(f"{_of(found.adoption, 'site')} began.")
        if found.implementation["denominator"]:
            parts.append(f"Every action is checked at {_of(found.implementation, 'site')}.")
    if found.maintenance["denominator"]:
        due = "is" if found.maintenance["denominator"] == 1 else "are"
        parts.append(f"It still works in {_of(found.maintenance, 'check')} that {due} due.")
    elif found.again:
        first = found.again[0]
        parts.append(f"The first check of whether it lasts is at {first.site_name} on {day(first.due_on)}.")
    return " ".join(parts)


def _of(part: Part, noun: str) -> str:
    whole = part["denominator"]
    return f"{part['yes']} of {whole} {noun}{'' if whole == 1 else 's'}"


def unknown_words(found: Report) -> str:
    """Which parts have figures that are not known, so that nobody reads them as a no."""
    names = [QUESTIONS[p["part"]][0] for p in _parts(found) if p["unknown"] not in (0, None)]
    return (
        "Not known is not a no."
        if not names
        else f"Some figures are not known. Not known is not a no: see {_list(names)}"
    )


def _list(names: list[str]) -> str:
    return and_([f"“{name}”" for name in names]) + "."


def _parts(found: Report) -> list[Part]:
    return [found.reach, found.effectiveness, found.adoption, found.implementation, found.maintenance]


def part_rows(found: Report) -> list[list[Any]]:
    """One row for each of the five parts."""
    behind = {
        "reach": _least_reached(found),
        "effectiveness": _names(
            [o.name for o in found.sites if o.cost or o.verdict in ("worse", "mixed")],
            "Something got worse at",
        ),
        "adoption": _names(
            [o.name for o in found.sites if not o.started and not o.not_applicable],
            "Not begun, or not told:",
        ),
        "implementation": _least_checked(found),
        "maintenance": _names(
            list(dict.fromkeys(o.site_name for o in found.again if o.standing in ("not_met", "not_done"))),
            "Not met or not done:",
        ),
    }
    rows: list[list[Any]] = []
    for part in _parts(found):
        title, hint = QUESTIONS[part["part"]]
        rows.append(
            [
                Cell(title, small=hint),
                Cell(strong=True, text=number(part["yes"])) if part["yes"] != HIDDEN else number(part["yes"]),
                number(part["no"]),
                number(part["unknown"]),
                number(part["denominator"]),
                behind[part["part"]] or "–",
            ]
        )
    return rows


def _names(names: list[str], words: str) -> str:
    return f"{words} {and_(names)}" if names else ""


def _least_reached(found: Report) -> str:
    """The site with the lowest share that may be shown, with its numbers."""
    code = found.reach["worst_site"]
    one = next((group for group in found.reach["by"].get("site", ()) if group["name"] == code), None)
    if code is None or one is None:
        return ""
    return f"{_site(found, code)}: {said(one['yes'])} of {said(one['denominator'])}"


def _least_checked(found: Report) -> str:
    rows = [o for o in found.sites if o.started and not o.not_applicable and o.required]
    if not rows:
        return ""
    last = min(rows, key=lambda o: (o.verified / o.required, o.name))
    return (
        "" if last.verified == last.required else f"{last.name}: {last.verified} of {last.required} checked"
    )


def _site(found: Report, code: str) -> str:
    return next(
        (one.name for one in found.sites if one.code == code), code if code != "not known" else "No site"
    )


# --- reach --------------------------------------------------------------------------------------------------


def reach_rows(found: Report, by: str) -> list[list[Any]]:
    """Reach by site or by staff group, the lowest share first."""
    groups = sorted(found.reach["by"].get(by, ()), key=_share)
    return [
        [
            _site(found, one["name"]) if by == "site" else _first(one["name"]),
            number(one["yes"]),
            number(one["no"]),
            number(one["unknown"]),
            number(one["denominator"]),
            _percent(one),
            _fair(one),
        ]
        for one in groups
    ]


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _share(one: Part) -> tuple[int, float, str]:
    yes, whole = one["numerator"], one["denominator"]
    known = isinstance(yes, int) and isinstance(whole, int) and whole
    return (0, yes / whole, one["name"]) if known else (1, 0.0, one["name"])


def _percent(one: Part) -> Any:
    return number(one["percent"]) if one["percent"] is not None else "–"


def _fair(one: Part) -> Any:
    """Whether a group stands among those reached as it stands on the list: 1 is its fair share."""
    ratio = one["representativeness"]
    if ratio is None:
        return "Cannot say"
    if one["flagged"]:
        return Cell(tag=Tag("Too few reached", "orange"), small=f"{ratio:.2f} of its fair share")
    return f"Yes ({ratio:.2f})"


def shift_words(found: Report) -> str:
    """What is known of shifts, and why there is no x of y."""
    known = [line for line in found.shifts if line["name"] != "not known"]
    why = (
        "No list says who works which shift, so we cannot say how many of a shift know. "
        "We know it only of people who were at a team talk."
    )
    if not known:
        return f"{why} No team talk with a shift is recorded."
    parts = [
        f"{SHIFTS.get(str(line['name']), _first(str(line['name'])))}: {said(line['yes'])}" for line in known
    ]
    rest = next((line["yes"] for line in found.shifts if line["name"] == "not known"), 0)
    return f"{why} {'. '.join(parts)}. Shift not known: {said(rest)}."


def joiner_words(found: Report) -> str:
    """Joiners, apart from the list."""
    one = found.reach["joiners"]
    if not one["denominator"]:
        return "Nobody joined after the list was frozen."
    return (
        f"Joined after the list was frozen, and counted apart: {said(one['denominator'])}. Of them "
        f"{said(one['yes'])} confirmed, {said(one['no'])} not yet, {said(one['unknown'])} not known."
    )


# --- did it help, did sites begin ---------------------------------------------------------------------------

EFFECT_COLUMNS = [Column("Site"), Column("What we see"), Column("Can we judge it?")]
SCOPE_COLUMNS = [Column("Site"), Column("Began?"), Column("It is for this site?", "For this site?")]
DECLINED_COLUMNS = [Column("Site"), Column("Action"), Column("Main reason")]


def effect_rows(found: Report) -> list[list[Any]]:
    """Every site that was asked, judged or not, with the reason."""
    why = {one["site"]: one["why"] for one in found.effectiveness["not_judged"]}
    return [
        [
            one.name,
            verdict_tag(one.verdict, cost=one.cost),
            f"Not yet: {why[one.name][:1].lower()}{why[one.name][1:]}" if one.name in why else "Yes",
        ]
        for one in found.sites
    ]


def placebo_words(found: Report) -> str:
    """How often the test of "did it help" is fooled, and how its plan stands, beside every claim."""
    said_ = next((m.placebo for m in found.found.main if m.placebo), None)
    if said_ is None:
        return "Nobody has been judged yet, so there is nothing to be fooled about."
    return f"{charts.placebo_words(said_)} {plan_line(found.found)}"


def balancing_words(found: Report) -> str:
    """What must not get worse."""
    if not found.found.balancing:
        return "No measure looks at what must not get worse."
    worse = [one.name for one in found.sites if one.cost]
    return f"Something else got worse at {and_(worse)}." if worse else "Nothing that we watch got worse."


def scope_words(found: Report) -> str:
    """Both scopes: all sites that were asked, and those it is for."""
    part = found.adoption
    asked = part["in_scope"]
    words = f"{asked} {'site was' if asked == 1 else 'sites were'} asked."
    left = part["not_applicable"]
    if not left:
        return f"{words} Nobody said that the whole learning does not apply."
    return f"{words} {left} said that it does not apply there, so it is for {part['denominator']}."


def scope_rows(found: Report) -> list[list[Any]]:
    """Whether each site began, and why not."""
    began = {True: Tag("Began", "blue"), False: Tag("Not begun", "orange"), None: Tag("Not known", "white")}
    rows: list[list[Any]] = []
    for one in found.sites:
        fits: Any = "Yes"
        if one.not_applicable:
            again = f"It looks again on {day(one.look_again_on)}" if one.look_again_on else ""
            fits = Cell(f"No: {one.reason or 'no reason given'}", small=again)
        rows.append([one.name, began[one.started], fits])
    return rows


def why_not(found: Report) -> list[tuple[str, list[tuple[str, str]]]]:
    """The four answers of each site to which it does not apply, in their own safe words."""
    return [
        (one.name, reason_words(one.answers)) for one in found.sites if one.not_applicable and one.answers
    ]


def declined_rows(found: Report) -> list[list[Any]]:
    """Single actions that a site does not need."""
    return [[one.site_name, one.action, one.reason] for one in found.declined]


# --- is it done in full -------------------------------------------------------------------------------------

DONE_COLUMNS = [
    Column("Site"),
    Column("Actions checked", number=True),
    Column("Parts in place at audits", "Parts in place"),
    *[Column(f"Hours: {words.lower()}", words, number=True) for words in WHAT.values()],
    Column("Hours in all", number=True),
]
CHANGE_COLUMNS = [
    Column("Site"),
    Column("What was changed"),
    Column("Why"),
    Column("When was it decided?", "Decided"),
    Column("Does it still do its job?", "Still does its job?"),
]


def done_rows(found: Report) -> list[list[Any]]:
    """Each site that began: actions checked, audits, hours; the least checked first."""
    rows = [one for one in found.sites if one.started and not one.not_applicable]
    rows.sort(key=lambda o: (o.verified / o.required if o.required else 2.0, o.name))
    return [
        [
            one.name,
            f"{one.verified} of {one.required}" if one.required else "Not known",
            _fidelity(one.fidelity, one.audits),
            *[hours(one.hours.get(what)) for what in WHAT],
            hours(sum(one.hours.values(), Decimal(0)) if one.hours else None),
        ]
        for one in rows
    ]


def _fidelity(parts: tuple[Any, Any], audits: int) -> Any:
    if not audits:
        return "No audit"
    done, looked_for = parts
    text = "not shown" if HIDDEN in (done, looked_for) else f"{done:,} of {looked_for:,}"
    return Cell(text, small=f"{audits} {'audit' if audits == 1 else 'audits'}")


def change_rows(found: Report) -> list[list[Any]]:
    """The log of adaptations and what actions say of how they are done, site by site."""
    return [
        [
            found.name(one.site_id),
            Cell(
                one.what, small=f"From action {one.action}" if one.action else day(one.on) if one.on else ""
            ),
            one.why or "Not said",
            PLANNED[one.planned],
            KEEPS[one.keeps_purpose],
        ]
        for one in sorted(found.changes, key=lambda c: found.name(c.site_id))
    ]


def drawn(found: Report) -> list[Chart]:
    """The p-charts of sites with enough audits."""
    out = []
    for one in found.charts:
        if one.result.get("status") != "ok":
            continue
        wide, narrow = (charts.svg(one.case, one.result, size) for size in ("wide", "narrow"))
        rows = [
            [
                r["date"] if "date" in r else str(n + 1),
                *[str(r[k]) for k in ("value", "middle", "lower", "upper")],
            ]
            for n, r in enumerate(charts.table(one.case, one.result))
        ]
        out.append(
            Chart(
                one.site_name,
                Markup(wide),  # noqa: S704  drawn by us: text is escaped there
                Markup(narrow),  # noqa: S704
                charts.sentence(one.case, one.result),
                rows,
            )
        )
    return out


CHART_COLUMNS = [
    Column("Audit"),
    Column("In place, in 100", number=True),
    Column("Middle line", number=True),
    Column("Lower limit", number=True),
    Column("Upper limit", number=True),
]

# --- does it last -------------------------------------------------------------------------------------------

AGAIN_COLUMNS = [
    Column("Site"),
    Column("Check"),
    Column("Day"),
    Column("How it stands"),
    Column("What was found"),
]


def again_rows(found: Report) -> list[list[Any]]:
    """Every check, the longest past its day first."""
    return [
        [
            one.site_name,
            f"After {one.months} months",
            day(one.due_on),
            STANDING[one.standing],
            found_words(one),
        ]
        for one in found.again
    ]


# --- teams --------------------------------------------------------------------------------------------------


def fading_words(found: Listed) -> str:
    """How many teams were looked at, and how many such lines chance alone would make."""
    if found.learnings < 2:
        return "We need two learnings whose deadlines have passed before we can tell. Then this list fills itself."
    if not found.tested:
        return "No team that began early has had a later learning yet."
    teams = f"{found.tested} {'team' if found.tested == 1 else 'teams'} began early and had a later learning."
    if found.expected is None:
        chance = (
            f"Only {found.compared} other {'team is' if found.compared == 1 else 'teams are'} there to compare with, "
            "so we cannot say how many would stand here by chance."
        )
    else:
        chance = (
            f"About {found.expected:g} of them would stand here by chance: "
            f"{found.compared_with_signs} of {found.compared} teams that were not early show the same signs."
        )
    return f"{teams} {chance}"


def fading_rows(lines: tuple[Line, ...]) -> list[list[Any]]:
    """One row for each team, with its signs and the kind next step."""
    return [
        [
            Cell(line.team, small=line.site_name),
            " ".join(line.signs),
            _before(line),
            Cell("Ask what got in the way", href=f"/site/{line.site_code}/" if line.site_code else ""),
        ]
        for line in lines
    ]


def _before(line: Line) -> str:
    if not line.before or not line.since:
        return "–"
    others = f" Other teams: {line.others_percent} in 100." if line.others_percent is not None else ""
    return f"{line.before[0]} of {line.before[1]} knew in time then, {line.since[0]} of {line.since[1]} since.{others}"


FADING_COLUMNS = [Column("Team"), Column("Signs"), Column("Knew in time"), Column("What helps")]


def csv_rows(found: Report) -> list[list[object]]:
    """The figures for a file that may be sent on: small numbers are hidden; header first."""
    rows: list[list[object]] = [
        [
            "learning",
            "part",
            "by",
            "group",
            "yes",
            "no",
            "not known",
            "out of",
            "in 100",
            "fair share",
            "as of",
        ]
    ]
    reference = found.learning.reference
    as_of = found.as_of.isoformat()

    def line(part: str, by: str, group: str, one: Part) -> None:
        yes, whole = one["yes"], one["denominator"]
        known = isinstance(yes, int) and isinstance(whole, int) and whole
        percent = one["percent"] if "percent" in one else round(100 * yes / whole) if known else None
        ratio = one.get("representativeness")
        rows.append(
            [
                reference,
                part,
                by,
                group,
                yes,
                one["no"],
                one["unknown"],
                whole,
                percent,
                f"{ratio:.2f}" if ratio is not None else "",
                as_of,
            ]
        )

    for part in _parts(found):
        line(part["part"], "all", "all", part)
    line("reach", "joiners", "joiners", found.reach["joiners"])
    for by, groups in found.reach["by"].items():
        for one in groups:
            line("reach", by, _site(found, one["name"]) if by == "site" else one["name"], one)
    for months, one in found.maintenance["by_months"].items():
        line("maintenance", "months", str(months), one)
    return rows
