"""Names as runs of capitalised words, judged by the dictionaries."""

from .document import CAP, CAPS, INITIAL, LOWER
from .name_single import Singles
from .name_words import GIVEN_WORDS, ROLE_AFTER
from .things import thing
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


class Runs(Singles):
    """Finds names among capitalised words."""

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
                if (
                    self.capish(j)
                    and (gap in (" ", "-", "'", "  ") or (gap in (". ", ".") and doc.shapes[last] == INITIAL))
                ) or (gap == "-" and self.second_half(j)):
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
            "da",
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
                return i == first or (
                    self.doc.gap(i - 1) != "-"
                    and k in ("i", "a")
                    and self.doc.gap(i)[:1] not in (",", ".", ")", "\t", "\n")
                )
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
            if (
                doc.shapes[first] == INITIAL
                and doc.keys[first] in ("i", "a")
                and not f & NAME
                and not doc.gap(first).startswith(".")
            ):
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
                or all(flags[i] & LAST and not flags[i] & UNCOMMON for i in words)
                or any(flags[i] & HERITAGE for i in words)
            )
            if all(flags[i] & UNCOMMON or not flags[i] & NAME for i in words):
                sure = False
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
