"""Every cell of the permission table against the golden expansion: a change of the table shows as a diff of cells."""

import csv
from pathlib import Path

from everysite.capture.models import Event
from everysite.network import queries, rules
from everysite.network.queries import Shape
from everysite.network.rules import Standing, Viewer

GOLDEN = Path(__file__).parents[1] / "data" / "permissions_cells.csv"


def test_every_allowed_cell_is_the_one_that_was_agreed():
    with GOLDEN.open(newline="", encoding="utf-8") as file:
        agreed = {tuple(row) for row in list(csv.reader(file))[1:]}
    now = set(rules.table().yes)
    assert sorted(now - agreed) == [], "cells that are allowed now and were not agreed"
    assert sorted(agreed - now) == [], "cells that were agreed and are not allowed now"


def test_four_roles_never_read_the_vault():
    reads = {c[0] for c in rules.table().yes if c[3] in ("original", "identity") and c[2] != "create"}
    assert not reads & {"sysadmin", "service", "auditor", "partner"}


def test_a_filtered_list_holds_exactly_the_rows_that_the_rule_allows(world, noon):
    """For each role, site and ownership: membership in the SQL scope equals `viewer_may` row by row."""
    from django.db.models import Q

    sites = [world.sites["EQG"], world.sites["OGH"], None]
    owners = [world.by("Jo"), world.by("Grace")]
    for number, site in enumerate(sites):
        for owner in owners:
            for triaged in (False, True):
                Event.objects.create(
                    reference=f"EV-{number}-{owner[:4]}-{triaged}",
                    kind="incident",
                    site=site,
                    recorded_at=noon,
                    recorded_by=owner,
                    triaged_at=noon if triaged else None,
                    triaged_by="x" if triaged else "",
                )
    states = {"submitted": Q(triaged_at=None), "triaged": Q(triaged_at__isnull=False)}
    for role in rules.ROLES:
        for reaches in (True, False):
            viewer = Viewer(
                person_id=owners[0],
                standings=(Standing(role, frozenset({sites[0].pk}), reaches_network=reaches),),
            )
            shape = Shape(own=Q(recorded_by=owners[0]), site="site_id", states=states)
            for action in ("read", "comment", "triage", "withdraw", "assign"):
                listed = set(
                    Event.objects.filter(queries.scope(viewer, action, "case", shape)).values_list(
                        "pk", flat=True
                    )
                )
                for event in Event.objects.all():
                    state = "triaged" if event.triaged_at else "submitted"
                    expected = rules.viewer_may(
                        viewer, action, "case", state, own=event.recorded_by == owners[0], site=event.site_id
                    )
                    assert (event.pk in listed) == expected, (
                        role,
                        reaches,
                        action,
                        state,
                        event.site_id,
                        event.recorded_by == owners[0],
                    )
