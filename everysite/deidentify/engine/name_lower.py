# ruff: noqa: SIM905  (word lists read better as one line)
"""Names in lower case, initials, and the other half of a pair."""

import re

from .document import CAP, CAPS, INITIAL, LOWER
from .name_runs import Runs
from .name_words import (
    AGE_AFTER,
    AGENT,
    BE,
    BY,
    GIVEN_WORDS,
    INITIALS,
    LOWER_STOP,
    NOT_BEFORE_GIVEN,
    PRESENT,
)
from .narrative import Span
from .things import thing
from .words import (
    ABBR,
    COMMON,
    DRUG,
    EPNOUN,
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
    PLACE,
    SAY,
    TITLE,
    UNCOMMON,
    WORD,
    WORDNAME,
    is_drug,
    lexicon,
)


def doc_flags(word: str) -> int:
    """Return what a word can be."""
    return lexicon().get(word, 0)


PLURALS = frozenset(
    "drs messrs nurses porters carers doctors sisters hcas crew paramedics midwives students colleagues registrars physios staff both friends sons daughters twins brothers parents between".split()
)


AGED = re.compile(r'"?, \(?\d{1,3}(?:,|\)| ?[mf]\b| ?y)')


class Lower(Runs):
    """Finds names without capitals, and initials."""

    def _lower(self) -> None:
        doc = self.doc
        keys, flags, shapes = doc.keys, doc.flags, doc.shapes
        for i in range(self.n):
            f = flags[i]
            if not f & NAME:
                k = keys[i]
                if k[-1:] == "s" and len(k) > 4 and shapes[i] == LOWER and not f and i + 1 < self.n:
                    own = doc_flags(k[:-1])
                    if (
                        own & FIRST
                        and not own & (WORD | WORDNAME | PLACE)
                        and flags[i + 1] & KIN
                        and self.free(i)
                    ):
                        self.keep(i, i, "check", "dictionary", "a first name in lower case")
                continue
            shape = shapes[i]
            if shape == LOWER and f & (WORD | WORDNAME):
                if self._lower_given(i):
                    continue
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

    def _lower_given(self, i: int) -> bool:
        """Accept an ordinary word used as a first name in a text without capitals: "then grace said", "may agrees"."""
        doc, k = self.doc, self.doc.keys[i]
        if not self.calm or k not in GIVEN_WORDS or not self.free(i) or i + 1 >= self.n or doc.gap(i) != " ":
            return False
        after, before = doc.keys[i + 1], doc.keys[i - 1] if i else ""
        if before in NOT_BEFORE_GIVEN or (doc.flags[i] & (ORG | JOB) and k not in ("will", "may")):
            return False
        modal = k in ("will", "may")
        acts = after in PRESENT or (after in AGENT and not (modal and after in ("put", "let")))
        pair = (
            bool(doc.flags[i + 1] & LAST)
            and not doc.flags[i + 1] & (WORD | WORDNAME | PLACE | DRUG | ABBR)
            and doc.shapes[i + 1] == LOWER
            and len(doc.keys[i + 1]) >= 4
            and self.free(i + 1)
            and not (modal and doc.keys[i + 1].endswith(("ed", "ing")))
        )
        if pair and (doc.flags[i] & FIRST or k in GIVEN_WORDS):
            self.keep(i, i + 1, "check", "dictionary", "a name in lower case")
            return True
        if acts or (
            after == "from" and not modal and before in ("says", "its", "it's", "this", "with", "and", "")
        ):
            self.keep(i, i, "check", "dictionary", "a word used as a name in lower case")
            return True
        return False

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
        uncommon = bool(f & UNCOMMON)
        if first < last or first < i:
            self.keep(first, last, "check" if uncommon else "sure", "dictionary", "a name in lower case")
        elif uncommon and not (said or by or before in ("pt", "patient")):
            return
        elif f & PLACE and not f & HERITAGE:
            if said:
                self.keep(i, i, "check", "dictionary", "a name in lower case")
        elif f & FIRST and len(k) >= 4:
            cue = said or by or (self.calm and be) or before in ("pt", "patient")
            self.keep(
                i, i, "sure" if cue or self.calm else "check", "dictionary", "a first name in lower case"
            )
        elif (f & FIRST and before in ("our", "my", "wee") and self.calm) or (
            f & FIRST and (said or (by and self.calm))
        ):
            self.keep(i, i, "check", "dictionary", "a short first name in lower case")
        elif (f & HERITAGE and len(k) >= 5) or ((said or by) and len(k) >= 4):
            self.keep(i, i, "check", "dictionary", "a surname in lower case")

    def _initials(self) -> None:
        doc, text = self.doc, self.doc.text
        for m in INITIALS.finditer(text):
            letters = "".join(g for g in m.groups() if g).lower()
            aged = doc.folded[m.end() : m.end() + 1] == '"' or AGED.match(doc.folded, m.end())
            if aged:
                pass
            elif (
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

    def _lists(self) -> None:
        """Accept the other names of a list in which one is known: "thanks to Ewa, Joy and Mark"."""
        for order in (range(self.n - 1), range(self.n - 1, 0, -1)):
            for i in order:
                if self.used[i] and self.doc.shapes[i] in (CAP, INITIAL):
                    self._next_in_list(i, order.step)

    def _next_in_list(self, i: int, step: int) -> None:
        doc = self.doc
        j = i + step
        if not 0 <= j < self.n:
            return
        gap = doc.gap(min(i, j))
        if doc.keys[j] in ("and", "n", "plus", "or") and gap in (" ", ", "):
            gap = ", "
            if not 0 <= j + step < self.n or doc.gap(min(j, j + step)) != " ":
                return
            j += step
        if (
            gap not in (", ", "/", " / ", " & ", " + ", "; ", "&", "+")
            or not self.free(j)
            or doc.shapes[j] != CAP
        ):
            return
        f = doc.flags[j]
        if (
            f & (ORG | JOB | KIN | TITLE | MONTH | FORMAL | DRUG | NATION | MAKER | SAY)
            and doc.keys[j] not in GIVEN_WORDS
        ):
            return
        if (
            (f & WORD and not f & (NAME | WORDNAME))
            or (f & PLACE and not f & FIRST)
            or thing(doc, j)
            or is_drug(doc.keys[j])
        ):
            return
        first = last = j
        if step > 0:
            while (
                last + 1 < self.n
                and last - j < 2
                and doc.gap(last) == " "
                and doc.shapes[last + 1] == CAP
                and self.free(last + 1)
                and doc.flags[last + 1] & (LAST | WORDNAME)
                and not doc.flags[last + 1] & (ORG | JOB)
            ):
                last += 1
        ends = doc.gap(last)[:1] in (",", ".", ";", ")", "\n", "&", "/", "+", "!", "") or (
            last + 1 < self.n
            and doc.keys[last + 1] in ("and", "n", "who", "were", "for", "plus", "the", "from", "on")
        )
        if step < 0 and (doc.sentence_start(j) and f & WORD):
            return
        if (ends or step < 0) and not (doc.sentence_start(j) and f & COMMON and gap != "; "):
            self.keep(first, last, "check", "cue", "beside another name")

    def _beside(self, a: int, b: int) -> None:
        """Accept the name after "Khan &" in "Drs Khan & Price"."""
        doc, f = self.doc, self.doc.flags[b]
        if (
            self.free(b)
            and doc.shapes[b] == doc.shapes[a] == CAP
            and (f & (NAME | WORDNAME) or (not f and len(doc.keys[b]) > 3))
            and not f & (ORG | JOB | KIN | TITLE | MONTH | MAKER | FORMAL | DRUG)
            and (not f or not thing(doc, b))
        ):
            self.keep(b, b, "check", "cue", "beside another name")

    def _pairs(self) -> None:
        """Accept the other half of "Debs and Gaz" and of "AK was with RJ"."""
        doc = self.doc
        initials = any(s.why.startswith("initials") for s in self.found)
        for i in range(1, self.n - 1):
            if doc.keys[i] not in ("and", "with", "or") or doc.gap(i - 1) != " " or doc.gap(i) != " ":
                if doc.gap(i).strip() in ("&", "/", "+") and self.used[i]:
                    self._beside(i, i + 1)
                continue
            for a, b in ((i - 1, i + 1), (i + 1, i - 1)):
                if not self.used[a] or not self.free(b):
                    continue
                f, shape = doc.flags[b], doc.shapes[b]
                plural = a < b and any(doc.keys[x] in PLURALS for x in range(max(0, a - 3), a))
                if (
                    plural
                    and f & (NAME | WORDNAME | NOTNAME)
                    and not f & (ORG | KIN | TITLE | MONTH)
                    and doc.keys[i] != "with"
                    and (shape == CAP or (shape == doc.shapes[a] == LOWER and f & (LAST | WORDNAME)))
                ) or (
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
