"""One text cut into words, with what the finders need to know about each word."""

import re
from bisect import bisect_left

from .fold import UNSEEN, fold
from .words import PLACE, lexicon, long_places

WORD = re.compile(rf"[^\W_](?:[^\W_]|[{UNSEEN}]|'(?=[^\W_]))*")
UNSEEN_RE = re.compile(rf"['{UNSEEN}]")
HAS_UNSEEN = re.compile(rf"[{UNSEEN}]")
LOWER, CAP, CAPS, INITIAL = 0, 1, 2, 3
ENDS = frozenset('.!?:;\t\n\r•·*|>"“”\u2028\u2029\x85')


class Document:
    """The text, its folded copy and its words as parallel lists."""

    __slots__ = ("caps_share", "ends", "flags", "folded", "keys", "shapes", "starts", "text", "vocabulary")

    def __init__(self, text: str) -> None:
        """Cut the text into words; linear in its length."""
        self.text = text
        self.folded = folded = fold(text)
        lex = lexicon()
        starts: list[int] = []
        ends: list[int] = []
        keys: list[str] = []
        flags: list[int] = []
        shapes: list[int] = []
        unseen = bool(HAS_UNSEEN.search(folded))
        for match in WORD.finditer(folded):
            start, end = match.span()
            word = match.group()
            if "'" in word:
                if word[-2:] == "'s":
                    word = word[:-2]
                    end -= 2
                if "'" in word:
                    word = word.replace("'", "")
            if unseen:
                word = UNSEEN_RE.sub("", word)
            starts.append(start)
            ends.append(end)
            keys.append(word)
            flags.append(lex.get(word, 0))
            first = text[start]
            if first.islower() or (not first.isupper() and not first.istitle()):
                shapes.append(LOWER)
            elif end - start == 1:
                shapes.append(INITIAL)
            elif text[start:end].isupper():
                shapes.append(CAPS)
            else:
                shapes.append(CAP)
        self.starts, self.ends, self.keys, self.flags, self.shapes = starts, ends, keys, flags, shapes
        capitals = sum(1 for s in shapes if s in (CAP, INITIAL))
        self.caps_share = capitals / len(shapes) if shapes else 0.0
        self.vocabulary = frozenset(keys)

    def __len__(self) -> int:
        return len(self.starts)

    def gap(self, i: int) -> str:
        """Return the folded text between word `i` and the next one."""
        if i < 0:
            return self.folded[: self.starts[0]]
        nxt = self.starts[i + 1] if i + 1 < len(self.starts) else len(self.folded)
        gap = self.folded[self.ends[i] : nxt]
        return " " if gap in ("  ", "   ") else gap

    def sentence_start(self, i: int) -> bool:
        """Return whether word `i` opens a sentence, a line or a list item."""
        if i == 0:
            return True
        gap = self.folded[self.ends[i - 1] : self.starts[i]]
        if gap == " ":
            return False
        for char in gap:
            if char in ENDS:
                if char == "." and self.shapes[i - 1] == INITIAL:
                    continue
                if char in ".:" and self.flags[i - 1] & 2048:
                    continue
                return True
        return gap.strip() in ("-", "--", "(", "[") and (gap[:1] in " \n" and "-" in gap)

    def index_at(self, offset: int) -> int:
        """Return the first word that starts at or after the offset."""
        return bisect_left(self.starts, offset)

    def shapes_upper(self, offset: int) -> bool:
        """Return whether the letter at the offset is a capital."""
        return self.text[offset].isupper()

    @staticmethod
    def is_place(name: str) -> bool:
        """Return whether the folded name is a town, county or country on the list."""
        plain = name.replace("'", "").replace("-", " ")
        return bool(lexicon().get(plain, 0) & PLACE) or name in long_places() or plain in long_places()
