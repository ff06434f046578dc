"""Every figure of the demo as the product's own queries give it, printed as JSON; run in the demo's home."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import django

django.setup()

from everysite.act import queries as acts  # noqa: E402
from everysite.base import ledger  # noqa: E402
from everysite.capture.models import Event, Original  # noqa: E402
from everysite.cli.demo.calendar import NOON  # noqa: E402
from everysite.deidentify.models import Approval, Candour, SafeText  # noqa: E402
from everysite.diffuse import queries as diffuse  # noqa: E402
from everysite.diffuse.models import Champion, Share, ToldBy  # noqa: E402
from everysite.disseminate import invariants  # noqa: E402
from everysite.disseminate import queries as spread  # noqa: E402
from everysite.disseminate.models import Delivery, Due, Escalation, Plan  # noqa: E402
from everysite.learn.models import Edition, Learning  # noqa: E402
from everysite.measure import fading, reaim_facts  # noqa: E402
from everysite.measure.models import Measure, Point, Start  # noqa: E402
from everysite.network import demo, queries  # noqa: E402
from everysite.network.models import Network, Person  # noqa: E402
from everysite.tailor.models import Relevance, Version  # noqa: E402

TODAY = date(2026, 6, 2)
LEARNING = Learning.objects.get(reference="L-2026-007")


def viewer(first: str) -> Any:
    """Return somebody of the cast."""
    return queries.viewer(demo.account(first), TODAY)


def place(row: Any) -> str:
    """Return where a commitment is: its team, else its site."""
    return row.team.code if row.team else row.site.code if row.site else ""


def knowing() -> dict[str, Any]:
    """Sections 5 and 6: who was due, who knew, how, and what became of the messages."""
    ishani, morwenna = viewer("ishani"), viewer("morwenna")
    reach = spread.reach(ishani, LEARNING.pk, now=NOON, exact=True)
    plan = Plan.objects.get(learning=LEARNING)
    issue = Delivery.objects.filter(plan=plan, purpose="issue", due__counted=True)
    first = issue.filter(address_no=1)
    day_7 = datetime(2026, 3, 9, 12, tzinfo=UTC)
    teams = {
        code: [
            Due.objects.filter(team__code=code, counted=True).count(),
            Due.objects.filter(team__code=code, counted=True, acknowledged_at__lt=day_7).count(),
            Due.objects.filter(
                team__code=code, counted=True, acknowledged_at__lt=datetime(2026, 3, 10, tzinfo=UTC)
            ).count(),
        ]
        for code in ("EQG-04", "SAH-03")
    }
    early = Due.objects.filter(learning=LEARNING)
    return {
        "counted": plan.counted,
        "issued_at": plan.issued_at.isoformat(),
        "know_by": plan.know_by.isoformat(),
        "all": [reach.due, reach.in_time, reach.now, reach.left, reach.not_yet],
        "joiners": [reach.joiners.due, reach.joiners.in_time, reach.joiners.late, reach.joiners.not_yet],
        "sites": {
            one.site_code: [
                one.reach.due,
                one.reach.in_time,
                one.reach.now,
                one.reach.left,
                one.reach.not_yet,
            ]
            for one in spread.reach_by_site(ishani, LEARNING.pk, now=NOON, exact=True)
        },
        "routes": spread.routes(ishani, LEARNING.pk, exact=True),
        "channels": dict(Counter(first.values_list("channel", flat=True))),
        "came_back": first.filter(state="bounced").count(),
        "tried_twice": first.filter(attempts=2, state="sent").count(),
        "at_once": first.filter(channel="email", attempts=1, state="sent").count(),
        "new_addresses": issue.filter(address_no=2, state="sent").count(),
        "gaps_now": [gap.state for gap in spread.gaps(morwenna, now=NOON, learning_id=LEARNING.pk)],
        "teams": teams,
        "leila": list(early.filter(person__name="Leila Haddad").values_list("site__code", "reason")),
        "colm": early.filter(person__name="Colm Featherstone", left_at__isnull=False).count(),
        "priya": list(
            early.filter(person__name="Priya Thornquist").values_list("version__number", "acknowledged_how")
        ),
        "jo": list(early.filter(person__name="Jo Quill").values_list("acknowledged_version", flat=True)),
        "tunde": early.filter(person__name="Tunde Bakare-Smith").count(),
        "escalations": Escalation.objects.count(),
        "breaches": invariants.breaches(NOON),
        "unsent": Delivery.objects.filter(state__in=["queued", "leased", "unknown", "held"]).count(),
    }


def peers() -> dict[str, Any]:
    """Section 6: who passed on, who told whom."""
    ishani, morwenna = viewer("ishani"), viewer("morwenna")
    tree = diffuse.tree(
        morwenna, LEARNING.pk, acknowledged=spread.acknowledged(morwenna, LEARNING.pk), now=NOON, exact=True
    )
    told = diffuse.told_by_counts(ishani, LEARNING.pk, exact=True)
    return {
        "shares": [tree.shares, tree.givers, tree.opened, tree.acknowledged],
        "rows": [Share.objects.count(), ToldBy.objects.count()],
        "answers": told.answers,
        "asked": told.asked,
        "champions": dict(Counter(Champion.objects.values_list("person__site__code", flat=True))),
    }


def acting() -> dict[str, Any]:
    """Section 4: what was asked, required, told done, on time, shown, checked; by action."""
    morwenna = viewer("morwenna")
    board = acts.board(morwenna, LEARNING.pk, TODAY)

    def numbers(counts: Any) -> list[int]:
        return [
            counts.asked,
            counts.required,
            counts.told_done,
            counts.on_time,
            counts.evidence,
            counts.verified,
        ]

    rows = list(acts.commitments(morwenna, learning_id=LEARNING.pk))
    return {
        "all": numbers(board.counts),
        "actions": {row.action.code: numbers(row.counts) for row in board.rows},
        "weak_percent": board.weak_percent,
        "late": [[row.action.code, place(row), (TODAY - row.due_on).days] for row in board.late],
        "reopened": [[row.action.code, place(row)] for row in rows if row.times_reopened],
        "not_required": [
            [row.action.code, place(row), sorted(k for k in row.not_required_answers if k.startswith("q"))]
            for row in acts.not_required(morwenna, LEARNING.pk)
        ],
        "verified": sorted(f"{row.action.code} {place(row)}".strip() for row in rows if row.verified_at),
        "told_late": sorted(
            [row.action.code, place(row), row.told_done_at.date().isoformat()]
            for row in rows
            if row.told_done_at and row.told_done_at.date() > row.due_on
        ),
        "no_proof": sorted(
            f"{row.action.code} {place(row)}" for row in rows if not row.has_proof and not row.not_required_at
        ),
        "responses": {site.code: state for site, state in acts.response_states(morwenna, LEARNING.pk, TODAY)},
    }


def learning() -> dict[str, Any]:
    """Sections 3 and 4: the event, its safe text, the record and its versions."""
    event = Event.objects.get(reference="EV-2025-0412")
    text = SafeText.objects.get(event=event, published_at__isnull=False)
    signed = Approval.objects.filter(kind="safe_text").order_by("at")
    names = {str(p.pk): p.name for p in Person.objects.all()}
    return {
        "title": LEARNING.title,
        "version": LEARNING.version,
        "lesson": LEARNING.lesson,
        "factors": LEARNING.factors.count(),
        "dates": [LEARNING.know_by.isoformat(), LEARNING.act_by.isoformat(), LEARNING.review_on.isoformat()],
        "lead": LEARNING.executive_lead.name,
        "readiness": LEARNING.readiness,
        "codes": LEARNING.codes,
        "sources": sorted(LEARNING.sources.values_list("reference", "relation")),
        "editions": list(
            Edition.objects.filter(learning=LEARNING).order_by("version").values_list("version", flat=True)
        ),
        "revisions": Original.objects.filter(event=event).count(),
        "safe": text.text,
        "band": text.risk_band,
        "at_site": text.risk["at_site"],
        "candour": len(Candour.objects.get(event=event).steps),
        "signed": [[names[one.by], one.at.date().isoformat(), bool(one.voided_at)] for one in signed],
        "versions": sorted(
            [
                v.readers,
                v.number,
                v.master_version,
                "superseded" if v.superseded_at else "published" if v.published_at else "writing",
            ]
            for v in Version.objects.filter(learning=LEARNING)
        ),
        "relevance": Relevance.objects.filter(learning=LEARNING, checked_at__isnull=False).count(),
        "draft": list(Learning.objects.filter(reference="L-2026-011").values_list("version", flat=True)),
        "events": sorted(Event.objects.values_list("reference", flat=True)),
    }


def measures() -> dict[str, Any]:
    """Section 7: the series and the starts."""
    parts = {}
    for code, day in Start.objects.filter(measure__code="M1").values_list("site__code", "on"):
        points = Point.objects.filter(measure__code="M1", site__code=code, superseded_at=None)
        for name, rows in (
            ("before", points.filter(starts_on__lt=day)),
            ("after", points.filter(starts_on__gte=day)),
        ):
            parts[f"{code} {name}"] = [
                sum(p.numerator for p in rows),
                sum(p.denominator for p in rows),
                rows.count(),
            ]
    return {
        "parts": parts,
        "measures": sorted(Measure.objects.values_list("code", "role")),
        "points": Point.objects.count(),
    }


def lasting() -> dict[str, Any]:
    """Five parts of RE-AIM, and what sites wrote about how the change took hold."""
    found = reaim_facts.report(viewer("ishani"), LEARNING, now=NOON)
    parts = (found.reach, found.adoption, found.implementation, found.maintenance)
    return {
        "parts": {p["part"]: [p["yes"], p["no"], p["unknown"], p["denominator"]] for p in parts},
        "flagged": [g["name"] for groups in found.reach["by"].values() for g in groups if g["flagged"]],
        "worst": found.reach["worst_site"],
        "hours": {one.code: {k: float(v) for k, v in one.hours.items()} for one in found.sites},
        "audits": {one.code: [*one.fidelity, one.audits] for one in found.sites if one.audits},
        "drawn": [one.site_name for one in found.charts],
        "changes": sorted([found.name(c.site_id), c.planned, c.keeps_purpose] for c in found.changes),
        "again": [[one.site_code, one.months, one.due_on.isoformat(), one.standing] for one in found.again],
        "fading": fading.fading(viewer("morwenna"), now=NOON).learnings,
    }


def main() -> None:
    """Print everything."""
    network = Network.objects.get()
    print(
        json.dumps(
            {
                "staff": Person.objects.filter(reference__startswith="B").count(),
                "knowing": knowing(),
                "peers": peers(),
                "acting": acting(),
                "learning": learning(),
                "measures": measures(),
                "lasting": lasting(),
                "ledger_faults": ledger.faults(),
                "clock": network.clock_stopped_at.isoformat(),
                "demo": network.demo,
            },
            default=str,
        )
    )


main()
