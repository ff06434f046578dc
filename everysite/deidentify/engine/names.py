# ruff: noqa: SIM905  (word lists read better as one line)
"""Names nobody put on the form: by cue (title, job, kin, verb of saying), by dictionary, by being unknown."""

import re
from collections.abc import Iterator

from .document import CAP, CAPS, INITIAL, LOWER, Document
from .narrative import Span
from .things import thing
from .words import (
    ABBR,
    COMMON,
    DRUG,
    EPNOUN,
    EPONYM,
    FIRST,
    FORMAL,
    HERITAGE,
    JOB,
    KIN,
    LAST,
    MAKER,
    MONTH,
    NAME,
    NATION,
    NOTNAME,
    ORG,
    PARTICLES,
    PATIENTS,
    PLACE,
    RARE,
    ROMAN,
    SAY,
    TITLE,
    WORD,
    WORDNAME,
    is_drug,
)

HARD_TITLES = frozenset(
    "mr mrs ms miss mx dr drs prof professor revd rev cllr pc wpc dc ds di dci pcso psr messrs mme dame sgt insp lt canon rabbi imam doctor sn ssn".split()
)
SOFT_TITLES = frozenset(
    "sister nurse matron midwife father fr sr sir lady lord captain capt major inspector constable coroner judge justice sergeant master councillor reverend pastor bishop hca hcsw rn rmn sho registrar consultant doctor surgeon physio physiotherapist paramedic porter carer therapist pharmacist radiographer dietitian anaesthetist psychiatrist doctor practitioner coordinator interpreter chaplain gp odp tvn cns anp receptionist housekeeper manager worker officer student assistant clerk secretary driver technician nic healthcare locum staffnurse sonographer ot".split()
)
CUES = frozenset(
    "cc signed named called aka née nee dear yours sincerely regards attn attention from contact witness author reporter reporter: written completed by informed".split()
)
STRONG_CUES = frozenset("signed named dear yours sincerely regards aka née nee cc called".split())
NOT_AFTER_TITLE = frozenset(
    "and or of in on at the to for from was is who had has said told asked will with a an by as not but that came on-call rang grade team staff level led review reviews assessment rounds round visit call handover surgery appointment".split()
)
AGENT = frozenset(
    "said says rang phoned called told asked reported stated explained confirmed advised informed signed wrote noticed felt thought replied apologised agreed arrived attended came went returned left reviewed documented gave saw took checked found assisted helped witnessed heard spoke requested suggested offered completed prescribed administered assessed examined escalated contacted bleeped discussed decided refused declined tried started stopped translated chaired covered brought carried collected ran walked sat cried shouted screamed woke slept complained denied described mentioned emailed texted visited collapsed absconded performed inserted prepared recorded forgot realised recalled believes knew wanted wants hung accepted acknowledged pulled pressed drew died fell moved looked stayed lives lived slipped stood ate drank became used".split()
)
BE = frozenset(
    "was is has had will would were does did wasn't isn't didn't hasn't hadn't wasnt isnt didnt hasnt hadnt couldnt wouldnt".split()
)
BY = frozenset(
    "by with told asked informed tell ask inform contacted phoned rang called bleeped emailed thanked met cc from for of to and told named called helped assisted supported saw observed escorted restrained alongside both between against near beside behind comforted".split()
)
GIVEN_WORDS = frozenset(
    "grace mark hope will bill rose faith joy dawn may april june summer art jack frank grant drew guy penny ruby pearl olive ivy holly heather hazel iris lily poppy daisy violet jasmine ginger amber crystal jade robin rob nick pat sue bob dean dale glen cliff clay chase hunter mason miles max rich ray gene jean carol eve angel precious blessing patience mercy comfort charity prudence constance victor lance harry kit nan sandy rod norm don gill ken sally molly kelly jay ben tom dan sam jo ann mo val vic wes bell rosemary olive myrtle fern flora melody harmony sky skye star storm autumn winter christian dominic basil herb jimmy philip martin warren ford forest oliver peter andrew charity promise goodness sunday wednesday friday comfort marvellous memory gift gifted bright clement justice prince princess king queen queenie royal love lovely lucky favour divine victory peace joy blessed heaven treasure destiny trinity honey candy sherry brandy reed heath lee jill dolly dot peg biddy buddy sonny junior".split()
)
LOWER_STOP = frozenset(
    "apgar sats obs abdo chemo theo temp resp neuro gynae ortho cardio gastro haem onc anna nan pan don ana bo max sal una mia mina santa mar sol rio".split()
)
ROLE_AFTER = re.compile(
    r"\s?[(,][ ]?(?:the )?(?:[a-z\-]+ ){0,3}?(?:hca|hcsw|rn|rmn|sn|nurse|doctor|sister|charge|registrar|consultant|sho|fy1|fy2|st\d|ct\d|physio\w*|ot|carer|wife|husband|son|daughter|mother|father|mum|dad|partner|porter|midwife|paramedic|pharmacist|student|patient|staff|bank|agency|matron|anaesthetist|site|ward|band \d|\d{1,2}[mf]|nok|next of kin)\b"
)
AGE_AFTER = re.compile(r"\s?\(?\s?\d{1,3}\s?(?:[mf]\b|y|yo\b|yrs?\b)")
INITIALS = re.compile(r"(?<![\w.])([A-Z])\.\s?([A-Z])\.(?:\s?([A-Z])\.?)?(?![\w])")
HYPHEN_INITIALS = re.compile(r"(?<![\w])[A-Z]-[A-Z](?= [A-Z][a-z])")
TITLECASE_STOP = frozenset(
    "action actions plan learning point points summary conclusion background introduction outcome date time location name address version page table figure duty candour never event near miss root cause".split()
)
UNCAPPED = frozenset("i".split())


