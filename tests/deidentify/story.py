"""The invented event of the demo, as Jo Quill recorded it; nobody in it exists."""

from datetime import date

from everysite.capture.form import Form
from everysite.capture.rules import Involved

ORIGINAL = (
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
    "that run to the lab. Em was resuscitated, had clot-dissolving treatment, 19 days in intensive care, and went "
    "home on 24 November, still breathless on stairs. At the review Dr Nia ap Rhys and Dr Leila Haddad read policy "
    "CP-114 version 6 in different ways: must there be sharp chest pain before the test? GP: Dr Sunita Marlowe, "
    "Cobbler's Row Surgery. Delphine: 07700 900417, delphine.tolliver@family.example."
)
INVOLVED = (
    Involved("Emrys Garfield Tolliver", "patient", ("Em",)),
    Involved("Delphine Tolliver", "relative", (), "", "wife"),
    Involved("Jo Quill", "staff", (), "nurse"),
    Involved("Amara Wells", "staff", (), "doctor"),
    Involved("Dawn Hope", "staff", (), "support worker"),
    Involved("Nia ap Rhys", "staff", (), "doctor"),
    Involved("Leila Haddad", "staff", (), "doctor"),
)
FORM = Form(
    kind="incident",
    narrative=ORIGINAL,
    title="Mr Tolliver and the D-dimer",
    happened_on=date(2025, 10, 14),
    site_code="OGH",
    team_code="OGH-01",
    physical_harm=2,
    psychological_harm=2,
    wants_feedback=True,
    involved=INVOLVED,
    contact="delphine.tolliver@family.example",
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
TITLE = "Positive rule-out check? Send the blood test"
#: Words that may stand nowhere but in the vault.
CANARIES = (
    "Garfield",
    "Tolliver",
    "999 204 4179",
    "9992044179",
    "OG 4471903",
    "4471903",
    "ZZ1 4QT",
    "900417",
    "family.example",
    "bleeped 2217",
    "CP-114",
    "Sandpiper after midnight",
    "Calgary",
    "Cobbler",
    "Marlowe",
    "Delphine",
    "Will Day",
    "Sunita",
    "3 February 1971",
)
