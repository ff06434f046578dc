"""Counts, syllables and the four published formulas; no package is needed and nothing is fetched."""

import math
import re
from dataclasses import asdict, dataclass

from everysite.tailor.readability import split

#: Under this many words an age or grade says nothing, so the reading age is left out.
FEWEST_WORDS = 30
#: SMOG was made for samples of sentences; under three it is left out.
FEWEST_SENTENCES_SMOG = 3
_VOWELS = re.compile(r"[aeiouyà-æè-ïò-öø-ýœ]+")
_EXCEPTIONS = {
    "area": 3, "areas": 3, "idea": 3, "ideas": 3, "created": 3, "create": 2, "creates": 2, "creating": 3,
    "science": 2, "sciences": 3, "people": 2, "peoples": 2, "every": 2, "everyone": 3, "everything": 3,
    "diet": 2, "quiet": 2, "being": 2, "seeing": 2, "doing": 2, "going": 2, "reading": 2, "react": 2,
    "reaction": 3, "reactions": 3, "really": 2, "radio": 3, "video": 3, "period": 3, "serious": 3,
    "various": 3, "previous": 3, "previously": 4, "material": 4, "patient": 2, "patients": 2, "experience": 4,
    "experiences": 5, "obvious": 3, "medium": 3, "audio": 3, "reality": 4, "theory": 3, "evaluation": 5,
    "evaluate": 4, "situation": 4, "actual": 3, "actually": 4, "usual": 3, "usually": 4, "unusual": 4, "trial": 2,
    "trials": 2, "dial": 2, "fluid": 2, "fluids": 2, "ruin": 2, "poem": 2, "client": 2, "clients": 2, "diagnosis": 4,
    "anxious": 2, "business": 2, "medicine": 3, "medicines": 3, "something": 2, "someone": 2, "sometimes": 2,
    "therefore": 2, "whereas": 2, "somewhere": 2, "lifelong": 2, "safety": 2, "safely": 2, "rely": 2, "whole": 1,
    "eye": 1, "eyes": 1, "were": 1, "here": 1, "there": 1, "where": 1, "are": 1, "simile": 3, "recipe": 3,
    "e.g.": 2, "e.g": 2, "i.e.": 2, "i.e": 2, "the": 1, "she": 1, "he": 1, "we": 1, "be": 1, "me": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counts:
    """How much text there is; characters are the letters and digits inside words."""

    words: int
    sentences: int
    paragraphs: int
    characters: int
    syllables: int


@dataclass(frozen=True, slots=True)
class Scores:
    """Published readability formulas; reading age in years; None where the text is too short for one."""

    fk_grade: float | None
    flesch: float | None
    ari: float | None
    smog: float | None
    reading_age: int | None

    def as_dict(self) -> dict[str, float | int | None]:
        """The scores as plain values."""
        return asdict(self)


def syllables(word: str) -> int:
    """Spoken parts of a word: groups of vowels, less a silent e, es or ed, at least one."""
    word = word.lower().replace("’", "'")
    if word in _EXCEPTIONS:
        return _EXCEPTIONS[word]
    parts = [part for part in re.split(r"[-‑]", word) if part]
    if len(parts) > 1:
        return sum(syllables(part) for part in parts)
    return max(1, _vowel_groups(re.sub(r"'s$|'", "", word)))


def _vowel_groups(word: str) -> int:
    groups = len(_VOWELS.findall(word))
    if word.endswith("ed") and not re.search(r"(?:[td]|[aeiouy])ed$", word):
        return groups - 1
    if re.search(r"[^aeiouy](?:les|le)$", word):
        return groups
    # Every final "es" counts as silent ("nurses" has one part): the published worked example counts so.
    if word.endswith("es") and not re.search(r"[aeiouy]es$", word):
        return groups - 1
    if word.endswith("e") and not re.search(r"[aeiouy]e$", word):
        return groups - 1
    return groups


def count(text: str) -> Counts:
    """The counts every formula is made from."""
    found = split.words(text)
    return Counts(
        words=len(found),
        sentences=len(split.sentences(text)),
        paragraphs=len(split.paragraphs(text)),
        characters=sum(sum(mark.isalnum() for mark in word.text) for word in found),
        syllables=sum(syllables(word.text) for word in found),
    )


def score(text: str) -> Scores:
    """The scores of a text; all empty for a text without words."""
    found = split.words(text)
    counts = count(text)
    if not counts.words or not counts.sentences:
        return Scores(None, None, None, None, None)
    per_sentence = counts.words / counts.sentences
    per_word = counts.syllables / counts.words
    grade = 0.39 * per_sentence + 11.8 * per_word - 15.59
    long_words = sum(syllables(word.text) >= 3 for word in found)
    smog = None
    if counts.sentences >= FEWEST_SENTENCES_SMOG:
        smog = round(1.043 * math.sqrt(30 * long_words / counts.sentences) + 3.1291, 2)
    return Scores(
        fk_grade=round(grade, 2),
        flesch=round(206.835 - 1.015 * per_sentence - 84.6 * per_word, 2),
        ari=round(4.71 * counts.characters / counts.words + 0.5 * per_sentence - 21.43, 2),
        smog=smog,
        reading_age=max(5, round(grade + 5)) if counts.words >= FEWEST_WORDS else None,
    )
