"""The board page in words: a headline made by rule from figures, the gap, and what is asked, with dates."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from everysite.act.rules import Counts
from everysite.measure import rules as charts
from everysite.measure.board import Ask, Live, SiteGap
from everysite.measure.difference import (
    NOT_MEASURED,
    NOT_STARTED,
    Difference,
    plan_line,
    plan_short,
    site_verdicts,
)
from everysite.measure.pictures import gap_bar
from everysite.tailor.render.pdf import Figure, Report, Table
from everysite.web.effect_page import moved, verdict_tag, what
from everysite.web.measures_page import day, site_name
from everysite.web.parts import Cell, Column, Tag, Task

GAP_COLUMNS = [
    Column("Site"),
    Column("Actions"),
    Column("Told us", number=True),
    Column("Evidence", number=True),
    Column("Checked", number=True),
    Column("All", number=True),
    Column("Did it help?"),
]
LIVE_COLUMNS = [
    Column("Learning"),
    Column("Knew by the day", number=True),
    Column("Know now", number=True),
    Column("Told us", number=True),
    Column("Evidence", number=True),
    Column("Checked", number=True),
    Column("All", number=True),
    Column("Did it help?"),
]
LONGEST = 110  # characters of an action's text in a list


def knew_words(in_time: Any, due: Any) -> str:
    """How many knew, in a few words made by rule from the figures."""
    if not isinstance(due, int) or not isinstance(in_time, int):
        return "Too few people to say how many know."
    if not due:
        return "Nobody has been told yet."
    share = in_time / due
    if in_time == due:
        return "Everybody knows."
    if share >= 0.75:
        return "Most people know."
    return "More than half know." if share >= 0.5 else "Fewer than half know."


def checked_words(counts: Counts) -> str:
    """How many actions were checked, in a few words made by rule from the figures."""
    if not counts.required:
        return "No action is asked for."
    share = counts.verified / counts.required
    if not counts.verified:
        return "No action is checked yet."
    if share == 1:
        return "Every action is checked."
    if share >= 0.75:
        return "Most actions are checked."
    return "About half of the actions are checked." if share >= 0.4 else "Few actions are checked."


def headline(reach: Any, counts: Counts) -> str:
    """The headline of a board page."""
    return f"{knew_words(reach.in_time, reach.due)} {checked_words(counts)}"


def short_day(on: date) -> str:
    """A day of this year in words."""
    return f"{on.day} {on:%B}"


def percent(part: Any, whole: Any) -> str:
    """A whole per cent of a count, or a dash."""
    if not isinstance(part, int) or not isinstance(whole, int) or not whole:
        return "–"
    return f"{round(100 * part / whole)}%"


def shown(value: Any) -> str:
    """A count as it may be shown."""
    return f"{value:,}" if isinstance(value, int) else "not shown" if value == "*" else "–"


def risk(version: Any, learning: Any) -> str:
    """The risk in one line: the approved words of the board version, or of the lesson's own title."""
    for section in version.sections if version else []:
        if section.get("code") == "risk":
            words = str(section.get("text") or " ".join(section.get("lines") or ())).strip()
            if words:
                words = words.split(". ")[0].rstrip(".") + "."
                return words if words[1:2].isupper() else words[:1].lower() + words[1:]
    return str(learning.title).rstrip(".?!") + "."


def more(reach: Any, worst: str, found: Difference) -> str:
    """How many knew, who was last, and what the measures show, in one breath."""
    parts = []
    if isinstance(reach.due, int) and reach.due and isinstance(reach.in_time, int):
        parts.append(f"{reach.in_time:,} of {reach.due:,} staff knew by the deadline.")
        if worst:
            parts.append(f"{worst} was last.")
    else:
        parts.append("How many knew by the deadline cannot be shown.")
    verdicts = [v for v, _ in site_verdicts(found).values()]
    words = (
        ("improved", "It got better at"),
        ("worse", "It got worse at"),
        ("no_signal", "We see no change at"),
    )
    for verdict, said in words:
        count = verdicts.count(verdict)
        if count:
            one = "another" if verdict == "no_signal" and "improved" in verdicts else "one site"
            parts.append(f"{said} {one if count == 1 else f'{count} sites'}.")
    if not any(v in dict(words) for v in verdicts):
        parts.append(
            "Too early to say whether it helped." if verdicts else "Nobody measures yet whether it helped."
        )
    return " ".join(parts)


