"""What came of it, written into the folder; no file holds a word that the safe text took out."""

import csv
import json
from pathlib import Path
from typing import Any

from everysite.act import queries as acts
from everysite.base import clock, formulas
from everysite.cli.spreading.walk import State
from everysite.deidentify import queries as deidentified
from everysite.disseminate import queries as spread
from everysite.network import queries as network
from everysite.tailor import making
from everysite.tailor import queries as tailored
from everysite.tailor.lesson import Lesson
from everysite.tailor.render import html, pdf, text

DELIVERY_COLUMNS = (
    "due_id",
    "person_id",
    "site_code",
    "team",
    "staff_group",
    "channel",
    "state",
    "reason",
    "due_on",
)
ACTION_COLUMNS = ("site_code", "scope", "action", "strength", "owner", "due_on", "state")


def write_draft(state: State) -> None:
    """Write the safe text that still waits for approval."""
    _safe(state, approved=False)


def write(state: State) -> None:
    """Write everything formats.md names."""
    _safe(state, approved=True)
    _lesson(state)
    _versions(state)
    _deliveries(state)
    _actions(state)
    _status(state)


def _json(path: Path, values: Any) -> None:
    path.write_text(json.dumps(values, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")


def _safe(state: State, *, approved: bool) -> None:
    names = (
        {name for name, _ in deidentified.signatures(state.work["viewer"], state.safe)} if approved else set()
    )
    signed = [person.name for person in state.people["approvers"] if person.name in names]
    _json(
        state.wish.out / "safe.json",
        {
            "reference": state.reference,
            "safe_text": state.safe.text,
            "spans": state.work["spans"],
            "residual_risk": state.safe.risk,
            "audience": state.safe.audience,
            "released_by": state.people["author"].name if approved else None,
            "approved_by": signed,
            "sha256": state.safe.digest,
        },
    )


def _lesson(state: State) -> None:
    learning, to_write = state.learning, state.work["to_write"]
    values = {
        "ref": learning.reference,
        "title": learning.title,
        "kind": learning.kind,
        "version": learning.version,
        "what_happened": learning.what_happened,
        "why": None,
        "what_went_well": None,
        "lesson": learning.lesson,
        "do_now": learning.do_now,
        "applies_where": learning.applies_where or None,
        "does_not_apply_where": learning.does_not_apply_where or None,
        "evidence_readiness": learning.readiness,
        "safety_actions": None,
        "urgency": learning.urgency,
        "know_by": learning.know_by,
        "act_by": learning.act_by,
        "questions": learning.questions,
        **learning.codes,
    }
    for name in to_write:
        if name in values:
            values[name] = None
    _json(state.wish.out / "lesson.json", {**values, "to_write": to_write})


def _lesson_for(state: State, audience: str) -> Lesson:
    lesson = tailored.lesson(state.learning, audience)
    if lesson is None:
        raise LookupError(f"{state.learning.reference} has no agreed edition yet.")
    return lesson


def _versions(state: State) -> None:
    folder = state.wish.out / "versions"
    folder.mkdir(exist_ok=True)
    for version in state.versions:
        lesson = _lesson_for(state, version.audience)
        document = making.document_of(version, lesson, band="" if version.published_at else "DRAFT")
        (folder / f"{version.readers}.html").write_text(html.page(document), encoding="utf-8")
        (folder / f"{version.readers}.txt").write_text(text.plain(document), encoding="utf-8")
        (folder / f"{version.readers}.pdf").write_bytes(pdf.pages(document))
    frontline = state.versions[0]
    (folder / "short.txt").write_text(frontline.short + "\n", encoding="utf-8")
    lesson = _lesson_for(state, frontline.audience)
    sheet = making.fresh(lesson, "huddle")
    (folder / "huddle.pdf").write_bytes(pdf.huddle(sheet, pdf.Team("Your team"), "", lesson.link))


def _rows(path: Path, head: tuple[str, ...], rows: Any) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        for line in formulas.csv_lines([head, *rows]):
            file.write(line)


def _deliveries(state: State) -> None:
    _rows(
        state.wish.out / "deliveries.csv",
        DELIVERY_COLUMNS,
        spread.delivery_rows(state.work["viewer"], state.plan.pk),
    )


def _actions(state: State) -> None:
    viewer, today = state.work["viewer"], clock.local_day(state.work["now"])
    rows: list[tuple[object, ...]] = [
        (
            site.code,
            "once_per_site",
            "Answer: does this apply here, and what will you do?",
            "",
            "site lead",
            state.learning.act_by,
            answer,
        )
        for site, answer in acts.response_states(viewer, state.learning.pk, today)
    ]
    for row in acts.commitments(viewer, learning_id=state.learning.pk):
        rows.append(
            (
                row.site.code if row.site else "",
                row.action.scope,
                row.action.text,
                row.action.strength,
                row.owner.name if row.owner else row.action.owner_role,
                row.due_on,
                "asked",
            )
        )
    state.work["responses"] = {row[0]: row[6] for row in rows}
    _rows(state.wish.out / "actions.csv", ACTION_COLUMNS, rows)


def _status(state: State) -> None:
    with (state.wish.out / "deliveries.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    sites: dict[str, dict[str, Any]] = {}
    for row in rows:
        site = sites.setdefault(
            row["site_code"], {"site_code": row["site_code"], "due": 0, "sent": 0, "unreachable": 0}
        )
        site["due"] += 1
        site["sent"] += row["state"] == "sent"
        site["unreachable"] += row["state"] in ("failed", "bounced", "suppressed")
    for code, site in sites.items():
        site["response"] = state.work["responses"].get(code, "")
    listed = sorted(sites.values(), key=lambda s: s["site_code"])
    status = {
        "due": len(rows),
        "sent": sum(s["sent"] for s in listed),
        "unreachable": sum(s["unreachable"] for s in listed),
        "acknowledged": 0,
        "sites": listed,
        "figures_at": state.work["now"].isoformat(),
        "messages": "sent by mail server" if state.wish.smtp else "written as files, not sent",
    }
    state.work["status"] = status
    _json(state.wish.out / "status.json", status)
    _report(state, status)


def _report(state: State, status: dict[str, Any]) -> None:
    day = clock.local_day(state.work["now"])
    shown = list(status["sites"])[:25]
    more = len(status["sites"]) - len(shown)
    report = pdf.Report(
        title=state.learning.title,
        sentence=f"{status['due']} people need to know by {state.learning.know_by:%-d %B %Y}. "
        f"{status['sent']} messages were {'handed to the mail server' if state.wish.smtp else 'written as files'}; "
        f"{status['unreachable']} people must be reached another way. Nobody has confirmed yet.",
        figures=(
            pdf.Figure("Need to know", str(status["due"]), f"on {day:%-d %B %Y}"),
            pdf.Figure("Messages out", str(status["sent"]), f"of {status['due']}"),
            pdf.Figure("Confirmed", "0", f"of {status['due']}"),
        ),
        tables=(
            pdf.Table(
                "By site" + (f" (first {len(shown)}; {more} more in status.json)" if more else ""),
                ("Site", "Need to know", "Messages out", "Reach another way"),
                tuple(
                    (s["site_code"] or "No site", str(s["due"]), str(s["sent"]), str(s["unreachable"]))
                    for s in shown
                ),
            ),
        ),
        foot=(f"{state.learning.reference}, version {state.learning.version}",),
        network_name=network.network().name,
        ref=state.learning.reference,
        made_on=day,
    )
    (state.wish.out / "report.pdf").write_bytes(pdf.report(report))
