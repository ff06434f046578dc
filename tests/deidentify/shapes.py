"""Texts of any length in the shapes that make pattern matching slow, each as a unit that is repeated."""

from collections.abc import Callable
from itertools import count

SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split()  # noqa: SIM905


def _invented(number: int) -> str:
    """Return a made-up word of four syllables, another one for each number."""
    out = ""
    for _ in range(4):
        number, at = divmod(number, len(SYLLABLES))
        out += SYLLABLES[at]
    return out.capitalize()


def _new_names(size: int) -> str:
    """Return sentences in which every person is new."""
    out: list[str] = []
    length = 0
    for number in count():
        out.append(f"Mr {_invented(number)} rang. ")
        length += len(out[-1])
        if length >= size:
            return "".join(out)[:size]
    raise AssertionError


def _new_full_names(size: int) -> str:
    out: list[str] = []
    length = 0
    for number in count():
        out.append(f"Anna {_invented(number)} and {_invented(number + 7)} O'Neill came. ")
        length += len(out[-1])
        if length >= size:
            return "".join(out)[:size]
    raise AssertionError


UNITS = {
    "one word": "a",
    "one capital word": "A",
    "one digit string": "1",
    "digits apart": "1 ",
    "digits with dots": "1.",
    "names": "Mary Smith ",
    "names without spaces": "MarySmith",
    "initials": "A.B. ",
    "capital words": "Ab ",
    "capitals": "ABC DEF ",
    "shouted names": "MARY SMITH ",
    "at signs": "a@",
    "at signs alone": "@",
    "addresses on the net": "a.b(dot)c (at) ",
    "brackets": "[[((",
    "open brackets": "(",
    "redacted": "[redacted ",
    "commas": "Mill, ",
    "spaces": " ",
    "tabs": "\t",
    "lines": "\n",
    "returns": "\r\n",
    "quotes": "'",
    "nested quotes": "\"'“‘",
    "apostrophes": "o'",
    "hyphens": "a-",
    "hyphened names": "Anna-",
    "dots": "a.",
    "slashed dates": "1/",
    "dates": "1/2/25 ",
    "day and month": "1st May and ",
    "ordinals": "the 1st ",
    "titles": "Mr ",
    "titles with dots": "Dr. ",
    "titles in a row": "Mr Dr Sir Prof ",
    "prefixes": "Mc",
    "particles": "van der ",
    "emoji": "😀",
    "bidi marks": "\u202e\u200f",
    "hidden in a word": "M\u200bary\u200d ",
    "accents": "e\u0301",
    "base64": "QmFzZTY0/+9=",
    "one-letter words": "a b c ",
    "lines of an address": "12 Mill Lane,\n",
    "numbers before street words": "12 the mill ",
    "lives": "lives at ",
    "flats": "flat 1, ",
    "registration": "gmc no ",
    "nhs": "nhs no 1",
    "cue words": "hospital number is ",
    "phones": "tel no 0",
    "handles": "@user_name ",
    "links": "https://a.b/",
    "ages": "aged 4 year ",
    "job titles": "deputy clinical director of ",
    "adjectives of a job": "deputy clinical acting nurse ",
    "trusts": "Hospital NHS Trust ",
    "the only": "the only nurse ",
    "labels": "From: Anna Smith, ",
    "labels alone": "Name: ",
    "surname first": "SMITH, Anna; ",
    "html": "<b class='x'>Anna</b>",
    "table": "| Anna | 12/03/25 |\n",
    "ward": "Ward 7B, ",
    "hospitals": "Royal St of the ",
    "towns": "in Leeds ",
    "form name": "O'Neill-Smith ",
    "form name misspelt": "Maragret ONiel ",
    "form initials": "MOS ",
    "form identifier": "W0012345",
    "pairs": "Anna and ",
    "blame": "failed to ",
    "nul": "\x00",
    "lone surrogates": "\ud800",
    "mixed scripts": "Аnnа اسم नाम ",
    "wide letters": "Ａｎｎａ ",
    "underscores": "Anna_",
    "nato": "Jan Feb Mar ",
    "months": "May ",
    "postcodes": "LE1 7RH",
    "serial numbers": "SN1234567890 ",
    "eponyms": "Parkinson's and ",
    "makers": "Smith & ",
    "kin": "son of ",
}


def _repeat(unit: str) -> Callable[[int], str]:
    return lambda size: (unit * (size // len(unit) + 1))[:size]


SHAPES: dict[str, Callable[[int], str]] = {
    **{name: _repeat(unit) for name, unit in UNITS.items()},
    "adjectives before no job": lambda size: ("head nurse " + "deputy clinical " * size)[:size],
    "new names": _new_names,
    "new full names": _new_full_names,
}