class Finder:
    """Looks for names in one document, leaving alone what is already claimed."""

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

    def run(self) -> list[Span]:
        """Return the names found."""
        self._learn_mid()
        self._titles()
        self._chunks()
        self._lower()
        self._initials()
        self._pairs()
        return self.found

    def _pairs(self) -> None:
        """Accept the other half of "Debs and Gaz" and of "AK was with RJ"."""
        doc = self.doc
        initials = any(s.why.startswith("initials") for s in self.found)
        for i in range(1, self.n - 1):
            if doc.keys[i] not in ("and", "with", "or") or doc.gap(i - 1) != " " or doc.gap(i) != " ":
                continue
            for a, b in ((i - 1, i + 1), (i + 1, i - 1)):
                if not self.used[a] or not self.free(b):
                    continue
                f, shape = doc.flags[b], doc.shapes[b]
                if (
                    shape == CAP
                    and doc.keys[i] == "and"
                    and f & (FIRST | WORDNAME)
                    and not f & (NOTNAME | JOB | ORG | TITLE | KIN | MONTH | DRUG | PLACE | FORMAL)
                    and not thing(doc, b)
                ):
                    self.keep(b, b, "check", "cue", "beside another name")
                elif (
                    shape == CAPS
                    and initials
                    and len(doc.keys[b]) == 2
                    and doc.keys[b].isalpha()
                    and not f & ABBR
                    and doc.shapes[a] == CAPS
                ):
                    self.keep(b, b, "check", "cue", "initials beside other initials")

    # -- what a word can be -------------------------------------------------
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

    # -- titles, jobs, kin --------------------------------------------------
    def _titles(self) -> None:
        doc = self.doc
        keys, flags, shapes = doc.keys, doc.flags, doc.shapes
        for i in range(self.n - 1):
            f = flags[i]
            k = keys[i]
            if f & (TITLE | JOB) and k in HARD_TITLES:
                self._after_title(i)
            elif k == "s" and keys[i + 1] == "n" and doc.gap(i) == "/" and i + 2 < self.n:
                self._after_title(i + 1)
            elif f & (TITLE | JOB | KIN) and self.free(i):
                self._after_cue(i, bool(f & KIN), k in PATIENTS)
            elif k in STRONG_CUES and doc.gap(i).strip(" ,:\n") == "":
                self._after_word(i)
            elif (
                k == "of"
                and i >= 1
                and keys[i - 1]
                in (
                    "baby",
                    "daughter",
                    "son",
                    "wife",
                    "husband",
                    "mother",
                    "father",
                    "observations",
                    "care",
                    "parents",
                    "family",
                    "estate",
                    "death",
                    "name",
                    "relatives",
                    "details",
                )
            ):
                self._after_cue(i, True, True)
            elif (
                k in BY
                and shapes[i + 1] == LOWER
                and len(keys[i + 1]) == 1
                and keys[i + 1] not in ("a", "i", "x")
                and doc.gap(i) == " "
                and self.free(i + 1)
            ):
                self._lower_after_cue(i, i + 1, False, False)
            elif k == "known" and keys[i + 1] == "as" and i + 2 < self.n:
                self._after_word(i + 1)

    def _after_title(self, i: int) -> None:
        doc = self.doc
        j = i + 1
        while (
            j < self.n
            and doc.flags[j] & TITLE
            and doc.shapes[j] != LOWER
            and doc.gap(j - 1).strip(". ") == ""
            and doc.keys[j] in HARD_TITLES | {"dame", "sir", "lord", "lady", "sister", "nurse"}
            and j + 1 < self.n
            and self.capish(j + 1)
        ):
            j += 1
        if j >= self.n or not self.free(j):
            return
        gap = doc.gap(j - 1)
        if gap.strip(". /&") != "" or "\n" in gap or (gap == ". " and len(doc.keys[j - 1]) > 4):
            return
        k, f, shape = doc.keys[j], doc.flags[j], doc.shapes[j]
        if shape == LOWER:
            if k in PARTICLES and j + 1 < self.n and self.capish(j + 1):
                pass
            elif (
                k in NOT_AFTER_TITLE
                or not k.isalpha()
                or len(k) < 2
                or (doc.shapes[i] != LOWER and f & COMMON and not f & (WORDNAME | FIRST | LAST))
                or (f & (SAY | JOB) and not f & WORDNAME)
                or (f & (COMMON | RARE) and not f & (NAME | WORDNAME))
            ) and not (
                len(k) == 1
                and j + 1 < self.n
                and doc.gap(j) in (" ", ". ")
                and doc.flags[j + 1] & NAME
                and k not in ("a", "i")
            ):
                return
        elif (not self.capish(j) and not (shape == CAPS and len(k) >= 2)) or (
            f & JOB and not f & (NAME | WORDNAME)
        ):
            return
        last = self._extend(j, j)
        self.keep(j, last, "sure", "cue", "after a title", doc.keys[i])

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
            if (
                f & (COMMON | JOB | FORMAL)
                and not f & (NAME | WORDNAME)
                and not (not lower and self.surname_word(j))
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

    def _after_cue(self, i: int, kin: bool, patient: bool) -> None:
        doc = self.doc
        j = i + 1
        gap = doc.gap(i)
        kin_comma = kin and gap in (", ", " (", " - ") and doc.keys[i] != "of"
        if (
            gap not in (" ", ": ", ":", " - ", "/")
            and not kin_comma
            and not (gap == ". " and len(doc.keys[i]) <= 3)
            and not (patient and gap in (" (", ", "))
        ):
            return
        if (
            j < self.n
            and doc.keys[j] in ("called", "named", "is", "name")
            and j + 1 < self.n
            and doc.gap(j) in (" ", ": ")
        ) and (
            doc.shapes[j + 1] in (CAP,)
            and doc.flags[j + 1] & (NAME | WORDNAME)
            and not doc.flags[j + 1] & NOTNAME
        ):
            j += 1
        if j >= self.n or not self.free(j):
            return
        k, f, shape = doc.keys[j], doc.flags[j], doc.shapes[j]
        if f & (TITLE | JOB | KIN | ORG | MONTH | NATION | FORMAL) and not f & (WORDNAME | FIRST | LAST):
            return
        if k in NOT_AFTER_TITLE or (len(k) < 2 and shape != INITIAL and not k.isalpha()):
            return
        job = doc.keys[i]
        if shape in (CAP, INITIAL) or (shape == CAPS and not f & ABBR):
            if shape == CAPS and len(k) <= 5 and not f & (NAME | WORDNAME) and not (patient and len(k) <= 3):
                return
            if shape == INITIAL:
                # "HCA J Bloggs", "Patient A.B."
                nxt = j + 1
                if not (
                    nxt < self.n
                    and (self.capish(nxt) or doc.flags[nxt] & NAME)
                    and doc.gap(j) in (" ", ". ", ".")
                ) or (k in ("a", "i") and doc.gap(j) == " " and nxt < self.n and doc.shapes[nxt] == LOWER):
                    return
            if thing(doc, j) and not (
                f & NAME and j + 1 < self.n and self.strong(j + 1) and self.capish(j + 1)
            ):
                return
            wordy = f & (COMMON | RARE) and not f & (NAME | WORDNAME)
            if wordy and shape != INITIAL:
                return
            if f & (WORDNAME | COMMON) and (
                doc.sentence_start(i)
                and shape != CAPS
                and doc.shapes[i] == CAP
                and job in ("ward", "charge", "lead", "student", "healthcare", "security")
            ):
                return
            if f & NOTNAME and not f & HERITAGE and shape != INITIAL:
                return
            known = f & (NAME | WORDNAME)
            last = self._extend(j, j)
            tier = "sure" if known or last > j else "check"
            self.keep(
                j,
                last,
                tier,
                "cue",
                "after a word for a relative" if kin else "after a job or the word patient",
                job,
            )
            return
        if shape == CAPS and f & ABBR:
            if patient and 2 <= len(k) <= 3 and AGE_AFTER.match(doc.folded, doc.ends[j]):
                self.keep(j, j, "sure", "cue", "initials after the word patient", "patient")
            return
        if shape == LOWER and gap in (" ", ": ", ". ") and k.isalpha():
            self._lower_after_cue(i, j, kin, patient)

    def _lower_after_cue(self, i: int, j: int, kin: bool, patient: bool) -> None:
        doc = self.doc
        k, f = doc.keys[j], doc.flags[j]
        job = doc.keys[i]
        after = doc.keys[j + 1] if j + 1 < self.n else ""
        af = doc.flags[j + 1] if j + 1 < self.n else 0
        tight = doc.gap(j) in (" ", "-")
        if (
            len(k) == 1
            and k not in ("a", "i", "x")
            and tight
            and af & (NAME | WORDNAME)
            and not af & SAY
            and doc.shapes[j + 1] == LOWER
        ):
            self.keep(j, j + 1, "sure", "cue", "initial and surname after a job or the word patient", job)
            return
        if (
            f & NOTNAME
            or (f & (JOB | ORG | TITLE | KIN | SAY) and not f & WORDNAME)
            or not f & (NAME | WORDNAME)
        ):
            return
        pair = (
            tight
            and af & (LAST | WORDNAME)
            and (not af & (SAY | JOB | NOTNAME | TITLE | KIN) or (af & WORDNAME and not af & SAY))
            and not (af & ORG and not af & LAST)
            and after not in BE
            and bool(f & (FIRST | WORDNAME))
        )
        usual = not f & COMMON or k in GIVEN_WORDS or f & FIRST or not af & WORD
        if pair and usual and (not af & COMMON or af & WORDNAME):
            self.keep(j, j + 1, "sure", "cue", "name after a job or a relative", job)
            return
        if not f & (WORD | WORDNAME):
            self.keep(
                j,
                self._extend(j, j),
                "sure" if f & FIRST or af & SAY else "check",
                "cue",
                "name after a job or a relative",
                job,
            )
        elif (
            k in GIVEN_WORDS
            and (after in AGENT or after in BE or doc.gap(j)[:1] in ".,")
            and k not in ("will", "may")
        ):
            self.keep(j, j, "check", "cue", "word used as a name after a job or a relative", job)

    def _after_word(self, i: int) -> None:
        doc = self.doc
        j = i + 1
        if j >= self.n or not self.free(j) or doc.shapes[j] not in (CAP, INITIAL, CAPS):
            return
        f = doc.flags[j]
        cue = doc.keys[i]
        if (f & (TITLE | JOB | ORG | MONTH | FORMAL | ABBR | KIN) and not f & (NAME | WORDNAME)) or thing(
            doc, j
        ):
            return
        if cue == "called" and doc.shapes[j] != CAP:
            return
        if (f & WORD and not f & (NAME | WORDNAME)) or (f & NOTNAME and not f & WORDNAME):
            return
        last = self._extend(j, j)
        if not f & (NAME | WORDNAME) and last == j and f & (DRUG | PLACE | EPONYM):
            return
        if doc.shapes[j] == INITIAL and last == j:
            return
        self.keep(
            j, last, "sure" if f & (NAME | WORDNAME) or last > j else "check", "cue", f"after the word {cue}"
        )

    # -- capitalised runs ---------------------------------------------------
    def _chunks(self) -> None:
        doc = self.doc
        i = 0
        n = self.n
        while i < n:
            if doc.shapes[i] == LOWER or not self.free(i) or not self.capish(i):
                if (
                    doc.shapes[i] == LOWER
                    and doc.keys[i] in PARTICLES
                    and i + 1 < n
                    and (
                        doc.shapes[i + 1] == CAP
                        or (doc.keys[i + 1] in PARTICLES and i + 2 < n and doc.shapes[i + 2] == CAP)
                    )
                    and self.free(i)
                    and self.free(i + 1)
                    and doc.gap(i) in (" ", "-")
                    and self.particle_name(i)
                ):
                    head = i + 1 if doc.shapes[i + 1] == CAP else i + 2
                    last = self._extend(head, head)
                    self.keep(
                        i,
                        last,
                        "sure" if any(self.strong(x) for x in range(i, last + 1)) else "check",
                        "dictionary",
                        "name with a particle",
                    )
                    i = last + 1
                    continue
                i += 1
                continue
            last = i
            while last + 1 < n:
                gap = doc.gap(last)
                j = last + 1
                if not self.free(j):
                    break
                if self.capish(j) and (
                    gap in (" ", "-", "'", "  ") or (gap in (". ", ".") and doc.shapes[last] == INITIAL)
                ):
                    last = j
                elif (
                    doc.keys[j] in PARTICLES
                    and gap == " "
                    and j + 1 < n
                    and doc.shapes[j + 1] == CAP
                    and doc.gap(j) in (" ", "-")
                    and len(doc.keys[j]) > 1
                    and not doc.flags[j] & ABBR & 0
                    and doc.keys[j] not in ("do", "da", "la", "st")
                ) or (
                    doc.keys[j] in ("da", "la", "do")
                    and gap == " "
                    and j + 1 < n
                    and doc.shapes[j + 1] == CAP
                    and self.strong(last)
                ):
                    last = j + 1
                else:
                    break
            self._chunk(i, last)
            i = last + 1

    def particle_name(self, i: int) -> bool:
        """Return whether a lower-case particle opens a name: "van der Merwe", not "in den Haag" or "do Not"."""
        k = self.doc.keys[i]
        return k in (
            "van",
            "von",
            "der",
            "den",
            "ap",
            "ab",
            "bin",
            "ibn",
            "al",
            "el",
            "de",
            "di",
            "della",
            "abu",
            "bint",
            "du",
            "dos",
            "ni",
            "ter",
        ) and bool(
            self.doc.flags[i + 1] & NAME or not self.doc.flags[i + 1] or self.doc.keys[i + 1] in PARTICLES
        )

    def _chunk(self, first: int, last: int) -> None:
        """Judge one run of capitalised words."""
        # words that open a sentence and are ordinary words do not belong to the name
        while first <= last and self._not_part(first, first, last):
            first += 1
        while last >= first and self._not_part(last, first, last):
            last -= 1
        if first > last:
            return
        # cut at words that cannot be part of a name
        start = first
        for i in range(first, last + 2):
            bad = i > last or self._breaks(i)
            if bad:
                if start < i:
                    self._judge(start, i - 1, whole=(start == first and i > last))
                start = i + 1

    def _not_part(self, i: int, first: int, last: int) -> bool:
        f, k, shape = self.doc.flags[i], self.doc.keys[i], self.doc.shapes[i]
        if (
            k in PARTICLES
            and i == first
            and first < last
            and k in ("van", "von", "de", "al", "el", "ap", "di", "du", "della", "abu", "bin", "ibn")
        ):
            return False
        if shape == INITIAL:
            if i == last:
                return i == first or (self.doc.gap(i - 1) != "-" and k in ("i", "a"))
            return i == first and (
                (k == "i" and not self.strong(i + 1))
                or (k == "a" and self.doc.sentence_start(i) and not self.strong(i + 1))
            )
        if f & (TITLE | JOB | KIN | MONTH | ORG | NATION) and not f & (NAME | WORDNAME):
            return not (i > first and self.surname_word(i))
        if f & COMMON and not f & (NAME | WORDNAME):
            return not (i == last and i > first and self.strong(i - 1) and self.surname_word(i))
        return bool(
            i == first and first != last and self.doc.sentence_start(i) and f & COMMON and f & NOTNAME
        )

    def _breaks(self, i: int) -> bool:
        f, k = self.doc.flags[i], self.doc.keys[i]
        if self.doc.shapes[i] == INITIAL or k in PARTICLES:
            return False
        if f & (NAME | WORDNAME) and not (f & ABBR and self.doc.shapes[i] == CAPS):
            return False
        if i and self.strong(i - 1) and self.surname_word(i):
            return False
        return (
            bool(f & (WORD | ABBR | MONTH | ORG | TITLE | JOB | FORMAL | NATION))
            or k in ROMAN
            or not k.isalpha()
        )

    def _judge(self, first: int, last: int, whole: bool) -> None:
        doc = self.doc
        flags, keys, shapes = doc.flags, doc.keys, doc.shapes
        words = [i for i in range(first, last + 1) if shapes[i] != INITIAL and keys[i] not in PARTICLES]
        if not words:
            return
        if thing(doc, first) or (len(words) == 1 and thing(doc, words[0])):
            if not (len(words) >= 2 and any(self.strong(i) and not thing(doc, i) for i in words)):
                return
            if len(words) == 2 and thing(doc, words[0]):
                return
        nxt = last + 1
        org_after = (
            nxt < self.n
            and doc.gap(last) in (" ", "-")
            and bool(flags[nxt] & ORG)
            and shapes[nxt] == CAP
            and not flags[nxt] & (NAME | WORDNAME)
        )
        if org_after and not (doc.gap(last - 1) if last else "").startswith("'"):
            return
        joined = "&" in doc.gap(last) or (first and "&" in doc.gap(first - 1))
        if joined and not all(flags[i] & FIRST and not flags[i] & MAKER for i in words):
            return
        after = keys[nxt] if nxt < self.n else ""
        if len(words) >= 2 or shapes[first] == INITIAL or shapes[last] == INITIAL or last > first:
            self._judge_many(first, last, words)
        else:
            self._judge_one(words[0], first, last, after, whole)

    def _judge_many(self, first: int, last: int, words: list[int]) -> None:
        doc, flags = self.doc, self.doc.flags
        strong = [i for i in words if self.strong(i)]
        placey = [i for i in words if flags[i] & PLACE]
        ok = [i for i in words if self.nameish(i)]
        if len(words) == 1:  # with initials
            i = words[0]
            f = flags[i]
            if doc.shapes[first] == INITIAL and doc.keys[first] in ("i", "a") and not f & NAME:
                return
            if (
                f & (LAST | FIRST | WORDNAME)
                and not (f & NOTNAME and not f & HERITAGE)
                and (not f & WORD or f & WORDNAME or self.doc.gap(first) in (" ", ". "))
            ):
                if doc.shapes[i] == CAPS and f & ABBR:
                    return
                tier = "sure" if self.strong(i) or f & LAST else "check"
                self.keep(first, last, tier, "dictionary", "initial and surname")
            elif (
                not f and len(doc.keys[i]) > 2 and not is_drug(doc.keys[i]) and (doc.shapes[first] == INITIAL)
            ):
                self.keep(first, last, "check", "dictionary", "initial and an unknown word")
            return
        if (
            any(is_drug(doc.keys[i]) or (flags[i] & DRUG and not flags[i] & NAME) for i in words)
            and not strong
        ):
            return
        head = words[0]
        if strong and len(ok) == len(words):
            lead = flags[head]
            if len(placey) == len(words) and not lead & FIRST:
                return
            if (
                doc.sentence_start(head)
                and lead & COMMON
                and not lead & (FIRST | WORDNAME)
                and len(words) == 2
            ):
                self._judge_one(words[1], words[1], words[1], "", False)
                return
            if doc.sentence_start(head) and lead & WORD and lead & NOTNAME:
                self._rest(words[1:])
                return
            sure = (
                any(flags[i] & FIRST for i in words)
                or all(flags[i] & LAST for i in words)
                or any(flags[i] & HERITAGE for i in words)
            )
            if flags[head] & PLACE and not flags[head] & FIRST and not any(flags[i] & FIRST for i in words):
                sure = False
            self.keep(first, last, "sure" if sure else "check", "dictionary", "first name and surname")
            return
        if strong:
            for i in words:
                if self.strong(i):
                    self._judge_one(i, i, i, "", False)
            return
        if (
            len(words) == 2
            and flags[head] & (FIRST | WORDNAME)
            and flags[words[1]] & (LAST | WORDNAME)
            and not flags[head] & (NOTNAME | JOB | FORMAL)
            and not (flags[words[1]] & (NOTNAME | ORG | FORMAL | JOB) and not flags[words[1]] & WORDNAME)
        ):
            start = doc.sentence_start(head)
            given = bool(flags[head] & FIRST) or doc.keys[head] in GIVEN_WORDS
            if self._heading(first, last):
                return
            if given and (not start or doc.keys[head] in GIVEN_WORDS):
                role = bool(ROLE_AFTER.match(doc.folded, doc.ends[last]))
                self.keep(
                    first,
                    last,
                    "sure" if role or (flags[head] & FIRST and not start) else "check",
                    "dictionary",
                    "two words that are both names",
                )
            elif given or not start:
                self.keep(first, last, "check", "dictionary", "two words that are both names")
            return
        if (
            len(words) == 2
            and flags[words[0]] & (FIRST | WORDNAME)
            and flags[words[1]] & (JOB | ORG)
            and doc.keys[words[1]]
            in (
                "porter",
                "carter",
                "cook",
                "driver",
                "guard",
                "warden",
                "butler",
                "parish",
                "house",
                "hall",
                "park",
                "street",
                "lane",
                "court",
                "bishop",
                "temple",
                "church",
            )
            and flags[words[0]] & FIRST
            and not flags[words[0]] & COMMON
        ):
            self.keep(first, last, "check", "dictionary", "first name and a surname that is a word")
            return
        unknown = [i for i in words if not flags[i] and len(doc.keys[i]) > 2 and not is_drug(doc.keys[i])]
        if (
            unknown
            and len(words) == 2
            and self.shouting(first)
            and all(
                doc.shapes[i] == CAPS and len(doc.keys[i]) >= 6 and (not flags[i] or self.strong(i))
                for i in words
            )
        ):
            self.keep(first, last, "check", "dictionary", "two words in capitals and in no dictionary")
            return
        if any(doc.shapes[i] == CAPS and len(doc.keys[i]) <= 6 for i in unknown):
            return
        alone = all(flags[i] & (NAME | WORDNAME) or not flags[i] for i in words)
        if unknown and alone and not self.shouting(first) and not self._heading(first, last):
            self.keep(first, last, "check", "dictionary", "capitalised words in no dictionary")

    def _rest(self, words: list[int]) -> None:
        if len(words) == 1:
            after = self.doc.keys[words[0] + 1] if words[0] + 1 < self.n else ""
            self._judge_one(words[0], words[0], words[0], after, False)
        elif words:
            self._judge_many(words[0], words[-1], words)

    def _heading(self, first: int, last: int) -> bool:
        """Return whether the run stands in a line where nearly every word is capitalised."""
        doc = self.doc
        near = [j for j in (first - 2, first - 1, last + 1, last + 2) if 0 <= j < self.n]
        caps = sum(
            1
            for j in near
            if doc.shapes[j] == CAP
            and len(doc.keys[j]) > 3
            and doc.flags[j] & WORD
            and not doc.sentence_start(j)
            and not doc.flags[j] & TITLE
        )
        return caps >= 2

    def _judge_one(self, i: int, first: int, last: int, after: str, whole: bool) -> None:
        doc = self.doc
        f, k, shape = doc.flags[i], doc.keys[i], doc.shapes[i]
        after = doc.keys[i + 1] if i + 1 < self.n else ""
        tight = doc.gap(i) == " "
        before = doc.keys[i - 1] if i else ""
        start = doc.sentence_start(i)
        if k in ROMAN or (k in PARTICLES and len(k) < 4) or len(k) < 2 or not k.isalpha():
            return
        if thing(doc, i) or (is_drug(k) and not f & HERITAGE):
            return
        said = tight and after in AGENT
        role = bool(ROLE_AFTER.match(doc.folded, doc.ends[i]))
        by = before in BY and doc.gap(i - 1) == " "
        owns = doc.gap(i).startswith("'s ") or doc.gap(i).startswith("' ")
        if self.strong(i):
            if shape == CAPS and ((len(k) <= 3 and not f & HERITAGE) or (self.shouting(i) and not f & FIRST)):
                return
            if shape == CAPS and len(k) <= 5 and not f & FIRST:
                return
            if f & (MAKER) and not (said or role):
                return
            if f & EPONYM and not (said or role or by) and not f & FIRST:
                if not start:
                    self.keep(i, i, "check", "dictionary", "a surname that is also an eponym")
                return
            if f & PLACE and not f & HERITAGE:
                if said or role:
                    self.keep(i, i, "sure", "dictionary", "a place name that acts like a person")
                elif f & FIRST and before not in ("in", "near"):
                    self.keep(i, i, "check", "dictionary", "a first name that is also a place")
                return
            if f & FIRST:
                self.keep(i, i, "sure", "dictionary", "a first name")
            elif said or role or by or not start or f & HERITAGE:
                sure = said or role or by or f & HERITAGE or owns
                self.keep(i, i, "sure" if sure else "check", "dictionary", "a surname")
            else:
                self.keep(i, i, "check", "dictionary", "a surname at the start of a sentence")
            return
        if (
            f & (WORDNAME | NAME)
            and shape != CAPS
            and not f & (NOTNAME | ORG | JOB | FORMAL | MONTH | NATION | DRUG)
        ) or (f & (WORDNAME | FIRST) and k in GIVEN_WORDS and shape == CAP):
            given = k in GIVEN_WORDS
            if f & MONTH and not (said or role):
                acts = (
                    tight
                    and after in BE
                    and k in ("april", "june", "may", "august")
                    and not (k == "may" and after not in ("was", "had", "did"))
                )
                if (
                    (acts or (owns and k != "may"))
                    and before
                    not in (
                        "in",
                        "since",
                        "until",
                        "of",
                        "by",
                        "last",
                        "next",
                        "early",
                        "late",
                        "mid",
                        "during",
                        "for",
                    )
                    and not before[:1].isdigit()
                ):
                    self.keep(i, i, "check", "dictionary", "a month that is a first name here")
                return
            if self._heading(i, i):
                return
            if f & DRUG and not (said and not start):
                return
            if start:
                if role and f & (LAST | WORDNAME) and k not in ("may",):
                    self.keep(
                        i,
                        i,
                        "sure" if given or f & LAST else "check",
                        "dictionary",
                        "a word that is a name, with a job beside it",
                    )
                elif (
                    given
                    and tight
                    and (
                        after == k
                        or (after.endswith("ed") and after not in ("need", "indeed", "red", "bed", "based"))
                        or after in ("paid", "went", "sent", "put", "got", "met")
                    )
                    and not said
                ):
                    self.keep(
                        i, i, "check", "dictionary", "a word that is a name, at the start of a sentence"
                    )
                elif (said or role) and given and k not in ("may",):
                    self.keep(i, i, "sure", "dictionary", "a word that is a name, with a verb for a person")
                elif given and tight and (after in BE) and k in self.mid and k != "may":
                    self.keep(i, i, "sure", "dictionary", "a word that is a name here")
                elif given and tight and after == "from" and k not in ("may", "will"):
                    self.keep(
                        i, i, "check", "dictionary", "a word that is a name, at the start of a sentence"
                    )
                elif said and f & (LAST | WORDNAME) and k in self.mid:
                    self.keep(
                        i, i, "check", "dictionary", "a word that is a surname, with a verb for a person"
                    )
                return
            if f & PLACE and not (said or role):
                return
            if before in ("the", "a", "an", "this", "our", "each", "per", "no"):
                return
            if given or f & FIRST:
                self.keep(
                    i,
                    i,
                    "sure" if (given or said or by or role) else "check",
                    "dictionary",
                    "a capitalised word that is a name",
                )
            elif said or role or by:
                self.keep(
                    i,
                    i,
                    "sure" if said or role else "check",
                    "dictionary",
                    "a capitalised word that is a surname",
                )
            elif f & WORDNAME and f & LAST and (owns or after in BE):
                self.keep(i, i, "check", "dictionary", "a capitalised word that is a surname")
            return
        if not f and shape == CAPS and len(k) >= 9 and self.shouting(i):
            self.keep(i, i, "check", "dictionary", "a word in capitals and in no dictionary")
            return
        if not f and shape == CAP and len(k) >= 3:
            base = k.rstrip("s")
            from .words import lexicon

            if lexicon().get(base, 0) & (WORD | DRUG | JOB) or k.endswith(
                ("ing", "ed", "ness", "tion", "itis", "aemia", "ology", "ectomy", "scopy", "oma", "osis")
            ):
                return
            if doc.gap(i)[:1] == "-" or (i and doc.gap(i - 1).endswith("-")):
                return
            internal = doc.text[doc.starts[i] + 1 : doc.ends[i]]
            if any(c.isupper() for c in internal) and not k.startswith(("mc", "mac", "o", "d", "fitz")):
                return
            if start and not (said or role):
                return
            self.keep(
                i,
                i,
                "sure" if (said and (role or not start)) else "check",
                "dictionary",
                "a capitalised word in no dictionary",
            )

    # -- lower case ---------------------------------------------------------
    def _lower(self) -> None:
        doc = self.doc
        keys, flags, shapes = doc.keys, doc.flags, doc.shapes
        for i in range(self.n):
            f = flags[i]
            if not f & NAME:
                continue
            shape = shapes[i]
            if shape == LOWER and f & (WORD | WORDNAME):
                if (
                    i + 2 < self.n
                    and (keys[i] in GIVEN_WORDS or (f & FIRST and not f & NOTNAME))
                    and flags[i + 1] & (LAST | WORDNAME)
                    and shapes[i + 1] == LOWER
                    and keys[i + 2] in BE | AGENT
                    and self.free(i)
                    and self.free(i + 1)
                    and doc.sentence_start(i)
                    and doc.gap(i) == " "
                    and not flags[i + 1] & (SAY | NOTNAME)
                ):
                    self.keep(i, i + 1, "check", "dictionary", "two words that are both names, in lower case")
                continue
            if shape in (CAP, INITIAL) or not self.free(i):
                continue
            if shape == CAPS and (not self.shouting(i) or f & ABBR):
                continue
            if (
                f
                & (
                    WORD
                    | WORDNAME
                    | NOTNAME
                    | DRUG
                    | JOB
                    | ORG
                    | TITLE
                    | KIN
                    | MONTH
                    | SAY
                    | NATION
                    | ABBR
                    | MAKER
                    | EPNOUN
                )
                or len(keys[i]) < 3
            ):
                continue
            self._lower_one(i)

    def _lower_one(self, i: int) -> None:
        doc = self.doc
        keys, flags, shapes = doc.keys, doc.flags, doc.shapes
        k, f = keys[i], flags[i]
        if k in LOWER_STOP or thing(doc, i) or is_drug(k):
            return
        if doc.gap(i)[:1] == "-" or (i and doc.gap(i - 1)[-1:] == "-" and not flags[i - 1] & NAME):
            return
        first = last = i
        n = self.n
        b = i - 1
        if b >= 0 and doc.gap(b) in (" ", "-", ". ") and self.free(b):
            bf = flags[b]
            if (
                (
                    shapes[b] == shapes[i]
                    and (bf & FIRST or keys[b] in GIVEN_WORDS)
                    and not bf & NOTNAME
                    and keys[b] not in ("will", "may", "can")
                    and doc.gap(b) != ". "
                )
                or (len(keys[b]) == 1 and keys[b] not in ("a", "i") and keys[b].isalpha())
                or (shapes[b] == shapes[i] and bf & LAST and not bf & (WORD | NOTNAME | JOB | ORG))
                or (
                    keys[b] in PARTICLES
                    and keys[b]
                    in ("van", "von", "al", "el", "de", "ap", "mc", "mac", "o", "bin", "der", "ibn", "abu")
                )
            ):
                first = b
        if (
            f & FIRST
            and b >= 1
            and doc.gap(b) == ", "
            and self.free(b)
            and shapes[b] == shapes[i]
            and flags[b] & (LAST | WORDNAME)
            and not flags[b] & SAY
            and keys[b - 1] in ("for", "patient", "pt", "name", "re", "of", "to")
            and doc.gap(b - 1) in (" ", ": ")
        ):
            first = b
        j = i + 1
        if j < n and doc.gap(i) in (" ", "-") and self.free(j) and shapes[j] == shapes[i]:
            jf = flags[j]
            if (
                jf & (NAME | WORDNAME)
                and (
                    not jf & (SAY | NOTNAME | JOB | TITLE | KIN | ORG | MONTH | DRUG)
                    or (jf & WORDNAME and not jf & (SAY | MONTH))
                )
                and f & FIRST
                and (
                    not jf & COMMON
                    or (
                        jf & WORDNAME
                        and keys[j]
                        not in (
                            "still",
                            "long",
                            "read",
                            "post",
                            "may",
                            "will",
                            "pass",
                            "early",
                            "low",
                            "little",
                        )
                    )
                )
            ):
                last = j
        said = last + 1 < n and keys[last + 1] in AGENT and doc.gap(last) == " "
        be = last + 1 < n and keys[last + 1] in BE
        before = keys[first - 1] if first else ""
        by = before in BY
        if first < last or first < i:
            self.keep(first, last, "sure", "dictionary", "a name in lower case")
        elif f & PLACE and not f & HERITAGE:
            if said:
                self.keep(i, i, "check", "dictionary", "a name in lower case")
        elif f & FIRST and len(k) >= 4:
            cue = said or by or (self.calm and be) or before in ("pt", "patient")
            self.keep(
                i, i, "sure" if cue or self.calm else "check", "dictionary", "a first name in lower case"
            )
        elif f & FIRST and (said or (by and self.calm)):
            self.keep(i, i, "check", "dictionary", "a short first name in lower case")
        elif (f & HERITAGE and len(k) >= 5) or ((said or by) and len(k) >= 4):
            self.keep(i, i, "check", "dictionary", "a surname in lower case")

    # -- initials -----------------------------------------------------------
    def _initials(self) -> None:
        doc, text = self.doc, self.doc.text
        from .words import lexicon

        for m in INITIALS.finditer(text):
            letters = "".join(g for g in m.groups() if g).lower()
            if (
                lexicon().get(letters, 0) & ABBR
                and not re.search(
                    r"(?:pt|patient|mr|mrs|ms|dr|by|and)\.? $", doc.folded[max(0, m.start() - 9) : m.start()]
                )
            ) or letters in (
                "eg",
                "ie",
                "us",
                "usa",
                "uk",
                "nb",
                "ps",
                "am",
                "pm",
                "dob",
                "iv",
                "im",
                "sc",
                "od",
                "bd",
                "hm",
                "nhs",
                "gp",
                "cv",
                "po",
            ):
                continue
            if self.taken.find(1, m.start(), m.end()) < 0:
                i = doc.index_at(m.start())
                count = sum(1 for g in m.groups() if g)
                if i < self.n and not any(self.used[x] for x in range(i, min(self.n, i + count))):
                    for x in range(i, min(self.n, i + count)):
                        self.used[x] = 1
                    self.found.append(Span(m.start(), m.end(), "PERSON", "sure", "cue", "initials", 0.85))
        seen: dict[str, str] = {}
        for i in range(self.n):
            if (
                doc.shapes[i] != CAPS
                or not 2 <= len(doc.keys[i]) <= 3
                or not self.free(i)
                or not doc.keys[i].isalpha()
            ):
                continue
            f = doc.flags[i]
            before = doc.keys[i - 1] if i else ""
            after = doc.keys[i + 1] if i + 1 < self.n else ""
            patient = (
                before in ("pt", "patient", "pts", "resident", "client", "child", "baby")
                and doc.gap(i - 1) == " "
            )
            age = bool(AGE_AFTER.match(doc.folded, doc.ends[i])) and doc.gap(i)[:2] == " ("
            if patient and (not f & ABBR or age):
                self.keep(i, i, "sure", "cue", "initials after the word patient", "patient")
            elif (
                len(doc.keys[i]) == 2
                and not f & (ABBR | ORG | FORMAL)
                and doc.gap(i) == " "
                and after in AGENT
                and not self.shouting(i)
            ):
                self.keep(
                    i,
                    i,
                    "sure"
                    if after
                    in (
                        "said",
                        "told",
                        "asked",
                        "rang",
                        "phoned",
                        "called",
                        "informed",
                        "stated",
                        "spoke",
                        "reported",
                    )
                    else "check",
                    "cue",
                    "initials that act",
                )
            elif not f & ABBR and age:
                self.keep(i, i, "sure", "cue", "initials before an age", "patient")
            else:
                continue
            seen[doc.keys[i]] = self.found[-1].tier
        if seen:
            for i in range(self.n):
                if doc.shapes[i] == CAPS and doc.keys[i] in seen and self.free(i) and not doc.flags[i] & ABBR:
                    self.keep(i, i, seen[doc.keys[i]], "propagated", "initials used as a name elsewhere")


SURNAME_FIRST = re.compile(
    r"(?<![\w])([A-Z][A-Z'’\-]{1,24}(?: [A-Z][A-Z'’\-]{1,24})?), ?([A-Z][a-z]+(?:[\- ][A-Z][a-z]+)?)\b"
)
LABELLED = re.compile(
    r"\b(?:name|patient(?:'s)? name|full name|surname|forenames?|first name|last name|next of kin|nok|reported by|completed by|author|witness(?:es)?|from|to|cc|attendees|present|apologies|signed|staff involved|informant|contact)[ ]?:[ ]?(?=[A-Z])",
    re.I,
)
LISTED = re.compile(r"([A-Z][\w'’\-]+(?:[ ](?:[A-Z]\.?|[A-Z][\w'’\-]+|van|de|der|bin|al|ap|ní|ui|von)){0,3})")


def labelled(doc: Document) -> Iterator[Span]:
    """Find names after form labels ("Reported by:", "From:") and in the shape SURNAME, First."""
    text = doc.text
    for m in SURNAME_FIRST.finditer(text):
        i = doc.index_at(m.start())
        j = doc.index_at(m.start(2))
        if (
            i < len(doc)
            and j < len(doc)
            and (
                (doc.flags[j] & FIRST and not doc.flags[j] & NOTNAME)
                or (doc.flags[i] & LAST and not doc.flags[i] & (WORD | ABBR) and not doc.flags[j] & WORD)
            )
            and not doc.flags[i] & ABBR & ~LAST
        ):
            if doc.flags[i] & WORD and not doc.flags[i] & (LAST | WORDNAME):
                continue
            yield Span(m.start(), m.end(), "PERSON", "sure", "cue", "surname, first name", 0.95)
    for m in LABELLED.finditer(text) if ":" in text else ():
        at = m.end()
        for _ in range(12):
            name = LISTED.match(text, at)
            if not name:
                break
            i = doc.index_at(name.start())
            words = [x for x in range(i, len(doc)) if doc.starts[x] < name.end()]
            while words and doc.flags[words[0]] & (TITLE | JOB) and not doc.flags[words[0]] & WORDNAME:
                words = words[1:]
            good = [
                x
                for x in words
                if (doc.flags[x] & (NAME | WORDNAME) and not doc.flags[x] & (NOTNAME | ORG | ABBR | MONTH))
                or not doc.flags[x]
            ]
            if (
                words
                and len(good) == len(words)
                and (len(words) > 1 or doc.flags[words[0]] & (NAME | WORDNAME))
            ):
                sure = any(doc.flags[x] & NAME for x in words)
                yield Span(
                    doc.starts[words[0]],
                    doc.ends[words[-1]],
                    "PERSON",
                    "sure" if sure else "check",
                    "cue",
                    "name after a label",
                    0.9,
                )
            at = name.end()
            sep = re.match(r"(?:\s?\([^)\n]{1,40}\))?(?:[,;&]| and)[ ]?(?=[A-Z])", text[at : at + 60])
            if not sep:
                break
            at += sep.end()
