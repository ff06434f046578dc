# ruff: noqa: SIM905  (word lists read better as one line)
"""What a word can be in the search for names: the cue words, and one document as the finders see it."""

import re

from .document import CAP, CAPS, INITIAL, LOWER, Document
from .narrative import Span
from .words import (
    ABBR,
    COMMON,
    DRUG,
    FIRST,
    FORMAL,
    HERITAGE,
    JOB,
    KIN,
    LAST,
    MONTH,
    NAME,
    NATION,
    NOTNAME,
    ORG,
    PARTICLES,
    ROMAN,
    SAY,
    TITLE,
    WORD,
    WORDNAME,
)

HARD_TITLES = frozenset(
    "mr mrs ms miss mx mister missus dr drs prof professor revd rev cllr pc wpc dc ds di dci pcso psr messrs mme dame sgt insp lt canon rabbi imam doctor sn ssn gov supt cdr reb sheikh swami".split()
)
CUES = frozenset(
    "cc signed named called aka née nee dear yours sincerely regards attn attention from contact witness author reporter reporter: written completed by informed".split()
)
STRONG_CUES = frozenset("signed named dear yours sincerely regards aka née nee cc called".split())
NOT_AFTER_TITLE = frozenset(
    "and or of in on at the to for from was is who had has said told asked will with a an by as not but that came on-call rang grade team staff level led review reviews assessment rounds round visit call handover surgery appointment".split()
)
AGENT = frozenset(
    "said says rang phoned called told asked reported stated explained confirmed advised informed signed wrote noticed felt thought replied apologised agreed arrived attended came went returned left reviewed documented gave saw took checked found assisted helped witnessed heard spoke requested suggested offered completed prescribed administered assessed examined escalated contacted bleeped discussed decided refused declined tried started stopped translated chaired covered brought carried collected ran walked sat cried shouted screamed woke slept complained denied described mentioned emailed texted visited collapsed absconded performed inserted prepared recorded forgot realised recalled believes knew wanted wants hung accepted acknowledged pulled pressed drew died fell moved looked stayed lives lived slipped stood ate drank became used drove pushed kicked grabbed hugged laughed smiled joined washed lifted dropped typed counted swapped rode threw punched slapped swore thanked chased filed logged booked emptied drives works".split()
)
BE = frozenset(
    "was is has had will would were does did wasn't isn't didn't hasn't hadn't wasnt isnt didnt hasnt hadnt couldnt wouldnt".split()
)
PRESENT = frozenset(
    "says thinks agrees wants needs likes knows feels denies reports states asks tells rings lives works takes gets gives looks seems hates loves loved paid put got met sent kept made let helped sang bought spotted handed forgot".split()
)
BY = frozenset(
    "by with w/ told asked informed tell ask inform contacted phoned rang called bleeped emailed thanked met cc from for of to and told named called helped assisted supported saw observed escorted restrained alongside both between against near beside behind comforted".split()
)
GIVEN_WORDS = frozenset(
    "grace mark hope will bill rose faith joy dawn may april june summer art jack frank grant drew guy penny ruby pearl olive ivy holly heather hazel iris lily poppy daisy violet jasmine ginger amber crystal jade robin rob nick pat sue bob dean dale glen cliff clay chase hunter mason miles max rich ray gene jean carol eve angel precious blessing patience mercy comfort charity prudence constance victor lance harry kit nan sandy rod norm don gill ken sally molly kelly jay ben tom dan sam jo ann mo val vic wes bell rosemary olive myrtle fern flora melody harmony sky skye star storm autumn winter christian dominic basil herb jimmy philip martin warren ford forest oliver peter andrew charity promise goodness sunday wednesday friday comfort marvellous memory gift gifted bright clement justice prince princess king queen queenie royal love lovely lucky favour divine victory peace joy blessed heaven treasure destiny trinity honey candy sherry brandy reed heath lee jill dolly dot peg biddy buddy sonny junior".split()
)
LOWER_STOP = frozenset(
    "apgar sats obs abdo chemo theo temp resp neuro gynae ortho cardio gastro haem onc anna nan pan don ana bo max sal una mia mina santa mar sol rio".split()
)
NOT_BEFORE_GIVEN = frozenset(
    "the a an this that these those some any no every each his her their our my its your i you he she it they we who which there what more little much of to in on at be not so very too as can could should would must might shall may will do does did has have had is was were are been being".split()
)
ROLE_AFTER = re.compile(
    r"\s?[(,][ ]?(?:the )?(?:[a-z\-]+ ){0,3}?(?:hca|hcsw|rn|rmn|sn|nurse|doctor|sister|charge|registrar|consultant|sho|fy1|fy2|st\d|ct\d|physio\w*|ot|carer|wife|husband|son|daughter|mother|father|mum|dad|partner|porter|midwife|paramedic|pharmacist|student|patient|staff|bank|agency|matron|anaesthetist|site|ward|band \d|\d{1,2}[mf]|nok|next of kin)\b"
)
ROLE_THE = re.compile(
    r"\s(?:the|our|my|your) (?:[a-z\-]+ ){0,2}?(?:hca|hcsw|nurse|doctor|sister|registrar|consultant|physio\w*|ot|carer|porter|midwife|paramedic|pharmacist|student|matron|cleaner|domestic|cook|chef|driver|receptionist|clerk|chaplain|therapist|volunteer|support worker|tea lady|lady|man|caretaker|security|guard|manager|lead|dietitian|dog|one with|phlebotomist|radiographer|housekeeper|hairdresser)\b"
)
AGE_AFTER = re.compile(r"\s?\(?\s?\d{1,3}\s?(?:[mf]\b|y|yo\b|yrs?\b)")
INITIALS = re.compile(r"(?<![\w.])([A-Z])\.\s?([A-Z])\.(?:\s?([A-Z])\.?)?(?![\w])")
NOT_SECOND_HALF = frozenset(
    "led based like type free line up on off in out ray wide run fed term stage grade day hour year time side end pre post mid non self half well ill co re to by of and or the ve".split()
)
TITLECASE_STOP = frozenset(
    "action actions plan learning point points summary conclusion background introduction outcome date time location name address version page table figure duty candour never event near miss root cause".split()
)


