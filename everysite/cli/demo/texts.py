"""The words of the demo, all invented: the event, those like it, and the learning. Nobody in them exists."""

from dataclasses import dataclass
from datetime import date

from everysite.capture.rules import Involved

FIRST_ACCOUNT = (
    "Emrys Garfield Tolliver, NHS number 999 204 4179, hospital number OG 4471903, born 3 February 1971, of 27 "
    "Cobbler's Row, ZZ1 4QT, came to our emergency department at 18:40 on Tuesday 14 October 2025. He had been "
    "breathless for four days and had fainted on the stairs. His wife Delphine told me he flew home from Calgary on 4 "
    "October. Oxygen 89% on air, pulse 118, breathing rate 26. Dr Amara Wells went through the rule-out checklist for "
    "a lung clot; three of its eight questions were positive, so a D-dimer was needed. It was not sent. The Wells "
    "score box on the screen was empty and the form closed anyway. The working diagnosis was a chest infection with "
    'low oxygen "normal for him" because of his weight. The lung clinic letter from St Aldwyn\'s of March 2019, with a '
    "level of 98%, was not looked for. He went to Sandpiper Ward at 23:15. At 02:50 on 15 October his NEWS2 was 10. "
    "Dawn Hope told the nurse in charge, who bleeped 2217. The night registrar was at an arrest in maternity. Nobody "
    "knew whether outreach takes calls from Sandpiper after midnight. NEWS2 was 9 at 04:00 and at 05:30. Delphine had "
    "hoped he would have a scan before dawn. Em's heart stopped at 06:10. Will Day, the porter, will always remember "
    "that run to the lab."
)
ADDENDUM = (
    "Em was resuscitated, had clot-dissolving treatment, 19 days in intensive care, and went "
    "home on 24 November, still breathless on stairs. At the review Dr Nia ap Rhys and Dr Leila Haddad read policy "
    "CP-114 version 6 in different ways: must there be sharp chest pain before the test? GP: Dr Sunita Marlowe, "
    "Cobbler's Row Surgery. Delphine: 07700 900417, delphine.tolliver@family.example."
)
SAFE = (
    "A person aged 46 to 65 came to one of our emergency departments between October and December 2025. They had been "
    "breathless for several days and had fainted. They had recently taken a long flight. Their oxygen level was low. "
    "A rule-out checklist for a lung clot was positive, so a blood test (D-dimer) was needed. It was not sent. The "
    "electronic form could be closed with the Wells score empty. The low oxygen was thought to be usual for this "
    "person; an older letter that showed a normal level was not easy to find. In the night on a ward their NEWS2 was "
    "10. The nurse in charge called for help. The doctor on call was at another emergency, and it was not clear who "
    "else to call. Their heart stopped some hours later. They were resuscitated, treated for a lung clot, and went "
    "home after some weeks, still breathless. In our review, senior doctors read the policy in two ways."
)
SAFE_BEFORE = SAFE.replace("In our review, senior doctors", "In our review, two doctors")
TITLE = "Positive rule-out check? Send the blood test"


@dataclass(frozen=True)
class EventTold:
    """One other event that the learning rests on, as somebody told it."""

    reference: str
    kind: str
    on: date
    happened_on: date
    site: str
    team: str
    by: str
    title: str
    text: str
    harm: int | None
    involved: tuple[Involved, ...] = ()
    note: str = ""


EVENTS = (
    EventTold(
        "EV-2025-0288",
        "near_miss",
        date(2025, 8, 21),
        date(2025, 8, 20),
        "BRH",
        "BRH-02",
        "Yusuf",
        "Checklist copied from an earlier visit",
        "The rule-out checklist in the notes was a copy from a visit in May. The pharmacist saw the old date. It was "
        "done again before any treatment. No harm.",
        5,
        (),
        "Checklist copied from an earlier visit, no harm",
    ),
    EventTold(
        "EV-2025-0377",
        "incident",
        date(2025, 9, 30),
        date(2025, 9, 29),
        "EQG",
        "EQG-01",
        "Grace",
        "Blood test sent next day",
        "Checklist positive at 15:20, the D-dimer was sent at 09:10 the next day. Mr Osric Fenhythe had a small clot "
        "and was treated. Low harm.",
        4,
        (Involved("Osric Fenhythe", "patient"),),
        "Blood test sent the next day, low harm",
    ),
    EventTold(
        "CO-2025-0054",
        "complaint",
        date(2025, 11, 12),
        date(2025, 11, 3),
        "EQG",
        "EQG-01",
        "Dimitri",
        "Told chest infection twice",
        'Mrs Keturah Brindlewood writes that she was told "chest infection" twice before anybody scanned her lungs.',
        4,
        (Involved("Keturah Brindlewood", "patient"),),
        "Complaint: told chest infection twice",
    ),
    EventTold(
        "EV-2026-0031",
        "incident",
        date(2026, 1, 9),
        date(2026, 1, 8),
        "SAH",
        "SAH-03",
        "Orla",
        "High score, nobody called for three hours",
        "NEWS2 was 9 from 01:00 to 04:00 on the heart surgery ward. The nurse did not know who answers at night. The "
        "patient, Ivo Tamberlane, came to no harm.",
        5,
        (Involved("Ivo Tamberlane", "patient"),),
        "NEWS2 9 for three hours on a ward, no harm",
    ),
    EventTold(
        "GC-2026-0009",
        "good_care",
        date(2026, 1, 20),
        date(2026, 1, 19),
        "BRH",
        "BRH-03",
        "Agnieszka",
        "Called outreach early, clot found",
        "NEWS2 rose to 7. The support worker said so at once, the nurse called outreach within five minutes and the "
        "scan showed a lung clot. Treated the same hour.",
        5,
        (),
        "Good care: early outreach call, clot found",
    ),
    EventTold(
        "ST-2026-0003",
        "patient_story",
        date(2026, 1, 28),
        date(2025, 10, 15),
        "OGH",
        "OGH-01",
        "Emrys",
        "What I remember",
        "I am Emrys Tolliver. I remember the stairs and the light over the bed. I am glad to be home. I want the next "
        "person to get the test.",
        None,
        (Involved("Emrys Tolliver", "patient", ("Em",)),),
        "The patient's own story",
    ),
)

