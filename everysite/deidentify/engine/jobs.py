# ruff: noqa: SIM905  (word lists read better as one line)
"""Job titles that only one person holds: heads, chiefs, directors, guardians, only and sole."""

import re
from collections.abc import Iterator

from .narrative import Span

POST = r"(?:nurse|doctor|consultant|surgeon|physician|pharmacist|midwife|psychologist|therapist|physiotherapist|radiographer|radiologist|manager|practitioner|specialist|registrar|anaesthetist|cardiologist|neurologist|paediatrician|psychiatrist|dietitian|technician|scientist|porter|officer|coordinator|gp|lead|interpreter|chaplain|podiatrist|oncologist|haematologist|urologist|dermatologist|[a-z]{5,16}ologist|[a-z]{4,14}iatrician|[a-z]{3,10}paedist)"
OBJECT = r"(?:[a-z&'\-]{3,18}(?: (?:and|&) [a-z'\-]{3,18}| [a-z'\-]{3,18}){0,2})"
STOP = r"(?:was|were|is|are|has|had|who|and|attended|reviewed|said|asked|told|informed|on|at|by|with|from|agreed|then|will|would|could|came|did|to|the|as|when|confirmed|arrived|because|but|about|that|she|he|they|spoke|rang|phoned|called|visited|wrote|requested|advised)"
ONLY = re.compile(
    rf"\b(?:the|our|its)[ ](?:trust'?s?'?|hospital'?s?|site'?s?|organisation'?s?|group'?s?|department'?s?|county'?s?|region'?s?|service'?s?)?[ ]?(?:only|sole|one|single)[ ](?:[a-z\-]{{3,18}}[ ]){{0,3}}?{POST}\b"
)
HEAD = re.compile(
    rf"\b(?:the )?(?:deputy |associate |acting |interim |divisional |assistant |group |clinical |medical |managing |executive |nursing |finance |operations |operational |site |quality ){{0,6}}(?:head|director|chief|chair|chairman|chairwoman|clinical lead|lead clinician|college tutor) (?:of|for) (?:the )?((?!{STOP}\b){OBJECT})"
)
CHIEF = re.compile(
    r"\b(?:the )?(?:deputy |acting |interim |assistant )?(?:chief (?:executive|nurse|nursing|medical|operating|finance|financial|pharmacist|people|information|digital|clinical|of service|midwife|allied|ahp)(?: (?:officer|information officer|professions officer))?|(?:medical|nursing|clinical|managing|finance|operations|executive|divisional|associate|hr|estates) director(?: (?:of|for) [a-z]{4,16}(?: [a-z]{4,14})?)?|director of (?:nursing|midwifery|infection prevention and control|infection prevention|finance|operations|estates|pharmacy|people|quality))\b"
)
GUARDIAN = re.compile(
    r"\b(?:the )?(?:(?:freedom to speak up|caldicott|ftsu|speak up|safe working hours?|guardian of) (?:guardian|champion|of safe working(?: hours)?)|caldicott guardian|freedom to speak up guardian|medical examiner|responsible officer|accountable (?:officer|emergency officer)|data protection officer|senior information risk owner)\b"
)
LEAD = re.compile(
    rf"\b(?:the )?(?:lead (?:nurse|midwife|consultant|clinician|pharmacist|practitioner|doctor|specialist|physiotherapist|radiographer|therapist)|matron|consultant (?:nurse|midwife|practitioner|pharmacist|therapist|radiographer)|nurse consultant|named (?:nurse|doctor|midwife|professional|gp)|specialist (?:nurse|midwife)|clinical lead|service manager|service lead|general manager|operational lead) (?:for|in|of) (?:the )?((?!{STOP}\b){OBJECT})"
)
CUT = re.compile(rf" (?:{STOP})\b.*$")


CUES = frozenset(
    "head director chief chair chairman chairwoman lead clinician tutor only sole one single guardian champion examiner officer matron consultant named specialist manager nurse".split()
)


def find(text: str, folded: str, vocabulary: frozenset[str]) -> Iterator[Span]:
    """Find job titles with one holder by the way they are worded."""
    if not vocabulary & CUES:
        return
    for pattern, tier, why in (
        (ONLY, "sure", "the only holder of a job"),
        (GUARDIAN, "sure", "a post with one holder"),
        (CHIEF, "sure", "a post with one holder"),
        (HEAD, "sure", "the head of a service"),
        (LEAD, "sure", "the lead for a service"),
    ):
        for m in pattern.finditer(folded):
            start, end = m.span()
            cut = CUT.search(folded[start:end])
            if cut:
                end = start + cut.start()
            if pattern is HEAD and not re.search(
                r"(?:head|director|chief|chair\w*|lead|clinician|tutor) (?:of|for) \w", folded[start:end]
            ):
                continue
            if pattern is HEAD and re.search(
                r"\b(?:head) of (?:the )?(?:bed|table|queue|stairs|femur|humerus|radius|pancreas|department'?s)\b",
                folded[start:end],
            ):
                continue
            if (
                pattern is LEAD
                and not any(c.isupper() for c in text[start:end])
                and "matron" not in m.group()
                and "lead" not in m.group()
            ):
                tier = "check"
            yield Span(start, end, "ROLE", tier, "role", why, 0.85)
