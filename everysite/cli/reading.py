"""What `status` and `export` read, as the quality team of the network sees it."""

from pathlib import Path
from typing import Any

from everysite.act import queries as acts
from everysite.base import clock, formulas
from everysite.disseminate import queries as spread
from everysite.learn import queries as learned
from everysite.network import queries as network
from everysite.network.rules import Standing, Viewer


def console() -> Viewer:
    """Return the viewer of whoever runs the command on the server: it reads as the quality team does."""
    return Viewer(
        person_id="",
        name="console",
        standings=(Standing("quality"), Standing("executive")),
        today=clock.today(),
    )


def status() -> dict[str, Any]:
    """Return how the product stands, in figures."""
    viewer, now = console(), clock.now()
    plans = spread.plans(viewer, now=now)
    due = know = 0
    for plan in plans:
        if plan.counted:
            reach = spread.reach(viewer, plan.learning_id, now=now, exact=True)
            due += int(reach.due or 0)
            know += int(reach.now or 0)
    box = spread.outbox(viewer, now=now)
    states: dict[str, int] = dict(box.by_state) if box else {}
    return {
        "network": network.network().name,
        "learning_live": sum(1 for plan in plans if plan.counted),
        "due": due,
        "know": know,
        "messages_moving": sum(
            n for state, n in states.items() if state in ("queued", "leased", "unknown", "held")
        ),
        "messages": states,
        "at": now.isoformat(),
    }


def export(reference: str, folder: Path) -> dict[str, Any]:
    """Write reach by site, actions and message states of one learning as CSV; returns counts. Raises LookupError."""
    viewer, now = console(), clock.now()
    learning = learned.one(viewer, reference)
    if learning is None:
        raise LookupError(f"There is no learning {reference}.")
    reach: list[list[object]] = [
        ["site_code", "site", "need_to_know", "knew_by_deadline", "know_now", "not_yet", "figures_at"]
    ]
    for s in spread.reach_by_site(viewer, learning.pk, now=now):
        reach.append(
            [
                s.site_code,
                s.site_name,
                s.reach.due,
                s.reach.in_time,
                s.reach.now,
                s.reach.not_yet,
                now.isoformat(),
            ]
        )
    files: dict[str, list[list[object]]] = {
        "reach.csv": reach,
        "actions.csv": acts.export_rows(viewer, clock.today(), learning_id=learning.pk),
    }
    rows = 0
    for name, lines in files.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            for line in formulas.csv_lines(lines):
                file.write(line)
        rows += max(0, len(lines) - 1)
    return {"files": len(files), "rows": rows}
