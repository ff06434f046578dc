"""Names after a title, a job, a relation or a word such as "signed"."""

from .document import CAP, CAPS, INITIAL, LOWER
from .name_words import (
    AGE_AFTER,
    AGENT,
    BE,
    BY,
    GIVEN_WORDS,
    HARD_TITLES,
    NOT_AFTER_TITLE,
    STRONG_CUES,
    Reader,
)
from .things import thing
from .words import (
    ABBR,
    COMMON,
    DRUG,
    EPONYM,
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
    PATIENTS,
    PLACE,
    RARE,
    SAY,
    TITLE,
    WORD,
    WORDNAME,
    is_drug,
)


class Cues(Reader):
    """Finds names by the word before them."""

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
            and j < i + 5
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
        elif (
            (shape == CAPS and k in NOT_AFTER_TITLE)
            or (not self.capish(j) and not (shape == CAPS and len(k) >= 2))
            or (f & JOB and not f & (NAME | WORDNAME))
        ):
            return
        last = self._extend(j, j)
        self.keep(j, last, "sure", "cue", "after a title", doc.keys[i])

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
            if wordy and kin and shape == CAP and not doc.sentence_start(j) and gap == " " and len(k) > 2:
                self.keep(j, self._extend(j, j), "check", "cue", "after a word for a relative", job)
                return
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
        if not f and len(k) >= 4 and doc.gap(i) == " " and (kin or after in AGENT) and not is_drug(k):
            acts = (
                after in AGENT
                or after in BE
                or after in ("who", "and", "is")
                or doc.gap(j)[:1] in (",", ".", ")", "")
            )
            if acts:
                self.keep(j, j, "check", "cue", "unknown word after a job or a relative", job)
            return
        short = kin and bool(f & FIRST) and after in AGENT and k not in BE
        surname = bool(f & (LAST | WORDNAME)) and after in (
            "said",
            "says",
            "told",
            "rang",
            "asked",
            "phoned",
            "called",
            "came",
            "informed",
            "reviewed",
        )
        if (short or (surname and not f & (JOB | ORG | TITLE | KIN))) and f & WORD | f & NOTNAME:
            self.keep(j, j, "check", "cue", "word used as a name after a job or a relative", job)
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
        elif k in GIVEN_WORDS and (
            after in AGENT
            or (after in BE and k not in ("will", "may"))
            or after in ("with", "from", "and", "who", "on", "at")
            or doc.gap(j).strip()[:1] in (".", ",", "(", ";", ")")
            or (kin and (j + 1 >= self.n or "\n" in doc.gap(j)))
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
