# ruff: noqa: SIM905  (word lists read better as one line)
"""Names that are not people: eponyms, makers, drugs and stains. One question, asked by every finder of names."""

from .document import CAP, LOWER, Document
from .words import DRUG, EPNOUN, EPONYM, FIRST, KIN, LAST, MAKER, TITLE

STRONG_NOUNS = frozenset(
    "disease diseases syndrome sign signs score scores scale criteria catheter catheters forceps palsy contracture lymphoma sarcoma carcinoma anaemia classification reflex manoeuvre stain staining tetralogy phenomenon "
    "lesion oesophagus chorea ataxia thyroiditis encephalopathy dystrophy naevus deformity triad airway cannula clamp retractor retractors speculum laryngoscope excision procedure technique".split()
)
CORE = frozenset(
    "parkinson parkinsons alzheimer alzheimers crohn crohns huntington huntingtons hodgkin hodgkins down downs addison addisons cushing cushings graves raynaud raynauds hashimoto hashimotos tourette tourettes asperger aspergers "
    "wilson wilsons paget pagets meniere menieres korsakoff korsakoffs barrett barretts bell bells colles still stills behcet behcets sjogren sjogrens dupuytren dupuytrens wernicke wernickes hirschsprung perthes ryle ryles hartmann hartmanns".split()
)
# Words after "Parkinson's" that somebody, rather than a disease, would own.
OWNED = frozenset(
    "notes folder file wife husband son daughter mother father family brother sister partner bed room house home car phone number address chart records record blood bloods medication medicines care death body appointment mum dad friend colleague shift locker name desk belongings property bag clothes condition consultant gp scan results letter".split()
)
RESULTS = frozenset("positive negative equivocal +ve -ve ve test".split())


def thing(doc: Document, i: int, *, on_form: bool = False) -> bool:
    """Return whether word `i` names a disease, sign, score, device, maker or drug here."""
    flags = doc.flags[i]
    before = doc.flags[i - 1] if i else 0
    if before & (TITLE | KIN) and doc.gap(i - 1).strip(" .") == "":
        return False
    n = len(doc)
    if "&" in doc.folded[max(0, doc.starts[i] - 3) : doc.ends[i] + 3]:
        other = i + 1 if "&" in doc.gap(i) else i - 1
        if 0 <= other < n and doc.shapes[other] == CAP:
            couple = flags & FIRST and doc.flags[other] & FIRST and doc.keys[other] != doc.keys[i]
            known = (flags | doc.flags[other]) & MAKER  # "Smith & Nephew", not "Mary & Trevanion" of the form
            if not couple and (known or not on_form):
                return True
    after = doc.keys[i + 1] if i + 1 < n else ""
    gap = doc.gap(i)
    possessive = (
        gap.startswith("'s")
        or gap.startswith("'")
        or (gap == " " and doc.keys[i].endswith("s") and doc.keys[i] in CORE)
    )
    after_flags = doc.flags[i + 1] if i + 1 < n else 0
    near = (gap.strip("' s") == "" and "\n" not in gap) or gap == "-"
    if flags & (EPONYM | MAKER) or doc.keys[i].rstrip("s") in CORE:
        if near and (after_flags & EPNOUN or after in RESULTS) and not (possessive and after in OWNED):
            return True
        if (
            near
            and i + 2 < n
            and doc.flags[i + 2] & EPNOUN
            and doc.shapes[i + 1] != LOWER
            and doc.gap(i + 1) == " "
            and not flags & FIRST
        ):
            return True
        if (
            gap in ("-", " and ")
            and i + 1 < n
            and after_flags & EPONYM
            and i + 2 < n
            and doc.flags[i + 2] & EPNOUN
        ):
            return True
        if (
            gap == "-"
            and i + 2 < n
            and doc.gap(i + 1).startswith(("-", "'s"))
            and doc.flags[i + 2] & (EPONYM | EPNOUN)
        ):
            return True
        if i and doc.gap(i - 1) == "-" and doc.flags[i - 1] & EPONYM and after_flags & EPNOUN:
            return True
    elif (
        not on_form  # "Patel catheter out" is about the patient Patel
        and near
        and not possessive
        and after in STRONG_NOUNS
        and not flags & FIRST
        and after not in ("position", "fracture")
    ):
        return True
    if doc.keys[i] in CORE and (possessive or doc.keys[i].endswith("s")) and after not in OWNED:
        own = gap.startswith(("'s", "'")) or doc.keys[i] in (
            "parkinsons",
            "alzheimers",
            "crohns",
            "huntingtons",
            "hodgkins",
            "aspergers",
            "tourettes",
        )
        if own and (gap.strip("'s ") != "" or not after or doc.shapes[i + 1] == LOWER):
            return True
    if flags & MAKER and "&" in doc.folded[max(0, doc.starts[i] - 4) : doc.ends[i] + 4]:
        return True
    if on_form:
        return False
    if flags & DRUG:
        return True
    if doc.keys[i] == "rose" and after == "bengal":
        return True
    if flags & MAKER:
        if (
            flags & FIRST
            and gap in (" ", "-")
            and i + 1 < n
            and doc.shapes[i + 1] != LOWER
            and after_flags & (FIRST | LAST)
        ):
            return False
        if i and before & FIRST and doc.gap(i - 1) == " " and doc.shapes[i - 1] == CAP:
            return False
        return not before & TITLE
    return False