class Reader:
    """One document, the letters already claimed and the names found so far."""

    def __init__(self, doc: Document, taken: bytearray, staff: frozenset[str] = frozenset()) -> None:
        """Take the document, the map of claimed letters and the known names of staff."""
        self.doc = doc
        self.taken = taken
        self.n = len(doc)
        self.used = bytearray(self.n)
        self.found: list[Span] = []
        self.calm = doc.caps_share < 0.03
        self.mid: set[str] = set()
        self.staff = staff

    def free(self, i: int) -> bool:
        """Return whether word `i` is nobody's yet."""
        return not self.taken[self.doc.starts[i]] and not self.used[i]

    def keep(self, first: int, last: int, tier: str, source: str, why: str, hint: str = "") -> None:
        """Accept the words first..last as a name."""
        if self.doc.keys[first][:1].isdigit():
            return
        for i in range(first, last + 1):
            self.used[i] = 1
        confidence = 0.9 if tier == "sure" else 0.5
        self.found.append(
            Span(
                self.doc.starts[first],
                self.doc.ends[last],
                "PERSON",
                tier,
                source,
                why,
                confidence,
                hint=hint,
            )
        )

    def strong(self, i: int) -> bool:
        """Return whether the word is a name and hardly anything else."""
        f = self.doc.flags[i]
        if (
            len(self.doc.keys[i]) < 2
            or (f & NOTNAME and not f & HERITAGE)
            or (f & ABBR and self.doc.shapes[i] != CAP)
        ):
            return False
        return bool(f & NAME) and not f & (WORD | WORDNAME | MONTH | JOB | ORG | SAY | NATION | FORMAL | DRUG)

    def surname_word(self, i: int) -> bool:
        """Return whether an ordinary word stands, with a capital, where a surname would: right after a first name."""
        doc, f = self.doc, self.doc.flags[i]
        if (
            not i
            or doc.shapes[i] != CAP
            or not self.strong(i - 1)
            or doc.gap(i - 1) != " "
            or doc.keys[i] in BE
        ):
            return False
        if doc.keys[i] in (
            "constable",
            "sergeant",
            "major",
            "bishop",
            "judge",
            "pope",
            "king",
            "baron",
            "porter",
            "clerk",
            "cook",
            "driver",
            "marshal",
        ):
            return True
        if f & (TITLE | JOB | KIN | MONTH | ORG | NATION | FORMAL | ABBR | SAY | DRUG):
            return False
        return (
            bool(f & WORD)
            and doc.keys[i] not in TITLECASE_STOP
            and not (i + 1 < self.n and doc.keys[i + 1][:1].isdigit() and doc.gap(i) == " ")
        )

    def second_half(self, j: int) -> bool:
        """Return whether a lower-case word after a hyphen belongs to a given name: "Hye-jin", not "Smith-led"."""
        doc, first, k = self.doc, j - 1, self.doc.keys[j]
        return (
            doc.shapes[j] == LOWER
            and k.isalpha()
            and 2 <= len(k) <= 6
            and k not in NOT_SECOND_HALF
            and doc.shapes[first] == CAP
            and (not doc.flags[first] & WORD or doc.flags[first] & (FIRST | WORDNAME) > 0)
            and (
                not doc.flags[j] & COMMON
                or k in ("ah", "young", "sun", "jun", "min", "hee", "ho", "sung", "ling", "lin", "mi")
            )
        )

    def nameish(self, i: int) -> bool:
        """Return whether the word can be part of a name next to another name."""
        f, k = self.doc.flags[i], self.doc.keys[i]
        if self.doc.shapes[i] == INITIAL:
            return True
        if k in ROMAN:
            return False
        if f & (NAME | WORDNAME):
            return not f & (TITLE | MONTH) or bool(f & (WORDNAME | HERITAGE))
        if self.surname_word(i):
            return True
        return not f and k.isalpha() and len(k) > 1

    def capish(self, i: int) -> bool:
        """Return whether the word is written like a name."""
        shape = self.doc.shapes[i]
        if shape in (CAP, INITIAL):
            return True
        return shape == CAPS and (
            not self.doc.flags[i] & ABBR
            or bool(self.doc.flags[i] & HERITAGE and self.doc.flags[i] & NAME and len(self.doc.keys[i]) > 3)
        )

    def shouting(self, i: int) -> bool:
        """Return whether the words around are all in capitals."""
        doc = self.doc
        left = sum(1 for j in range(max(0, i - 3), i) if doc.shapes[j] == CAPS)
        right = sum(1 for j in range(i + 1, min(self.n, i + 4)) if doc.shapes[j] == CAPS)
        lower = sum(1 for j in range(max(0, i - 3), min(self.n, i + 4)) if doc.shapes[j] == LOWER)
        return left + right >= 3 and lower <= 1

    def _learn_mid(self) -> None:
        doc = self.doc
        for i in range(self.n):
            if doc.shapes[i] == CAP and doc.flags[i] & (WORDNAME | WORD) and not doc.sentence_start(i):
                self.mid.add(doc.keys[i])

    def _extend(self, first: int, last: int) -> int:
        """Return the last word of the name that starts at `first`."""
        doc = self.doc
        lower = doc.shapes[first] == LOWER and doc.keys[first] not in PARTICLES
        while last + 1 < self.n and last - first < 4:
            j = last + 1
            gap = doc.gap(last)
            if not self.free(j):
                break
            f = doc.flags[j]
            if gap == ". " and doc.shapes[last] not in (INITIAL,) and len(doc.keys[last]) != 1:
                break
            if gap not in (" ", "-", ". ", ".", " - ", "'") or (gap == " - "):
                break
            if gap == "-" and doc.shapes[j] != LOWER:
                last = j
                continue
            if gap == "-" and not lower:
                if self.second_half(j):
                    last = j
                    continue
                break
            if gap == "-" and lower and (doc.keys[last] in PARTICLES or f & NAME):
                last = j
                continue
            k = doc.keys[j]
            if (
                k in PARTICLES
                and j + 1 < self.n
                and self.capish(j + 1)
                and doc.gap(j) in (" ", "-")
                and not f & ABBR
            ):
                last = j + 1
                continue
            if lower and not self.capish(j):
                if (
                    doc.keys[last] in PARTICLES
                    or len(doc.keys[last]) == 1
                    or (f & LAST and not f & (COMMON | SAY | NOTNAME))
                    or (not f and len(k) >= 5 and bool(doc.flags[last] & FIRST) and k.isalpha())
                    or (
                        f & (LAST | WORDNAME)
                        and doc.flags[last] & FIRST
                        and not f & (SAY | NOTNAME | JOB | TITLE)
                        and k not in BE
                    )
                ):
                    last = j
                    continue
                break
            if not self.capish(j) or (
                f & (ORG | MONTH | TITLE | NATION)
                and not f & (WORDNAME | HERITAGE)
                and not self.surname_word(j)
            ):
                break
            titled = (
                doc.shapes[last] == INITIAL
                and last == first
                and gap in (" ", ". ", ".")
                and doc.shapes[j] == CAP
                and first
                and bool(doc.flags[first - 1] & TITLE)
            )
            if (
                f & (COMMON | JOB | FORMAL)
                and not f & (NAME | WORDNAME)
                and not (not lower and self.surname_word(j))
                and not titled
            ):
                break
            if doc.shapes[j] == CAPS and f & ABBR:
                break
            if (
                doc.shapes[j] == INITIAL
                and gap == " "
                and j + 1 < self.n
                and doc.shapes[j + 1] == LOWER
                and doc.keys[j] in ("i", "a")
            ):
                break
            last = j
        while last > first and doc.keys[last] in PARTICLES and doc.shapes[last] == LOWER:
            last -= 1
        return last