def worst_site(sites: list[Any], names: dict[int, str]) -> str:
    """The site where the smallest share knew in time, if it can be said from what may be shown."""
    known = [
        one
        for one in sites
        if isinstance(one.reach.due, int) and one.reach.due and isinstance(one.reach.in_time, int)
    ]
    behind = [one for one in known if one.reach.in_time < one.reach.due]
    if len(known) < 2 or not behind:
        return ""
    last = min(behind, key=lambda one: (one.reach.in_time / one.reach.due, one.site_name))
    return names.get(last.site_id, last.site_name)


@dataclass(frozen=True)
class Big:
    """One of the four figures: a per cent, and under it x of y and what else."""

    title: str
    big: str
    small: str


def figures(reach: Any, counts: Counts, strengths: dict[str, int]) -> list[Big]:
    """Knew by the day, told us done, checked by another site, weaker actions: x of y each."""
    weaker, whole = strengths.get("weaker", 0), sum(strengths.values())
    by = f"Knew by {short_day(reach.due_on)}" if reach.due_on else "Knew by the deadline"
    return [
        Big(
            by,
            percent(reach.in_time, reach.due),
            f"{shown(reach.in_time)} of {shown(reach.due)}. Now {shown(reach.now)}",
        ),
        Big(
            "Told us done",
            percent(counts.told_done, counts.required),
            f"{counts.told_done} of {counts.required} actions",
        ),
        Big(
            "Checked by another site",
            percent(counts.verified, counts.required),
            f"{counts.verified} of {counts.required} actions",
        ),
        Big("Weaker actions", percent(weaker, whole), f"{weaker} of {whole} in the plan"),
    ]


def helped(site_id: int | None, verdicts: dict[int, tuple[str, bool]]) -> Tag:
    """Whether it helped at a site, as a tag."""
    verdict, cost = (
        verdicts.get(site_id, (NOT_MEASURED, False)) if site_id is not None else (NOT_MEASURED, False)
    )
    return verdict_tag(NOT_MEASURED if verdict == NOT_STARTED else verdict, cost=cost)


def gap_picture(counts: Counts, pid: str) -> Markup:
    """The gap between done and checked as a bar in four steps."""
    return Markup(  # noqa: S704  drawn by us, from numbers
        gap_bar(
            counts.verified,
            max(0, counts.evidence - counts.verified),
            max(0, counts.told_done - counts.evidence),
            counts.required - counts.told_done,
            pid=pid,
            width=300,
        )
    )


def gap_rows(gaps: list[SiteGap], found: Difference) -> list[list[Any]]:
    """One row for each site, furthest behind first."""
    verdicts = site_verdicts(found)
    return [
        [
            Cell(one.name),
            Cell(svg=gap_picture(one.counts, f"site-{one.site_id or 'all'}")),
            one.counts.told_done,
            one.counts.evidence,
            Cell(str(one.counts.verified), strong=True),
            one.counts.required,
            helped(one.site_id, verdicts),
        ]
        for one in gaps
    ]


def gap_foot(counts: Counts) -> list[Any]:
    """All sites together."""
    return [
        Cell("All"),
        Cell(svg=gap_picture(counts, "total")),
        counts.told_done,
        counts.evidence,
        counts.verified,
        counts.required,
        "",
    ]


def ask_task(ask: Ask, reference: str) -> Task:
    """One thing asked of the board, or told to it, with its day."""
    tag = (
        Tag(f"Decide by {short_day(ask.decide_by)}", "yellow")
        if ask.decide_by
        else Tag("For information", "grey")
    )
    if ask.kind == "late" and ask.late:
        where = (
            ask.late.team.name + ", " + site_name(ask.late.site)
            if ask.late.team and ask.late.site
            else (site_name(ask.late.site) if ask.late.site else "The network")
        )
        text = ask.late.action.text
        text = text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"
        days = f"{ask.days} day{'' if ask.days == 1 else 's'} late"
        return Task(where, f"/actions/{ask.late.pk}/", f"{days}: {text}", tag)
    assert ask.effect is not None
    href, where = f"/learning/{reference}/effect/", site_name(ask.effect.site)
    if ask.kind == "worse":
        return Task(
            f"{ask.effect.measure.name}, {where}",
            href,
            f"{_first(what(ask.effect.measure))} {moved(ask.effect)} since the change",
            tag,
        )
    return Task(
        f"Find out why nothing changed, {where}",
        href,
        f"{ask.effect.measure.name}: no change we can see after {ask.effect.after.periods if ask.effect.after else 0} {ask.effect.measure.period}s",
        tag,
    )


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


