"""The invented learning L-2026-007 of the demo network, as it is handed to `compose`."""

from dataclasses import replace
from datetime import date
from typing import Any

from everysite.tailor.lesson import ActionLine, Figures, Late, Lesson, SiteReach, Story, Verdict

SAFE_TEXT = (
    "A person aged 46 to 65 came to one of our emergency departments between October and December 2025. They had "
    "been breathless for several days and had fainted. They had recently taken a long flight. Their oxygen level was "
    "low. A rule-out checklist for a lung clot was positive, so a blood test (D-dimer) was needed. It was not sent. "
    "The electronic form could be closed with the Wells score empty. The low oxygen was thought to be usual for this "
    "person; an older letter that showed a normal level was not easy to find. In the night on a ward their NEWS2 was "
    "10. The nurse in charge called for help. The doctor on call was at another emergency, and it was not clear who "
    "else to call. Their heart stopped some hours later. They were resuscitated, treated for a lung clot, and went "
    "home after some weeks, still breathless. In our review, senior doctors read the policy in two ways."
)
LESSON_TEXT = (
    "When any question of the rule-out checklist is positive, send the D-dimer or request the scan before the form is "
    "closed; when NEWS2 is 7 or more, call the number on the night card, because assumptions about “usual” oxygen and "
    "unclear night cover let a clot go unseen."
)
DO_NOW = (
    "Any “yes” on the lung clot checklist? Send the D-dimer, or ask for the scan, before you close the form.",
    "Low oxygen? Look for an older result before you call it usual.",
    "NEWS2 is 7 or more? Call the number on the night card.",
)
FIGURES = Figures(
    as_of=date(2026, 6, 2), due=1502, knew_in_time=1245, know_now=1435, sites=5, actions_required=41, told_done=40,
    evidence=38, verified=13, weaker_percent=40,
    worst_first=(SiteReach("Eastquay General Hospital", "about 65% in time"),
                 SiteReach("St Aldwyn's Hospital", "about 78% in time"),
                 SiteReach("Brackenvale Royal Hospital", "about 85% in time"),
                 SiteReach("Linden Lane Centre", "about 83% in time"),
                 SiteReach("Oakmarsh General Hospital", "about 94% in time")),
    verdicts=(Verdict("Test or scan in 4 hours", "Oakmarsh General Hospital", "improved",
                      "60% before, 83% after, 11 weeks", "Fooled 0 of 26 times on earlier weeks"),
              Verdict("Hours to a scan", "Oakmarsh General Hospital", "worse", "3.1 hours before, 4.0 after"),
              Verdict("Test or scan in 4 hours", "Brackenvale Royal Hospital", "no_detectable_change",
                      "67% before, 67% after, 9 weeks"),
              Verdict("Test or scan in 4 hours", "Eastquay General Hospital", "too_early")),
    off_track=(Late("Team talk at one Eastquay team", "quality partner", "36 days late"),),
)  # fmt: skip
LESSON = Lesson(
    ref="L-2026-007",
    version=2,
    title="Positive rule-out check? Send the blood test",
    kind="incident",
    what_happened=SAFE_TEXT,
    lesson=LESSON_TEXT,
    network_name="Brackenvale Hospitals Group",
    network_short="Brackenvale",
    why=(
        ("Tools and technology", "The form closes without the score."),
        ("Organisation", "The policy was read in two ways."),
        ("Tasks", "Older results are hard to find."),
        ("Organisation", "Who covers the ward at night was unclear."),
        ("Person(s)", "Low oxygen was taken as usual."),
    ),
    went_well="The support worker spoke up at once. The arrest team was there in two minutes.",
    applies_where="Emergency departments, acute medical units and wards that look after people with low oxygen",
    does_not_apply_where="clinics with no urgent patients",
    readiness="several_events",
    actions=(
        ActionLine("A1", "the form will not close with a positive checklist unless a test, a scan or a reason is "
                         "entered", "once_per_site", "stronger", ("doctors",), date(2026, 4, 27), "site digital lead"),
        ActionLine("A2", "rewrite the policy so that it can be read one way", "once_for_network", "weaker", (),
                   date(2026, 3, 30), "medical director"),
        ActionLine("A3", "a night card says who answers, by ward; the number is tested by a call each week",
                   "once_per_site", "intermediate", ("nurses", "support workers"), date(2026, 4, 27), "site lead"),
        ActionLine("A4", "a 20-minute simulation, refreshed each quarter, in each emergency department and acute "
                         "medical unit", "each_team", "intermediate", ("doctors", "nurses"), date(2026, 4, 27),
                   "educator"),
        ActionLine("A5", "a seven-minute briefing in each team that is due", "each_team", "weaker",
                   ("doctors", "nurses", "support workers"), date(2026, 4, 27), "team lead"),
    ),
    do_now={"all": DO_NOW},
    questions=("At 3 in the morning, who would you call, and on what number?",),
    story=Story("I want the next person to get the test.", "The patient. Shared with his agreement."),
    know_by=date(2026, 3, 16),
    act_by=date(2026, 4, 27),
    review_on=date(2026, 9, 2),
    issued_on=date(2026, 3, 2),
    who_to_ask=(("Dimitri Falconer", "quality partner", "01632 960140"),),
    measures=(
        "People with a positive checklist who had the test or scan within 4 hours, out of all with a positive "
        "checklist",
        "Balancing: median hours to a lung scan",
    ),
    deidentified_for="our network",
    checked_by_count=2,
    checked_on=date(2026, 2, 26),
    figures=FIGURES,
    link="https://brackenvale.example/l/L-2026-007",
)  # fmt: skip
WHY_HERE = (
    "At our hospital a test was sent a day late.",
    "A patient told us they heard “chest infection” twice.",
)


def lesson(**changes: Any) -> Lesson:
    """The sample with some fields changed."""
    return replace(LESSON, **changes)
