"""A lower-case copy of the text, without accents and with plain quotes and dashes, of exactly the same length."""

import re
import unicodedata

QUOTES = "‘’‚‛′ʼ＇`´ʹ"
DOUBLES = "“”„‟″«»"
DASHES = "‐‑‒–—―−﹘﹣－"
PLAIN = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n", "ſ": "s"}
# Characters that may stand inside a word without being seen: combining accents, soft hyphen, zero-width marks.
UNSEEN = "\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"

FIGURE = re.compile(r"\d")


class _Table(dict[int, int]):
    """Folds one character at a time and remembers it; a fold that would change the length keeps the character."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        if char in QUOTES:
            folded = "'"
        elif char in DOUBLES:
            folded = '"'
        elif char in DASHES:
            folded = "-"
        elif char in "\x0b\x0c\x1c\x1d\x1e\x1f" or (char.isspace() and char not in "\t\n\r\x85\u2028\u2029"):
            folded = " "
        else:
            parts = [c for c in unicodedata.normalize("NFKD", char.lower()) if not unicodedata.combining(c)]
            folded = "".join(parts)
            folded = PLAIN.get(folded, folded)
            if len(folded) != 1:
                folded = char.lower() if len(char.lower()) == 1 else char
        self[code] = ord(folded)
        return self[code]


_TABLE = _Table()


def fold(text: str) -> str:
    """Return the folded copy; `len(fold(text)) == len(text)` for every text."""
    return text.translate(_TABLE)


def key(word: str) -> str:
    """Return the dictionary key of a word: folded, without apostrophes and unseen characters."""
    folded = unicodedata.normalize("NFC", word).translate(_TABLE)
    return "".join(c for c in folded if c.isalnum())