LESSON_1 = (
    "When any question of the rule-out checklist is positive, send the D-dimer or request the scan before the form is "
    "closed; when NEWS2 is high, call the number on the night card, because assumptions about “usual” oxygen and "
    "unclear night cover let a clot go unseen."
)
LESSON_2 = LESSON_1.replace("when NEWS2 is high", "when NEWS2 is 7 or more")
APPLIES = "Emergency departments, acute medical units and wards that look after people with low oxygen"
DOES_NOT_APPLY = "Clinics with no urgent patients"
DO_NOW_1 = [
    "Any “yes” on the lung clot checklist? Send the D-dimer, or ask for the scan, before you close the form.",
    "Low oxygen? Look for an older result before you call it usual.",
    "NEWS2 is high? Call the number on the night card.",
]
DO_NOW_2 = [*DO_NOW_1[:2], "NEWS2 is 7 or more? Call the number on the night card."]
WENT_WELL = "The support worker spoke up at once. The arrest team was there in two minutes."
STORY = "I want the next person to get the test."
QUESTION = "At 3 in the morning, who would you call, and on what number?"
FACTORS = (
    ("tools_and_technology", "The form closes without the score."),
    ("organisation", "The policy was read in two ways."),
    ("tasks", "Older results are hard to find."),
    ("organisation", "Who covers the ward at night was unclear."),
    ("person_s", "Low oxygen was taken as usual."),
)
ACTIONS = (
    (
        "A1",
        "The form will not close with a positive checklist unless a test, a scan or a reason is entered",
        "site digital lead",
        "once_per_site",
        (),
        "stronger",
        date(2026, 4, 27),
        "People with a positive checklist who had the test or scan within 4 hours",
    ),
    (
        "A2",
        "Rewrite the policy so that it can be read one way",
        "medical director",
        "once_for_network",
        (),
        "weaker",
        date(2026, 3, 30),
        "",
    ),
    (
        "A3",
        "Night card: who answers, by ward; the number is tested by a call each week",
        "site lead",
        "once_per_site",
        (),
        "intermediate",
        date(2026, 4, 27),
        "Test calls answered, out of ten",
    ),
    (
        "A4",
        "20-minute simulation, refreshed each quarter, in each emergency department and acute medical unit",
        "educator",
        "each_team",
        ("ed", "amu"),
        "intermediate",
        date(2026, 4, 27),
        "",
    ),
    (
        "A5",
        "Seven-minute briefing in each team that is due",
        "team lead",
        "each_team",
        (),
        "weaker",
        date(2026, 4, 27),
        "",
    ),
)
WRITTEN = {
    "managers": {
        "assessment": "Any site with an emergency department or a ward can miss this. The form and the night cover "
        "matter more than any one person."
    },
    "board": {
        "ask": "Ask each site whether its form can still be closed without the test.",
        "note": "Three hospitals told us of events like this one. The stronger action is the form.",
    },
    "commissioners": {
        "ask": "Make one rule for the blood test part of your next contract.",
        "involved": "The patient and his wife, two patient safety partners, doctors, nurses and support workers.",
    },
    "public": {
        "learned": "When a check for a lung clot is positive, the blood test must be sent the same day.",
        "matters": "A blood test in time can find a clot while it can still be treated.",
        "what_you_can_ask": "Ask: have you checked me for a clot, and was the test sent?",
        "sorry": "We are sorry for the harm that this person came to.",
        "happened": "In the autumn a person came to one of our hospitals. They had been out of breath for days and "
        "had fainted. A check for a lung clot was positive. The blood test was not sent. Later they "
        "became very ill. They were treated and went home, still breathless.",
        "involved": "The patient helped us to write this. A patient safety partner read it before you did.",
        "help": "If you have chest pain or cannot breathe, call 999. Ask us for large print or another language.",
    },
    "researchers": {
        "abstract": "To be written by the authors.",
        "aims": "To raise the share of positive checklists that lead to a test or a scan within four hours.",
        "study": "Three sites began one after another, in an order drawn by lot.",
        "analysis": "Run and control charts with fixed rules; each rule was first tried on "
        "the weeks before the start.",
        "ethics": "Service improvement, so no ethics committee was asked. "
        "The patient agreed to the use of his story.",
        "summary": "To be written by the authors.",
        "interpretation": "To be written by the authors.",
        "conclusions": "To be written by the authors.",
        "funding": "None.",
    },
}
RELEVANCE = {
    "BRH": [
        ("The checklist was copied from an earlier visit in our acute unit.", "Event here, 2025"),
        ("Night staff here still ask for the test on paper.", "Asked on our wards, 2026"),
    ],
    "OGH": [
        ("It happened here, and the form still closed without the score.", "Event here, 2025"),
        ("Nobody was sure who answers a ward's call after midnight.", "Review, January 2026"),
    ],
    "EQG": [
        ("A blood test was sent a day late here.", "Event here, 2025"),
        ("A patient told us they heard “chest infection” twice.", "Complaint here, 2025"),
    ],
    "SAH": [("NEWS2 stood at 9 for three hours on our heart surgery ward.", "Event here, 2026")],
    "LLC": [
        ("After surgery people lie still for days, and a clot is likelier.", "Our short-stay ward, 2026")
    ],
}
