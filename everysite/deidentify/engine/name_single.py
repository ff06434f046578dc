# ruff: noqa: SIM905  (word lists read better as one line)
"""One capitalised word on its own: a name, a word that is a name here, or neither."""

from .document import CAP, CAPS, LOWER
from .name_cues import Cues
from .name_words import AGENT, BE, BY, GIVEN_WORDS, PRESENT, ROLE_AFTER, ROLE_THE
from .things import thing
from .words import (
    DRUG,
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
    PLACE,
    ROMAN,
    TITLE,
    UNCOMMON,
    WORD,
    WORDNAME,
    is_drug,
)

# "Will has a scar" is a person; "Hope is" and "Price was" need more.
ACTS_OR_IS = frozenset(["has", "is", "was", "had", "hasn't", "isn't", "wasn't", "hasnt", "isnt", "wasnt"])
SPEAKS = frozenset(
    "said says told asked rang phoned stated replied apologised agreed wrote emailed texted".split()
)
STATES = frozenset(
    "off away sick back leaving late cross upset here fine lovely kind rude angry crying my our".split()
)
NOT_BARE = frozenset(
    "hope may patience comfort justice mercy goodness promise gift love peace victory memory storm autumn winter sunday wednesday friday spring star sky royal treasure destiny honey candy sherry brandy oxygen chase mark bill basil bell rod chat max dot gene ray june april august summer dawn christian lovely lucky bright divine heaven trinity constance prudence charity faith joy grace blessing precious".split()
)
FAMILY = frozenset(["family", "families", "household", "clan", "twins", "siblings", "brothers", "sisters"])


class Singles(Cues):
    """Judges single capitalised words."""

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
        if k in ("tel", "reg") and not said and (shape == CAPS or start or doc.gap(i)[:1] in (".", ":", "(")):
            return  # a telephone number or a registration
        role = bool(ROLE_AFTER.match(doc.folded, doc.ends[i]) or ROLE_THE.match(doc.folded, doc.ends[i]))
        by = before in BY and doc.gap(i - 1) == " "
        if (
            tight
            and after in FAMILY
            and f & (NAME | WORDNAME)
            and not f & (NATION | ORG | JOB | FORMAL)
            and shape == CAP
        ):
            self.keep(i, i, "sure" if not f & WORD else "check", "dictionary", "the name of a family")
            return
        if f & MONTH and f & FIRST and shape == CAP and not before[:1].isdigit():
            listed = i and self.used[i - 1] and doc.gap(i - 1) == ", " and doc.gap(i)[:1] == ","
            if listed or (said and not start):
                self.keep(i, i, "check", "dictionary", "a month that is a first name here")
                return
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
                elif (tight and after == "case") or (
                    i and self.used[i - 1] and doc.gap(i - 1).endswith("(") and doc.gap(i).startswith(")")
                ):
                    self.keep(i, i, "check", "dictionary", "a place name in the place of a surname")
                elif f & FIRST and before not in ("in", "near"):
                    self.keep(i, i, "check", "dictionary", "a first name that is also a place")
                return
            if f & UNCOMMON and not (said or role or by):
                self.keep(i, i, "check", "dictionary", "a name that is hardly known")
            elif f & FIRST:
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
                kin = i + 1 < self.n and bool(doc.flags[i + 1] & KIN) and doc.gap(i).startswith("'s ")
                also = (
                    tight
                    and after == "and"
                    and i + 2 < self.n
                    and doc.shapes[i + 2] == CAP
                    and bool(doc.flags[i + 2] & (NAME | WORDNAME))
                    and not doc.flags[i + 2] & (ORG | JOB | FORMAL | DRUG | PLACE)
                )
                if (given and (kin or also or (after.endswith("nt") and after in BE))) or (
                    given and after == "who" and doc.gap(i) == ", "
                ):
                    self.keep(i, i, "sure" if kin else "check", "dictionary", "a word that is a name here")
                elif role and f & (LAST | WORDNAME) and k not in ("may",):
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
                elif (said or role or (tight and after in PRESENT)) and given and k not in ("may",):
                    self.keep(i, i, "sure", "dictionary", "a word that is a name, with a verb for a person")
                elif given and tight and (after in BE) and k in self.mid and k != "may":
                    self.keep(i, i, "sure", "dictionary", "a word that is a name here")
                elif (given and tight and after == "from" and k not in ("may", "will")) or (
                    given
                    and tight
                    and after in ACTS_OR_IS
                    and k not in NOT_BARE
                    and doc.shapes[i + 1] == LOWER
                ):
                    self.keep(
                        i, i, "check", "dictionary", "a word that is a name, at the start of a sentence"
                    )
                elif (said and f & (LAST | WORDNAME) and (k in self.mid or after in SPEAKS)) or (
                    given
                    and tight
                    and after in ("is", "was")
                    and i + 2 < self.n
                    and doc.keys[i + 2] in STATES
                    and k not in ("may",)
                ):
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
            elif (
                f & LAST
                and i + 1 < self.n
                and i
                and doc.shapes[i - 1] == LOWER
                and (doc.shapes[i + 1] == LOWER or doc.gap(i)[:1] in (",", ".", ")", ";"))
                and not f & (EPONYM | MAKER | PLACE)
                and doc.gap(i)[:1] != "-"
                and doc.gap(i - 1) == " "
            ) or (f & WORDNAME and f & LAST and (owns or after in BE)):
                self.keep(i, i, "check", "dictionary", "a capitalised word that is a surname")
            return
        if not f and shape == CAPS and len(k) >= 7 and self.shouting(i):
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
            acts = said or role or (tight and (after in BE or after in PRESENT))
            kin = owns and i + 1 < self.n and bool(doc.flags[i + 1] & KIN)
            doing = tight and len(after) > 4 and after.endswith("ing") and doc.shapes[i + 1] == LOWER
            if start and not (acts or kin or doing):
                return
            self.keep(
                i,
                i,
                "sure" if (said and (role or not start)) else "check",
                "dictionary",
                "a capitalised word in no dictionary",
            )
