"""The demo's learning, written and agreed through the services."""

from datetime import date, datetime

from everysite.learn import queries, services
from everysite.learn.models import Learning
from tests.world import World

ACTIONS = [
    (
        "The form will not close until a test, a scan or a reason is entered",
        "Lead for clinical systems",
        "once_per_site",
        [],
        "stronger",
    ),
    (
        "Rewrite the policy so that it can be read one way",
        "Medical director",
        "once_for_network",
        [],
        "weaker",
    ),
    (
        "Night card: who answers, and a test call each week",
        "Night site manager",
        "once_per_site",
        [],
        "intermediate",
    ),
    (
        "20-minute practice run, each quarter",
        "Emergency department lead",
        "each_team",
        ["ed", "amu"],
        "intermediate",
    ),
    ("Seven-minute talk", "Team lead", "each_team", [], "weaker"),
]
SECTIONS = {
    "what-happened": {"what_happened": "A rule-out checklist was positive. The blood test was not sent."},
    "went-well": {"went_well": "The support worker spoke up at once."},
    "lesson": {
        "lesson": "When any question is positive, send the D-dimer before the form is closed; when NEWS2 is high, "
        "call the number on the night card, because night cover is unclear.",
        "applies_where": "Emergency departments",
        "does_not_apply_where": "",
    },
    "why": {
        "factors": [
            ["tools_and_technology", "The form closes without the score"],
            ["organisation", "The policy is read two ways"],
        ]
    },
    "do-now": {
        "do_now": {
            "all": [
                "Any “yes” on the checklist? Send the D-dimer.",
                "NEWS2 high? Call the night card number.",
            ]
        }
    },
    "questions": {"questions": ["Who would you call at night?"]},
}


def master(world: World, at: datetime) -> Learning:
    """The demo's learning, complete but not agreed."""
    by = world.by("Tobias")
    learning = services.start(
        title="Positive rule-out check? Send the blood test",
        kind="incident",
        by=by,
        at=at,
        reference="L-2026-007",
        owner=world.by("Morwenna"),
    )
    viewer = world.viewer("Tobias")
    for section, values in SECTIONS.items():
        view = queries.section(viewer, learning, section)
        learning = services.edit(
            learning_id=learning.pk, section=section, values=values, seen=view.seen, by=by, at=at
        )
    for text, owner, scope, kinds, strength in ACTIONS:
        services.add_action(
            learning_id=learning.pk,
            by=by,
            at=at,
            values={
                "text": text,
                "owner_role": owner,
                "scope": scope,
                "services": kinds,
                "strength": strength,
                "due_on": date(2026, 4, 27),
            },
        )
    learning.refresh_from_db()
    return learning


def agreed(world: World, at: datetime) -> Learning:
    """The demo's learning at version 1."""
    learning = master(world, at)
    services.agree(learning_id=learning.pk, by=world.by("Tobias"), at=at)
    learning.refresh_from_db()
    return learning
