"""Names, subjects and addresses: one written form, no hidden characters, one address exactly."""

import re
import unicodedata

# Controls, marks that turn the reading direction round or join words invisibly, and halves of characters:
# with any of them a name could show as another name.
_UNSEEN = "\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
_HIDDEN = re.compile(f"[{_UNSEEN}]")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_HIDDEN_BUT_LINES = re.compile(f"(?![\\n\\t])[{_UNSEEN}]")
_TITLES = frozenset(
    ["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "sister", "rev"]
)
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "Œ": "Oe",
    }
    | {"ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
)
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_DEVIANT = re.compile("[ß\u03c2\u200c\u200d]")  # the two standards for such names disagree on these
_WORD = re.compile(r"(?:[eE]\.[gG]\.|[iI]\.[eE]\.|[^\W\d_]+(?:['’\-][^\W\d_]+)*)")


class TextProblem(ValueError):
    """A text cannot be taken as it is; the message says what to do and never repeats the text."""


def nfc(text: str) -> str:
    """Return the composed form, so that the same letters are the same characters."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def hidden_character(text: str) -> str:
    """Return the number of the first control or direction character, or "" when there is none."""
    found = _HIDDEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def one_line(text: str, *, what: str = "name", longest: int = 200) -> str:
    """Return a name, subject or file name in one written form, or refuse it with a reason."""
    tidy = " ".join(nfc(text).split("\u00a0")).strip()
    found = hidden_character(tidy)
    if found:
        raise TextProblem(f"The {what} holds a hidden character ({found}). Type it again by hand.")
    tidy = " ".join(tidy.split())
    if not tidy:
        raise TextProblem(f"No {what} is given. Add one.")
    if len(tidy) > longest:
        raise TextProblem(f"The {what} is longer than {longest} characters. Make it shorter.")
    return tidy


def paragraphs(text: str) -> str:
    """Return a longer text in one written form, keeping its line breaks and dropping hidden characters."""
    text = _LINE_END.sub("\n", nfc(text))
    return _HIDDEN_BUT_LINES.sub("", text).strip()


def one_address(email: str) -> str:
    """Return exactly one e-mail address in the form used for comparing and sending, or refuse it with a reason."""
    text = nfc(email).strip(" \t\u00a0")
    if not text:
        raise TextProblem("No e-mail address is given. Add one, or leave the cell empty.")
    if any(mark in text for mark in ",;") or text.count("@") > 1:
        raise TextProblem("There is more than one e-mail address here. Give exactly one.")
    if hidden_character(text) or any(c.isspace() or c in '<>()[]\\":' for c in text):
        raise TextProblem("The e-mail address holds a character that does not belong there. Type it again.")
    if "@" not in text:
        raise TextProblem("The e-mail address has no @ sign. Write it as name@place.example.")
    local, domain = text.split("@")
    if not local.isascii():
        raise TextProblem("The part before the @ has a letter that many mail systems refuse. Use a to z.")
    local = local.lower()
    if len(local) > 64 or not _LOCAL.fullmatch(local):
        raise TextProblem("The part before the @ is not written as e-mail systems accept it. Check it.")
    return f"{local}@{_domain(domain)}"


def _domain(domain: str) -> str:
    """Return a mail domain in the form that the network uses."""
    wrong = TextProblem("The part after the @ is not a mail domain. Write it as name@place.example.")
    if _DEVIANT.search(domain.casefold()) or _DEVIANT.search(domain):
        raise TextProblem(
            "The part after the @ has a letter that systems read in two ways. Use its xn-- form."
        )
    try:
        plain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise wrong from None
    plain = plain.lower()
    labels = plain.split(".")
    if len(plain) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(one) for one in labels):
        raise wrong
    if labels[-1].isdigit():
        raise wrong
    return plain


def plain_letters(text: str) -> str:
    """Return a text in small letters without accents: the same for every way to type it."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def fold_name(name: str) -> str:
    """Return a person's name for comparing: no case, accents, titles or punctuation."""
    words = re.findall(r"[^\W_]+", re.sub(r"['’]", "", plain_letters(name)))
    return " ".join([word for word in words if word not in _TITLES] or words)


def name_key(name: str) -> str:
    """Return a key that is the same for "Hope, Dawn" and "Dawn Hope"."""
    return " ".join(sorted(fold_name(name).split()))


def slug(text: str, *, longest: int = 60) -> str:
    """Return a short form for addresses of pages and names of files: a to z, 0 to 9 and hyphens."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", plain_letters(text)))
    return "-".join(words)[:longest].strip("-")


def word_count(text: str) -> int:
    """Count words: runs of letters with inner apostrophes or hyphens; numbers and "[REDACTED]" are not words."""
    return len(_WORD.findall(text.replace("[REDACTED]", " ")))