def live_rows(live: list[Live]) -> list[list[Any]]:
    """One row for each live learning, the least checked first."""

    def behind(one: Live) -> tuple[float, str]:
        return (
            one.counts.verified / one.counts.required if one.counts.required else 1.0,
            one.learning.reference,
        )

    rows = []
    for one in sorted(live, key=behind):
        knew, counts = one.knew, one.counts
        rows.append(
            [
                Cell(
                    one.learning.title, href=f"/board/{one.learning.reference}/", small=one.learning.reference
                ),
                f"{shown(knew.in_time)} of {shown(knew.due)}" if knew.due else "Not sent",
                shown(knew.now) if knew.due else "–",
                counts.told_done,
                counts.evidence,
                Cell(str(counts.verified), strong=True),
                counts.required,
                Cell(tag=overall(one.difference), small=plan_short(one.difference)),
            ]
        )
    return rows


def overall(found: Difference) -> Tag:
    """The verdict of a learning over its sites in one tag: mixed when sites differ."""
    verdicts = [v for v, _ in site_verdicts(found).values() if v not in (NOT_MEASURED, NOT_STARTED)]
    if not verdicts:
        return verdict_tag(NOT_MEASURED)
    said = [v for v in verdicts if v in ("improved", "worse", "mixed", "no_signal")]
    if not said:
        return verdict_tag("no_signal_yet" if "no_signal_yet" in verdicts else "too_early")
    cost = any(worse for _, worse in site_verdicts(found).values())
    better = said.count("improved")
    if better and (better < len(verdicts) or cost):
        return Tag(
            f"Better at {better} of {len(verdicts)} sites" + (", one thing worse" if cost else ""),
            "orange" if cost else "blue",
        )
    return verdict_tag(max(set(said), key=said.count), cost=cost)


def live_sentence(live: list[Live]) -> str:
    """What the overview says first."""
    few = sum(one.counts.verified * 2 < one.counts.required for one in live)
    learnings = "1 learning is" if len(live) == 1 else f"{len(live)} learnings are"
    if not few:
        return f"{learnings} live. Half or more of the actions of each have been checked by another site."
    if len(live) == 1:
        return f"{learnings} live. Fewer than half of its actions have been checked by another site."
    return f"{learnings} live. At {few} of them fewer than half of the actions have been checked by another site."


def report(
    *,
    title: str,
    learning: Any,
    risk_line: str,
    words: str,
    big: list[Big],
    gaps: list[SiteGap],
    counts: Counts,
    found: Difference,
    asks: list[Task],
    network_name: str,
    today: date,
) -> Report:
    """The same page for one A4 side."""
    verdicts = site_verdicts(found)
    rows = [(one.name, *_counts(one.counts), helped(one.site_id, verdicts).text) for one in gaps]
    rows.append(("All", *_counts(counts), ""))
    placebo = [charts.placebo_words(m.placebo) for m in found.main if m.placebo]
    tables = [
        Table(
            "The gap between “done” and “checked”",
            ("Site", "Told us", "Evidence", "Checked", "All", "Did it help?"),
            tuple(rows),
        )
    ]
    if asks:
        tables.append(
            Table(
                "What we ask of you",
                ("What and why", "By"),
                tuple((f"{t.text}. {t.hint}", t.tag.text if t.tag else "") for t in asks),
            )
        )
    return Report(
        title=title,
        sentence=f"The risk: {risk_line} {words}",
        figures=tuple(Figure(f.title, f.big, f.small) for f in big),
        tables=tuple(tables),
        foot=(
            *([f"How often is the test of “did it help” fooled? {placebo[0]}"] if placebo else []),
            *([plan_line(found)] if plan_line(found) else []),
        ),
        network_name=network_name,
        ref=f"{learning.reference}: {learning.title}. Board page, {day(today)}",
        made_on=today,
    )


def _counts(counts: Counts) -> tuple[str, str, str, str]:
    return str(counts.told_done), str(counts.evidence), str(counts.verified), str(counts.required)
