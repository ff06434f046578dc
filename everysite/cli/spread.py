"""The main job without a browser: one learning from a file through the whole journey."""

import os
import shutil
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from everysite.cli.say import Stop, figures, out, readable

TOO_FEW = 3


def add_to(app: typer.Typer) -> None:
    """Add this room's command."""
    app.command()(spread)


def spread(
    file: Annotated[str, typer.Argument(help="A file with one learning: JSONL, JSON, PDF or CSV")],
    sites: Annotated[str, typer.Option(help="Sites as CSV")],
    people: Annotated[str, typer.Option(help="People as CSV")],
    to: Annotated[str, typer.Option("--out", help="The folder that receives everything")],
    released_by: Annotated[str, typer.Option(help="Who writes and releases")],
    approved_by: Annotated[list[str], typer.Option(help="Who approves; give it twice where two must")] = [],  # noqa: B006
    record: Annotated[str, typer.Option(help="Which record, if the file has several")] = "",
    audience: Annotated[
        str, typer.Option(help="Roles or staff groups, separated by commas; empty: everybody")
    ] = "",
    involved: Annotated[str, typer.Option(help="Names of people involved, separated by ;")] = "",
    title: Annotated[str, typer.Option(help="What to do, in at most 12 words")] = "",
    lesson: Annotated[str, typer.Option(help="The lesson, in one sentence")] = "",
    do: Annotated[list[str], typer.Option(help="A line of what to do now (up to three)")] = [],  # noqa: B006
    deadline: Annotated[str, typer.Option(help="Know by this day, YYYY-MM-DD")] = "",
    urgency: Annotated[str, typer.Option(help="immediate, urgent, soon, standard or routine")] = "standard",
    candour: Annotated[
        str, typer.Option(help="Does the duty of candour apply to it here: no (default)")
    ] = "no",
    approvers: Annotated[
        int, typer.Option(help="How many people must approve: the network's setting, 1 or 2")
    ] = 2,
    reason: Annotated[str, typer.Option(help="Why a text with a high remaining risk may go out")] = "",
    smtp: Annotated[
        str, typer.Option(help="HOST:PORT of a mail server; without it, messages are written as files")
    ] = "",
    at: Annotated[str, typer.Option(help="The instant of release, ISO")] = "",
    home: Annotated[
        str, typer.Option(help="A lasting network; without it a fresh one is used and thrown away")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Take one learning from a file through the whole journey, and write what came of it into a folder.

    Goes the whole way: capture, make safe, lesson draft, versions, plan, frozen list of people, messages, site
    actions, status. With too few approvers it stops after the draft and exits 3. A person must always read
    the safe text: the command accepts what the engine proposes, it does not judge it.
    """
    for given in (file, sites, people):
        readable(given)
    when = _instant(at)
    know_by = _day(deadline)
    if know_by and when and know_by < when.date():
        raise Stop(f"The deadline {know_by.isoformat()} is in the past. Choose a later day.")
    folder = Path(home) if home else Path(tempfile.mkdtemp(prefix="everysite-spread-"))
    os.environ["EVERYSITE_HOME"] = str(folder)
    if smtp:
        os.environ["EVERYSITE_SMTP"] = smtp
    try:
        from everysite.cli.spreading import reading, walk

        wish = walk.Wish(
            file=Path(file),
            record=record,
            sites=Path(sites),
            people=Path(people),
            out=Path(to),
            released_by=released_by,
            approved_by=tuple(approved_by),
            audience=tuple(a.strip() for a in audience.split(",") if a.strip()),
            involved=tuple(n.strip() for n in involved.split(";") if n.strip()),
            title=title,
            lesson=lesson,
            do=tuple(do),
            deadline=know_by,
            urgency=urgency,
            candour=candour,
            approvers=approvers,
            reason=reason,
            smtp=smtp,
            at=when,
        )
        record_read = reading.the_record(wish)
        walk.start()
        result = walk.whole_way(wish, record_read)
    finally:
        if not home:
            shutil.rmtree(folder, ignore_errors=True)
    if result.stopped:
        out.print(result.stopped, markup=False)
        raise Stop("Stopped before release: nothing was sent.", TOO_FEW)
    figures(result.line(), result.figures, as_json=as_json)


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    from datetime import UTC

    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Stop(f"--at {text} is not an instant. Write it as 2026-03-02T08:00:00+00:00.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Stop(f"--deadline {text} is not a day. Write it as 2026-03-16.") from None
